//! The photos of a batch, one by one.

use super::find;
use super::renditions::{Rendition, rendition};
use crate::order::Detail;
use crate::web::Shop;
use crate::web::auth::Reader;
use crate::web::extract::{Path, Query};
use crate::web::ids::{BatchId, PhotoId, TaskId};
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use ledger::{AttemptRecord, AttemptState, FaultClass, Ledger, TaskRecord, TaskState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A photo of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The photo.
    pub photo: PhotoId,
    /// Name of its file.
    pub name: String,
    /// `ready`, `running`, `succeeded`, `failed` or `cancelled`.
    #[schema(value_type = String)]
    pub state: TaskState,
    /// Its attempts, from first to newest.
    pub attempts: Vec<Attempt>,
    /// What was made, without links.
    pub renditions: Vec<Rendition>,
}

/// An attempt to develop a photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// `running`, `succeeded`, `failed`, `handed-back`, `expired` or `lost`.
    #[schema(value_type = String)]
    pub state: AttemptState,
    /// When it began.
    pub started: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// What went wrong, why, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    /// `input`, `photo`, `environment` or `expiry`.
    #[schema(value_type = String)]
    pub class: FaultClass,
    /// What could not be done.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do; empty where nothing helps.
    pub advice: String,
}

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only those that stand so.
    #[param(value_type = Option<String>)]
    pub state: Option<TaskState>,
    /// As `next` of the page before it says.
    pub cursor: Option<String>,
    /// Most entries; 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
}

/// The photos of a batch
#[utoipa::path(get, operation_id = "list_tasks", path = "/v1/batches/{id}/tasks", tag = "batches", params(("id" = BatchId, Path), Filter), responses(
    (status = 200, description = "In the order of submission", body = Listed<Task>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn tasks(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
    Query(filter): Query<Filter>,
) -> Result<Json<Listed<Task>>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let paging = Paging { cursor: filter.cursor, limit: filter.limit };
    let rows = house.ledger.tasks(batch.id, filter.state, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id.0, show)?))
}

/// What is known of a task's photo; nothing where an older version wrote the row.
pub fn detail(row: &TaskRecord) -> Detail {
    serde_json::from_str(&row.detail).unwrap_or_else(|_| Detail { photo: 0, name: row.input.name.clone(), seq: 0 })
}

fn show(row: TaskRecord) -> Task {
    let Detail { photo, name, .. } = detail(&row);
    Task {
        id: TaskId(row.id.0),
        photo: PhotoId(photo),
        name,
        state: row.state,
        attempts: row.attempts.into_iter().map(attempt).collect(),
        renditions: row.outputs.into_iter().map(|output| rendition(output, row.id)).collect(),
    }
}

fn attempt(row: AttemptRecord) -> Attempt {
    Attempt {
        number: row.number,
        state: row.state,
        started: rfc3339(row.started),
        ended: row.ended.map(rfc3339),
        fault: row.fault.map(|f| Fault { class: f.class, what: f.what, why: f.why, advice: f.advice }),
    }
}
