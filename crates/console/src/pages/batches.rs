//! All batches, newest first.

use super::Page;
use super::standing::Standing;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::batches;
use service::web::extract::Query;
use service::web::page::Paging;

/// Batches of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "batches.html")]
struct Batches {
    frame: Frame,
    batches: Vec<Standing>,
    /// Cursor of the next page.
    next: Option<String>,
    /// This is not the first page.
    later: bool,
    /// Something on it will change by itself.
    lives: bool,
}

/// The page.
pub async fn list(State(house): Shop, visitor: Visitor, Query(paging): Query<Paging>) -> Page {
    let (later, now) = (paging.cursor.is_some(), house.clock.wall());
    let paging = Paging { limit: Some(PAGE), ..paging };
    let rows = batches::list(State(house), visitor.reader(), Query(paging)).await?.0;
    let frame = Frame::of(&visitor, Place::Batches);
    let batches: Vec<_> = rows.items.iter().map(|b| Standing::of(b, now, frame.w)).collect();
    let lives = batches.iter().any(|b| !b.over);
    Ok(page(&Batches { frame, batches, next: rows.next, later, lives }))
}
