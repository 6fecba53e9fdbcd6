//! Imports, and one of them; for those who may upload.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use ledger::transfers::ItemState;
use service::House;
use service::web::auth::Writer;
use service::web::extract::{Path, Query};
use service::web::ids::ImportId;
use service::web::page::Paging;
use service::web::transfers::buckets::{self, Bucket};
use service::web::transfers::{File, Transfer, Which, imports};
use service::web::{Problem, Shop, recipes};
use std::sync::Arc;

/// Failures that a page shows.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "imports.html")]
struct Imports {
    frame: Frame,
    all: Vec<Transfer>,
    buckets: Vec<Bucket>,
    recipes: Vec<String>,
    next: Option<String>,
}

/// An import or export, and what failed of it.
#[derive(Template)]
#[template(path = "transfer.html")]
pub struct One {
    frame: Frame,
    /// Where the API has it.
    path: String,
    of: Transfer,
    failed: Vec<File>,
}

impl One {
    /// The page of one.
    pub fn of(frame: Frame, path: String, of: Transfer, failed: Vec<File>) -> Self {
        Self { frame, path, of, failed }
    }

    fn is_over(&self) -> bool {
        matches!(self.of.state, "ended" | "cancelled")
    }
}

/// What a state is called.
pub fn state(frame: &Frame, state: &str) -> &'static str {
    let w = &frame.w.doors;
    match state {
        "listing" => w.listing,
        "cancelled" => w.cancelled,
        "ended" => w.ended,
        _ => w.running,
    }
}

/// The failures of a transfer.
pub fn failures() -> Which {
    Which { state: Some(ItemState::Failed), cursor: None, limit: Some(SHOWN) }
}

/// The buckets that may be used so.
pub async fn usable(house: Arc<House>, visitor: &Visitor, fits: fn(&Bucket) -> bool) -> Result<Vec<Bucket>, Problem> {
    let all = buckets::list(State(house), visitor.reader()).await?.0.items;
    Ok(all.into_iter().filter(fits).collect())
}

/// All of them, and a form for another.
pub async fn list(State(house): Shop, visitor: Visitor, _: Writer, Query(paging): Query<Paging>) -> Page {
    let all = imports::list(State(Arc::clone(&house)), visitor.reader(), Query(paging)).await?.0;
    let buckets = usable(Arc::clone(&house), &visitor, |bucket| bucket.import).await?;
    let known = recipes::list(State(house), visitor.reader()).await?.0.items;
    let recipes = known.into_iter().map(|recipe| recipe.name).collect();
    let frame = Frame::of(&visitor, Place::Imports);
    Ok(page(&Imports { frame, all: all.items, buckets, recipes, next: all.next }))
}

/// One of them.
pub async fn look(State(house): Shop, visitor: Visitor, _: Writer, Path(id): Path<ImportId>) -> Page {
    let of = imports::look(State(Arc::clone(&house)), visitor.reader(), Path(id)).await?.0;
    let failed = imports::files(State(house), visitor.reader(), Path(id), Query(failures())).await?.0.items;
    Ok(page(&One::of(Frame::of(&visitor, Place::Imports), format!("/v1/imports/{id}"), of, failed)))
}
