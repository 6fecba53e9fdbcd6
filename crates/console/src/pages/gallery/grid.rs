//! All photos of a gallery, a page at a time.

use super::super::{Page, wall};
use crate::frame::Frame;
use crate::show::{self, page};
use crate::words::{Language, say};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use ledger::shares::Shares;
use service::House;
use service::gallery::Gallery;
use service::web::batches::tasks;
use service::web::extract::{Path, Query};
use service::web::ids::TaskId;
use service::web::page::Paging;
use service::web::time::rfc3339;
use service::web::{Problem, Shop};

#[derive(Template)]
#[template(path = "gallery/grid.html")]
struct Grid {
    frame: Frame,
    token: String,
    label: String,
    line: String,
    shots: Vec<Shot>,
    next: Option<String>,
    later: bool,
}

struct Shot {
    task: TaskId,
    name: String,
    shown: bool,
    choose: String,
}

/// The page.
pub async fn look(
    State(house): Shop,
    gallery: Gallery,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(paging): Query<Paging>,
) -> Page {
    let later = paging.cursor.is_some();
    if !later {
        count(&house, &gallery).await?;
    }
    let frame = Frame::outside(Language::of(&headers));
    let photos = gallery.photos(&house, &paging).await?;
    let shots = photos.items.iter().map(|row| {
        let name = tasks::detail(row).name;
        let choose = say(frame.w.gallery.choose, &[&name]);
        Shot { task: TaskId(row.id.0), shown: wall::smallest(row).is_some(), name, choose }
    });
    let (shots, label) = (shots.collect(), gallery.share.new.label.clone());
    let until = show::moment(&rfc3339(gallery.share.expires));
    let until = until.split(' ').next().unwrap_or_default();
    let line = say(frame.w.gallery.of_until, &[&show::count(gallery.batch.totals.succeeded), &until]);
    Ok(page(&Grid { frame, token, label, line, shots, next: photos.next, later }))
}

/// Somebody came.
async fn count(house: &House, gallery: &Gallery) -> Result<(), Problem> {
    if gallery.share.counts(house.clock.wall()) {
        house.ledger.see_share(gallery.share.id).await?;
    }
    Ok(())
}
