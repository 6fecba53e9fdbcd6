//! One batch: how it stands, and the wall of its photos.

use super::Page;
use super::imports::usable;
use super::standing::Standing;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::House;
use service::web::batches;
use service::web::extract::Path;
use service::web::ids::BatchId;
use service::web::{Problem, Shop};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "batch.html")]
struct Batch {
    frame: Frame,
    batch: Standing,
    /// There is a bucket to which it may be exported.
    exports: bool,
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
    let (frame, batch) = find(Arc::clone(&house), &visitor, id).await?;
    let exports = frame.writes && !usable(house, &visitor, |bucket| bucket.export).await?.is_empty();
    Ok(page(&Batch { frame, batch, exports }))
}

/// The part of it that changes while the batch is worked on.
pub async fn standing(State(house): Shop, visitor: Visitor, Path(id): Path<BatchId>) -> Page {
    let (frame, batch) = find(house, &visitor, id).await?;
    Ok(page(&Part { frame, batch }))
}

async fn find(house: Arc<House>, visitor: &Visitor, id: BatchId) -> Result<(Frame, Standing), Problem> {
    let now = house.clock.wall();
    let batch = batches::look(State(house), visitor.reader(), Path(id)).await?.0;
    let frame = Frame::of(visitor, Place::Batches);
    let batch = Standing::of(&batch, now, frame.w);
    Ok((frame, batch))
}
