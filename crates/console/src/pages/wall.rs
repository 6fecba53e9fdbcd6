//! What the wall of a batch knows of its photos: as little as can be, since there may be ten thousand.

use crate::visitor::Visitor;
use axum::Json;
use axum::extract::State;
use ledger::{Ledger, Output, TaskRecord, TaskState};
use serde::Serialize;
use service::media;
use service::web::batches::{self, tasks};
use service::web::extract::{Path, Query};
use service::web::ids::{BatchId, TaskId};
use service::web::page::{Listed, Paging};
use service::web::{Problem, Shop};

/// A photo on the wall.
#[derive(Serialize)]
pub struct Tile {
    id: TaskId,
    name: String,
    state: TaskState,
}

/// Photos of a batch, in the order of submission.
pub async fn photos(
    State(house): Shop,
    visitor: Visitor,
    Path(id): Path<BatchId>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Tile>>, Problem> {
    let batch = batches::find(&house, visitor.caller.tenant, id).await?;
    let rows = house.ledger.tasks(batch.id, None, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id.0, tile)?))
}

fn tile(row: TaskRecord) -> Tile {
    Tile { id: TaskId(row.id.0), name: tasks::detail(&row).name, state: row.state }
}

/// The smallest picture of a photo that browsers can show.
pub fn smallest(row: &TaskRecord) -> Option<&Output> {
    shown(row).min_by_key(|o| o.size)
}

/// The largest of them.
pub fn largest(row: &TaskRecord) -> Option<&Output> {
    shown(row).max_by_key(|o| o.size)
}

fn shown(row: &TaskRecord) -> impl Iterator<Item = &Output> {
    row.outputs.iter().filter(|o| media::is_shown(&o.name))
}
