//! Exports: renditions of a batch, to a prefix of a bucket.

use super::{File, Retried, Transfer, Which, check_place, find, show, step, write};
use crate::trace::TraceId;
use crate::transfers::plan::{Place, Plan};
use crate::web::Shop;
use crate::web::auth::{Reader, Writer};
use crate::web::batches;
use crate::web::extract::{Body, Path, Query};
use crate::web::ids::{BatchId, ExportId, TaskId};
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use ledger::transfers::{FIRST, NewTransfer, TransferKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An export to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExport {
    /// A bucket of yours, by its name.
    pub bucket: String,
    /// What stands before the renditions' paths, with a slash between.
    #[serde(default)]
    #[schema(max_length = 512)]
    pub prefix: String,
    /// These renditions alone; all if absent.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    pub renditions: Option<BTreeSet<String>>,
    /// Those of these photos alone; all if absent.
    #[schema(value_type = Option<Vec<TaskId>>, min_items = 1)]
    pub tasks: Option<BTreeSet<TaskId>>,
    /// Other objects of the same names are replaced; without it, they make their files fail.
    #[serde(default)]
    pub overwrite: bool,
}

/// Begin an export of what is finished of a batch
#[utoipa::path(post, operation_id = "make_export", path = "/v1/batches/{id}/exports", tag = "transfers", request_body = NewExport,
    params(("id" = BatchId, Path)), responses(
    (status = 202, description = "It is worked on", body = Transfer, headers(
        ("Location" = String, description = "Where it can be followed"))),
    (status = "4XX", description = "Not begun", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Writer(caller): Writer,
    Extension(trace): Extension<TraceId>,
    Path(id): Path<BatchId>,
    Body(new): Body<NewExport>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Transfer>), Problem> {
    let batch = batches::find(&house, caller.tenant, id).await?;
    let place = Place { bucket: new.bucket, prefix: new.prefix };
    let errors = check_place(&house, caller.tenant, &place, TransferKind::Export).await?;
    if !errors.is_empty() {
        return Err(Problem::invalid("this cannot be exported").with(errors));
    }
    let tasks = new.tasks.map(|tasks| tasks.into_iter().map(|task| ledger::TaskId(task.0)).collect());
    let (renditions, overwrite) = (new.renditions, new.overwrite);
    let plan = Plan { place: Some(place), batch: None, renditions, tasks, overwrite, trace: Some(trace) };
    let what = serde_json::to_string(&plan).map_err(Problem::internal)?;
    let fresh = NewTransfer { tenant: caller.tenant, kind: TransferKind::Export, what, batch: Some(batch.id) };
    let id = write(&house, &fresh, &[step(FIRST, "list")]).await?;
    let made = show(&house, find(&house, caller.tenant, TransferKind::Export, id).await?).await?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/v1/exports/{}", made.id))], Json(made)))
}

/// Exports of the tenant
#[utoipa::path(get, operation_id = "list_exports", path = "/v1/exports", tag = "transfers", params(Paging), responses(
    (status = 200, description = "Newest first", body = Listed<Transfer>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Reader(caller): Reader,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Transfer>>, Problem> {
    super::list(&house, caller.tenant, TransferKind::Export, &paging).await.map(Json)
}

/// An export
#[utoipa::path(get, operation_id = "get_export", path = "/v1/exports/{id}", tag = "transfers", params(("id" = ExportId, Path)), responses(
    (status = 200, description = "As it stands", body = Transfer),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn look(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<ExportId>,
) -> Result<Json<Transfer>, Problem> {
    Ok(Json(show(&house, find(&house, caller.tenant, TransferKind::Export, id.0).await?).await?))
}

/// Files of an export
#[utoipa::path(get, operation_id = "list_export_files", path = "/v1/exports/{id}/files", tag = "transfers", params(("id" = ExportId, Path), Which), responses(
    (status = 200, description = "In their order", body = Listed<File>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn files(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<ExportId>,
    Query(which): Query<Which>,
) -> Result<Json<Listed<File>>, Problem> {
    find(&house, caller.tenant, TransferKind::Export, id.0).await?;
    super::files(&house, TransferKind::Export, id.0, which).await.map(Json)
}

/// Cancel an export; what is there stays
#[utoipa::path(delete, operation_id = "cancel_export", path = "/v1/exports/{id}", tag = "transfers", params(("id" = ExportId, Path)), responses(
    (status = 204, description = "Nothing more goes"),
    (status = "4XX", description = "Not cancelled", body = Problem, content_type = "application/problem+json"),
))]
pub async fn cancel(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<ExportId>,
) -> Result<StatusCode, Problem> {
    super::cancel(&house, caller.tenant, TransferKind::Export, id.0).await
}

/// Try again what failed of an export
#[utoipa::path(post, operation_id = "retry_export", path = "/v1/exports/{id}/retry", tag = "transfers", params(("id" = ExportId, Path)), responses(
    (status = 202, description = "They wait for a worker again", body = Retried),
    (status = "4XX", description = "Not tried", body = Problem, content_type = "application/problem+json"),
))]
pub async fn retry(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<ExportId>,
) -> Result<(StatusCode, Json<Retried>), Problem> {
    super::retry(&house, caller.tenant, TransferKind::Export, id.0).await
}
