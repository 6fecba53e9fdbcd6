//! Exports: renditions of a batch, to a prefix of a bucket.

use super::operations::operations;
use super::{Accepted, File, Retried, Transfer, Which, accepted, check_place, find, show, step, unless_begun, write};
use crate::house::House;
use crate::trace::TraceId;
use crate::transfers::plan::{Place, Plan};
use crate::web::Shop;
use crate::web::auth::{Reader, Writer};
use crate::web::batches;
use crate::web::extract::{Body, Path, Query};
use crate::web::ids::{BatchId, ExportId, TaskId};
use crate::web::once;
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use ledger::transfers::{FIRST, NewTransfer, TransferKind};
use ledger::{BatchRecord, Once};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An export to begin.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
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
    params(("id" = BatchId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same one within a day is the same export")),
    responses(
    (status = 202, description = "It is worked on", body = Transfer, headers(
        ("Location" = String, description = "Where it can be followed"))),
    (status = "4XX", description = "Not begun", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Writer(caller): Writer,
    Extension(trace): Extension<TraceId>,
    Path(id): Path<BatchId>,
    headers: HeaderMap,
    Body(new): Body<NewExport>,
) -> Result<Accepted, Problem> {
    let batch = batches::find(&house, caller.tenant, id).await?;
    let (tenant, once) = (caller.tenant, once::named(&headers, &(id, &new))?);
    let id = unless_begun(&house, tenant, once.as_ref(), begin(&house, batch, new, trace, once.as_ref())).await?;
    accepted(&house, tenant, TransferKind::Export, id).await
}

async fn begin(
    house: &House,
    batch: BatchRecord,
    new: NewExport,
    trace: TraceId,
    once: Option<&Once>,
) -> Result<i64, Problem> {
    let (tenant, place) = (batch.new.tenant, Place { bucket: new.bucket, prefix: new.prefix });
    let errors = check_place(house, tenant, &place, TransferKind::Export).await?;
    if !errors.is_empty() {
        return Err(Problem::invalid("this cannot be exported").with(errors));
    }
    let tasks = new.tasks.map(|tasks| tasks.into_iter().map(|task| ledger::TaskId(task.0)).collect());
    let (renditions, overwrite) = (new.renditions, new.overwrite);
    let plan = Plan { place: Some(place), batch: None, renditions, tasks, overwrite, trace: Some(trace) };
    let what = serde_json::to_string(&plan).map_err(Problem::internal)?;
    let fresh = NewTransfer { tenant, kind: TransferKind::Export, what, batch: Some(batch.id) };
    write(house, &fresh, &[step(FIRST, "list")], once).await
}

operations!(Export, ExportId, "export", "; what is there stays", "Nothing more goes", "");
