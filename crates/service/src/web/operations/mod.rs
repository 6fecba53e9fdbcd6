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
use crate::figures::Figures;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::overview::Overview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most tasks at work that are told.
const AT_WORK: usize = 500;
/// Most dead letters that are told.
const DEAD: usize = 50;

/// How the house stands, over all tenants.
#[derive(Debug, Serialize, ToSchema)]
pub struct Operations {
    /// At this moment.
    pub at: String,
    /// Which engines answer.
    pub engines: Vec<Engine>,
    /// What waits, runs and failed.
    pub queue: Option<Queue>,
    /// Photos that were done in the last minute, ten minutes and hour.
    pub throughput: Vec<Rate>,
    /// Who works, and on what; 500 photos at most.
    pub workers: Vec<Worker>,
    /// The newest fifty, the newest first.
    pub dead_letters: Vec<Dead>,
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
    let workers = shown::workers(house.ledger.at_work(AT_WORK).await?, caller.tenant);
    let dead = house.ledger.dead_letters(DEAD).await?;
    Ok(Json(Operations {
        at: rfc3339(figures.at),
        engines: figures.engines.iter().map(shown::engine).collect(),
        queue: shown::queue(&figures),
        throughput: house.lately.rates(&house, figures.at).await?,
        workers,
        dead_letters: dead.into_iter().map(|letter| shown::dead(letter, caller.tenant)).collect(),
        webhooks: shown::webhooks(&figures),
        scale: figures.hint,
    }))
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
