//! Links to a batch, for clients.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{moment, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::batches::shares::{self, Share};
use service::web::extract::Path;
use service::web::ids::BatchId;

#[derive(Template)]
#[template(path = "shares.html")]
struct Shares {
    frame: Frame,
    batch: BatchId,
    shares: Vec<Share>,
}

impl Shares {
    /// When somebody came last.
    fn last_seen(&self, at: &str) -> String {
        say(self.frame.w.gallery.last_view, &[&moment(at)])
    }
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(batch): Path<BatchId>) -> Page {
    let shares = shares::list(State(house), visitor.reader(), Path(batch)).await?.0.items;
    Ok(page(&Shares { frame: Frame::of(&visitor, Place::Batches), batch, shares }))
}
