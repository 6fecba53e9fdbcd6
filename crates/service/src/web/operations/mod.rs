//! How the whole house stands, for whoever runs it: what waits, who works on what, how fast photos are done, what failed,
//! which engines answer. The figures are those of `/metrics`.

mod lately;
mod operator;
mod shown;

pub use lately::Lately;
pub use operator::{Operator, admit};
pub use shown::{Dead, Engine, Pool, Queue, Rate, Webhooks, Work, Worker};

use super::Shop;
use super::extract::Body;
use super::problem::Problem;
use super::scale::ScaleHint;
use super::time::rfc3339;
use crate::figures::{Figures, PATIENCE};
use crate::house::House;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::LedgerError;
use ledger::overview::Overview;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

/// Most tasks at work that are told.
const AT_WORK: usize = 500;
/// Most dead letters that are told.
const DEAD: usize = 50;

/// How the house stands, over all tenants. What the ledger does not tell, or not within 2 s, is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct Operations {
    /// At this moment.
    pub at: String,
    /// Which engines answer.
    pub engines: Vec<Engine>,
    /// What waits, runs and failed.
    pub queue: Option<Queue>,
    /// Photos that were done in the last minute, ten minutes and hour.
    pub throughput: Option<Vec<Rate>>,
    /// Who works, and on what; 500 photos at most.
    pub workers: Option<Vec<Worker>>,
    /// The newest fifty, the newest first.
    pub dead_letters: Option<Vec<Dead>>,
    /// What is owed to webhooks.
    pub webhooks: Option<Webhooks>,
    /// How many workers there should be.
    pub scale: Option<ScaleHint>,
}

/// How the house stands
#[utoipa::path(get, operation_id = "operations", path = "/v1/operations", tag = "operations", responses(
    (status = 200, description = "Now, over all tenants; for whoever runs the service", body = Operations),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn look(State(house): Shop, Operator(caller): Operator) -> Result<Json<Operations>, Problem> {
    let figures = Figures::of(&house).await;
    let (throughput, workers, dead) = tokio::join!(
        told(house.lately.rates(&house, figures.at)),
        told(house.ledger.at_work(AT_WORK)),
        told(house.ledger.dead_letters(DEAD)),
    );
    let own = caller.tenant;
    Ok(Json(Operations {
        at: rfc3339(figures.at),
        engines: figures.engines.iter().map(shown::engine).collect(),
        queue: shown::queue(&figures),
        throughput,
        workers: workers.map(|all| shown::workers(all, own)),
        dead_letters: dead.map(|all| all.into_iter().map(|letter| shown::dead(letter, own)).collect()),
        webhooks: shown::webhooks(&figures),
        scale: figures.hint,
    }))
}

/// What the ledger says; nothing where it fails, or not soon enough for somebody who looks.
async fn told<T>(question: impl Future<Output = Result<T, LedgerError>>) -> Option<T> {
    timeout(PATIENCE, question).await.ok()?.map_err(Problem::from).ok()
}

impl Operations {
    /// What may be told to somebody who cannot be known, as the ledger is away: which engines answer.
    pub async fn of_engines(house: &House) -> Self {
        let figures = Figures::of(house).await;
        Self {
            at: rfc3339(figures.at),
            engines: figures.engines.iter().map(shown::engine).collect(),
            queue: None,
            throughput: None,
            workers: None,
            dead_letters: None,
            webhooks: None,
            scale: None,
        }
    }
}

/// Whether the queue is to stand still.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Nothing is begun from now on; `false` lets it go on.
    pub paused: bool,
}

/// Pause the queue, or let it go on
#[utoipa::path(post, operation_id = "pause_queue", path = "/v1/operations/queue", tag = "operations", request_body = Pause, responses(
    (status = 204, description = "For all tenants; what runs goes on. It stands in the audit log of the caller's tenant"),
    (status = "4XX", description = "Nothing changed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn pause(
    State(house): Shop,
    Operator(caller): Operator,
    Body(asked): Body<Pause>,
) -> Result<StatusCode, Problem> {
    house.ledger.pause_queue_by(asked.paused, caller.tenant, &caller.who()).await?;
    Ok(StatusCode::NO_CONTENT)
}
