//! Links to a batch, for clients.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{moment, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::batches::shares::{self, Choice, Share};
use service::web::extract::Path;
use service::web::ids::BatchId;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "shares.html")]
struct Shares {
    frame: Frame,
    batch: BatchId,
    shares: Vec<Share>,
    choices: Vec<Choice>,
}

impl Shares {
    /// Only some have a watermark, so it may be asked for.
    fn differ(&self) -> bool {
        self.choices.iter().any(|choice| choice.watermarked) && self.choices.iter().any(|choice| !choice.watermarked)
    }

    /// When somebody came last.
    fn last_seen(&self, at: &str) -> String {
        say(self.frame.w.gallery.last_view, &[&moment(at)])
    }
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(batch): Path<BatchId>) -> Page {
    let shares = shares::list(State(Arc::clone(&house)), visitor.reader(), Path(batch)).await?.0.items;
    let choices = shares::choices(&house, &visitor.caller, batch).await?;
    Ok(page(&Shares { frame: Frame::of(&visitor, Place::Batches), batch, shares, choices }))
}
