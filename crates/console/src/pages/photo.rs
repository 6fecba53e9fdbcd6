//! One photo of a batch: its picture, its files, its attempts.

use super::{Page, wall};
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use ledger::{Ledger, Output, Page as Rows, TaskRecord, TaskState};
use serde::Deserialize;
use service::House;
use service::order::Detail;
use service::web::batches::{self, tasks};
use service::web::extract::{Path, Query};
use service::web::ids::{BatchId, PhotoId, TaskId};
use service::web::{Problem, Shop, links};

#[derive(Template)]
#[template(path = "photo.html")]
struct Photo {
    frame: Frame,
    batch: BatchId,
    task: TaskId,
    photo: PhotoId,
    name: String,
    failed: bool,
    shown: bool,
    files: Vec<File>,
    attempts: Vec<Attempt>,
    next: Option<TaskId>,
}

struct File {
    rendition: String,
    name: String,
    size: String,
    url: String,
}

struct Attempt {
    title: String,
    began: String,
    fault: Option<ledger::Fault>,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path((id, task)): Path<(BatchId, TaskId)>) -> Page {
    let mut rows = find(&house, &visitor, id, task, 2).await?;
    let next = (rows.len() > 1).then(|| TaskId(rows.remove(1).id.0));
    let row = rows.remove(0);
    let frame = Frame::of(&visitor, Place::Batches);
    let attempts = row.attempts.iter().map(|a| Attempt {
        title: say(frame.w.attempt, &[&a.number]),
        began: show::moment(&service::web::time::rfc3339(a.started)),
        fault: a.fault.clone(),
    });
    let Detail { photo, name, .. } = tasks::detail(&row);
    Ok(page(&Photo {
        batch: id,
        task,
        photo: PhotoId(photo),
        name,
        failed: row.state == TaskState::Failed,
        shown: wall::smallest(&row).is_some(),
        files: files(&house, &row).await?,
        attempts: attempts.collect(),
        next,
        frame,
    }))
}

async fn files(house: &House, row: &TaskRecord) -> Result<Vec<File>, Problem> {
    let mut files = Vec::new();
    for output in &row.outputs {
        let name = output.name.rsplit('/').next().unwrap_or_default();
        let url = links::get(house, &output.path, name, links::life(house, None)?).await?;
        files.push(File {
            rendition: output.rendition.clone(),
            name: output.name.clone(),
            size: show::bytes(output.size),
            url,
        });
    }
    Ok(files)
}

/// Which picture of a photo.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    large: bool,
}

impl Which {
    /// The file that it means, if any can be shown.
    pub fn of(self, row: &TaskRecord) -> Option<&Output> {
        if self.large { wall::largest(row) } else { wall::smallest(row) }
    }
}

/// Leads to a picture of the photo: its smallest, or its largest.
pub async fn picture(
    State(house): Shop,
    visitor: Visitor,
    Path((id, task)): Path<(BatchId, TaskId)>,
    Query(which): Query<Which>,
) -> Page {
    let row = find(&house, &visitor, id, task, 1).await?.remove(0);
    let found = which.of(&row).ok_or_else(|| Problem::not_found(format!("no picture of {task} can be shown")))?;
    let life = links::life(&house, None)?;
    let name = found.name.rsplit('/').next().unwrap_or_default();
    let url = links::get(&house, &found.path, name, life).await?;
    // As long as the link is good for certain, so that a wall that is scrolled back asks nobody.
    let kept = format!("private, max-age={}", life.as_secs() / 2);
    Ok(([(header::CACHE_CONTROL, kept)], Redirect::temporary(&url)).into_response())
}

/// A photo of a batch of the visitor's tenant, and those behind it.
async fn find(
    house: &House,
    visitor: &Visitor,
    id: BatchId,
    task: TaskId,
    most: usize,
) -> Result<Vec<TaskRecord>, Problem> {
    let batch = batches::find(house, visitor.caller.tenant, id).await?;
    let page = Rows { after: Some(task.0.saturating_sub(1)), most };
    let rows = house.ledger.tasks(batch.id, None, page).await?;
    let there = rows.first().is_some_and(|row| row.id.0 == task.0);
    if there { Ok(rows) } else { Err(Problem::not_found(format!("there is no photo {task} in {id}"))) }
}
