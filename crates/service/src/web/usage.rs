//! What a tenant has used.

use super::Shop;
use super::auth::Reader;
use super::extract::Query;
use super::ids::{BatchId, TaskId};
use super::page::{Listed, Paging};
use super::problem::Problem;
use super::time::rfc3339;
use axum::Json;
use axum::extract::State;
use ledger::registry::Registry;
use ledger::{Ledger, TaskState, UsageRow};
use serde::Serialize;
use utoipa::ToSchema;

/// What a finished task cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct Used {
    /// The task.
    pub task: TaskId,
    /// Its batch.
    pub batch: BatchId,
    /// How it ended.
    #[schema(value_type = String)]
    pub state: TaskState,
    /// When.
    pub at: String,
    /// Pixels of the photo.
    pub pixels: u64,
    /// Bytes of the photo.
    pub bytes_in: u64,
    /// Bytes of its renditions.
    pub bytes_out: u64,
    /// Processor seconds.
    pub cpu_s: f64,
}

/// What a tenant has and may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct Allowance {
    /// Bytes stored.
    pub stored_bytes: u64,
    /// Bytes that may be stored.
    pub storage_bytes: u64,
    /// Photos without an outcome.
    pub queued: u64,
    /// So many may be.
    pub queued_cap: u64,
    /// Photos that workers have.
    pub running: u64,
    /// So many may be.
    pub running_cap: u64,
    /// Photos in one batch.
    pub photos_per_batch: usize,
    /// Bytes of one upload.
    pub upload_bytes: u64,
    /// Requests a second.
    pub requests_per_s: f64,
    /// Batches a minute.
    pub batches_per_min: f64,
}

/// Finished photos and what they cost
#[utoipa::path(get, operation_id = "list_usage", path = "/v1/usage", tag = "usage", params(Paging), responses(
    (status = 200, description = "Oldest first; one for each finished photo", body = Listed<Used>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Reader(caller): Reader,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Used>>, Problem> {
    let rows = house.ledger.usage(caller.tenant, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id, show)?))
}

/// What the tenant has and may have
#[utoipa::path(get, operation_id = "get_limits", path = "/v1/limits", tag = "usage", responses(
    (status = 200, description = "Now", body = Allowance),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn limits(State(house): Shop, Reader(caller): Reader) -> Result<Json<Allowance>, Problem> {
    let standing = house.standing(caller.tenant).await?;
    let limits = &house.config.limits;
    Ok(Json(Allowance {
        stored_bytes: house.ledger.stored(caller.tenant).await?,
        storage_bytes: limits.storage_bytes,
        queued: standing.queued,
        queued_cap: standing.tenant.queued_cap,
        running: standing.running,
        running_cap: standing.tenant.running_cap,
        photos_per_batch: limits.photos_per_batch,
        upload_bytes: limits.upload_bytes,
        requests_per_s: limits.requests_per_s,
        batches_per_min: limits.batches_per_min,
    }))
}

fn show(row: UsageRow) -> Used {
    Used {
        task: TaskId(row.task.0),
        batch: BatchId(row.batch.0),
        state: row.state,
        at: rfc3339(row.at),
        pixels: row.usage.pixels,
        bytes_in: row.usage.bytes_in,
        bytes_out: row.usage.bytes_out,
        cpu_s: row.usage.cpu_s,
    }
}
