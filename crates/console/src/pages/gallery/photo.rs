//! One photo of a gallery: its picture, and its files.

use super::super::photo::Which;
use super::super::{Page, wall};
use crate::frame::Frame;
use crate::show::{self, page};
use crate::words::{Language, say};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use service::gallery::{Around, Gallery, LIFE, gone};
use service::web::Shop;
use service::web::batches::tasks;
use service::web::extract::{Path, Query};
use service::web::ids::TaskId;

#[derive(Template)]
#[template(path = "gallery/photo.html")]
struct Photo {
    frame: Frame,
    token: String,
    task: TaskId,
    name: String,
    shown: bool,
    files: Vec<File>,
    before: Option<TaskId>,
    next: Option<TaskId>,
}

struct File {
    rendition: String,
    called: String,
}

/// The page.
pub async fn look(
    State(house): Shop,
    gallery: Gallery,
    headers: HeaderMap,
    Path((token, task)): Path<(String, TaskId)>,
) -> Page {
    let frame = Frame::outside(Language::of(&headers));
    let Around { before, photo, behind } = gallery.around(&house, ledger::TaskId(task.0)).await?;
    let files = photo.outputs.iter().map(|output| File {
        called: say(frame.w.gallery.download, &[&output.rendition, &show::bytes(output.size)]),
        rendition: output.rendition.clone(),
    });
    let (files, shown) = (files.collect(), wall::largest(&photo).is_some());
    let (before, next) = (before.map(|id| TaskId(id.0)), behind.map(|id| TaskId(id.0)));
    Ok(page(&Photo { frame, token, task, name: tasks::detail(&photo).name, shown, files, before, next }))
}

/// Leads to a picture of the photo: its smallest, or its largest, of those that are shown.
pub async fn picture(
    State(house): Shop,
    gallery: Gallery,
    Path((_, task)): Path<(String, TaskId)>,
    Query(which): Query<Which>,
) -> Page {
    let row = gallery.photo(&house, ledger::TaskId(task.0)).await?;
    let url = gallery.link(&house, which.of(&row).ok_or_else(gone)?).await?;
    let kept = format!("private, max-age={}", LIFE.as_secs() / 2);
    Ok(([(header::CACHE_CONTROL, kept)], Redirect::temporary(&url)).into_response())
}

/// Leads to a file of the photo.
pub async fn file(
    State(house): Shop,
    gallery: Gallery,
    Path((_, task, rendition)): Path<(String, TaskId, String)>,
) -> Page {
    let row = gallery.photo(&house, ledger::TaskId(task.0)).await?;
    let output = row.outputs.iter().find(|output| output.rendition == rendition).ok_or_else(gone)?;
    Ok(Redirect::temporary(&gallery.link(&house, output).await?).into_response())
}
