//! Batches: submitted, looked at, cancelled, redriven, removed.

pub mod course;
pub mod images;
pub mod renditions;
pub mod report;
pub mod shares;
pub mod submit;
pub mod tasks;
pub mod zip;

use super::Shop;
use super::auth::{Reader, Writer};
use super::extract::{Path, Query};
use super::ids::BatchId;
use super::page::{Listed, Paging};
use super::problem::Problem;
use super::time::rfc3339;
use crate::house::House;
use crate::order::Order;
use crate::shared::cache::{self, Subject};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::{BatchRecord, BatchState, Ledger, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Name of its recipe.
    pub recipe: String,
    /// Version of the recipe.
    pub recipe_version: u32,
    /// `sealed` while it is worked on, then `closed`; `cancelling`, then `cancelled`.
    #[schema(value_type = String)]
    pub state: BatchState,
    /// In numbers.
    pub totals: Totals,
    /// Number of its last event.
    pub last_event: u64,
    /// The greater goes first among the tenant's batches.
    pub priority: i32,
    /// When it was submitted.
    pub submitted: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// Photos of a batch by what became of them: found is the sum of the others but running.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    /// All of them.
    pub found: u64,
    /// Their renditions are stored.
    pub succeeded: u64,
    /// Dead letters.
    pub failed: u64,
    /// Given up with the batch.
    pub cancelled: u64,
    /// Without an outcome.
    pub remaining: u64,
    /// Of these, a worker has so many.
    pub running: u64,
}

/// What a redrive did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Redriven {
    /// So many dead letters wait for a worker again.
    pub tasks: u64,
}

/// Which dead letters to redrive.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// This one alone; all of the batch if absent.
    #[param(value_type = Option<String>)]
    pub task: Option<super::ids::TaskId>,
}

/// The tenant's batches
#[utoipa::path(get, operation_id = "list_batches", path = "/v1/batches", tag = "batches", params(Paging), responses(
    (status = 200, description = "Newest first", body = Listed<Batch>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Reader(caller): Reader,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Batch>>, Problem> {
    let rows = house.ledger.batches(caller.tenant, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id.0, show)?))
}

/// How a batch stands
#[utoipa::path(get, operation_id = "get_batch", path = "/v1/batches/{id}", tag = "batches", params(("id" = BatchId, Path)), responses(
    (status = 200, description = "As it stands", body = Batch),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn look(State(house): Shop, Reader(caller): Reader, Path(id): Path<BatchId>) -> Result<Json<Batch>, Problem> {
    let subject = Subject::Batch(ledger::BatchId(id.0));
    let read = async { find(&house, caller.tenant, id).await.map(show) };
    let keep = |batch: &Batch| Some(cache::standing(batch.state));
    house.shared.cached(caller.tenant, subject, keep, read).await.map(Json)
}

/// Cancel a batch: what waits is not begun, what runs is stopped within a heartbeat
#[utoipa::path(post, operation_id = "cancel_batch", path = "/v1/batches/{id}/cancel", tag = "batches", params(("id" = BatchId, Path)), responses(
    (status = 202, description = "It is being cancelled, or over already", body = Batch),
    (status = "4XX", description = "Not cancelled", body = Problem, content_type = "application/problem+json"),
))]
pub async fn cancel(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<BatchId>,
) -> Result<(StatusCode, Json<Batch>), Problem> {
    find(&house, caller.tenant, id).await?;
    house.ledger.cancel(ledger::BatchId(id.0)).await?;
    house.changed(&[ledger::BatchId(id.0)]).await;
    Ok((StatusCode::ACCEPTED, Json(show(find(&house, caller.tenant, id).await?))))
}

/// Give dead letters of a batch new tries
#[utoipa::path(post, operation_id = "redrive_batch", path = "/v1/batches/{id}/redrive", tag = "batches", params(("id" = BatchId, Path), Which), responses(
    (status = 202, description = "They wait for a worker again", body = Redriven),
    (status = "4XX", description = "Not redriven", body = Problem, content_type = "application/problem+json"),
))]
pub async fn redrive(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<BatchId>,
    Query(which): Query<Which>,
) -> Result<(StatusCode, Json<Redriven>), Problem> {
    find(&house, caller.tenant, id).await?;
    let only = which.task.map(|task| [ledger::TaskId(task.0)]);
    let tasks = house.ledger.redrive(ledger::BatchId(id.0), only.as_ref().map(|o| o.as_slice())).await?;
    house.changed(&[ledger::BatchId(id.0)]).await;
    Ok((StatusCode::ACCEPTED, Json(Redriven { tasks })))
}

/// Remove a batch that is over, and its renditions
#[utoipa::path(delete, operation_id = "remove_batch", path = "/v1/batches/{id}", tag = "batches", params(("id" = BatchId, Path)), responses(
    (status = 204, description = "It is gone"),
    (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<BatchId>,
) -> Result<StatusCode, Problem> {
    let row = find(&house, caller.tenant, id).await?;
    if !row.state.is_over() {
        return Err(Problem::conflict(format!("{id} is {}; cancel it first", row.state)));
    }
    crate::upkeep::forget(&house, row.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A batch of a tenant; another's is not there.
pub async fn find(house: &House, tenant: TenantId, id: BatchId) -> Result<BatchRecord, Problem> {
    let row = house.ledger.batch(ledger::BatchId(id.0)).await?;
    let own = row.new.tenant == tenant && row.state != BatchState::Open;
    own.then_some(row).ok_or_else(|| Problem::not_found(format!("there is no batch {id}")))
}

/// A batch as its owner sees it.
pub fn show(row: BatchRecord) -> Batch {
    let version = serde_json::from_str::<Order>(&row.new.order).map_or(0, |order| order.version);
    let t = row.totals;
    Batch {
        id: BatchId(row.id.0),
        recipe: row.new.recipe,
        recipe_version: version,
        state: row.state,
        totals: Totals {
            found: t.found,
            succeeded: t.succeeded,
            failed: t.failed,
            cancelled: t.cancelled,
            remaining: t.remaining,
            running: t.running,
        },
        last_event: row.last_event,
        priority: row.new.priority,
        submitted: rfc3339(row.opened),
        ended: row.ended.map(rfc3339),
    }
}
