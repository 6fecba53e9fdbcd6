//! One batch: how it stands, and the wall of its photos.

use super::Page;
use super::standing::Standing;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::{Oops, Visitor};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::Form;
use serde::Deserialize;
use service::House;
use service::web::auth::Writer;
use service::web::batches::{self, Which};
use service::web::extract::{Path, Query};
use service::web::ids::{BatchId, TaskId};
use service::web::{Problem, Shop};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "batch.html")]
struct Batch {
    frame: Frame,
    batch: Standing,
}

impl Batch {
    /// States of photos by which the wall can be filtered, with their names.
    fn states(&self) -> [(&'static str, &'static str); 6] {
        let w = self.frame.w;
        [
            ("", w.all),
            ("succeeded", w.succeeded),
            ("failed", w.failed),
            ("running", w.running),
            ("ready", w.ready),
            ("cancelled", w.given_up),
        ]
    }
}

#[derive(Template)]
#[template(path = "standing.html")]
struct Part {
    frame: Frame,
    batch: Standing,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(id): Path<BatchId>) -> Page {
    let (frame, batch) = find(house, &visitor, id).await?;
    Ok(page(&Batch { frame, batch }))
}

/// The part of it that changes while the batch is worked on.
pub async fn standing(State(house): Shop, visitor: Visitor, Path(id): Path<BatchId>) -> Page {
    let (frame, batch) = find(house, &visitor, id).await?;
    Ok(page(&Part { frame, batch }))
}

async fn find(house: Arc<House>, visitor: &Visitor, id: BatchId) -> Result<(Frame, Standing), Oops> {
    let now = house.clock.wall();
    let batch = batches::look(State(house), visitor.reader(), Path(id)).await?.0;
    let frame = Frame::of(visitor, Place::Batches);
    let batch = Standing::of(&batch, now, frame.w);
    Ok((frame, batch))
}

/// What a button of the page asks for.
#[derive(Deserialize)]
pub struct Asked {
    act: Act,
    /// A photo to try again; all that failed if absent.
    task: Option<TaskId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Cancel,
    Retry,
    Remove,
}

/// A button was pressed.
pub async fn act(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<BatchId>,
    Form(asked): Form<Asked>,
) -> Page {
    let (shop, writer, path) = (State(house), Writer(caller), Path(id));
    match asked.act {
        Act::Cancel => drop(batches::cancel(shop, writer, path).await?),
        Act::Retry => drop(batches::redrive(shop, writer, path, Query(Which { task: asked.task })).await?),
        Act::Remove => {
            batches::remove(shop, writer, path).await?;
            return Ok(Redirect::to("/batches").into_response());
        }
    }
    Ok(Redirect::to(&format!("/batches/{id}")).into_response())
}

impl From<axum::extract::rejection::FormRejection> for Oops {
    fn from(rejection: axum::extract::rejection::FormRejection) -> Self {
        Problem::malformed(rejection.body_text()).into()
    }
}
