//! Exports of a batch, and one of them; for those who may upload.

use super::Page;
use super::imports::{One, failures, usable};
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::auth::Writer;
use service::web::batches;
use service::web::extract::{Path, Query};
use service::web::ids::{BatchId, ExportId};
use service::web::page::Paging;
use service::web::transfers::buckets::Bucket;
use service::web::transfers::{Transfer, exports};
use std::sync::Arc;

/// Exports among which those of a batch are looked for.
const LOOKED: usize = 100;

#[derive(Template)]
#[template(path = "exports.html")]
struct Exports {
    frame: Frame,
    batch: BatchId,
    all: Vec<Transfer>,
    buckets: Vec<Bucket>,
}

/// The newest ones of a batch, and a form for another.
pub async fn list(State(house): Shop, visitor: Visitor, _: Writer, Path(batch): Path<BatchId>) -> Page {
    let _ = batches::look(State(Arc::clone(&house)), visitor.reader(), Path(batch)).await?;
    let newest = Query(Paging { cursor: None, limit: Some(LOOKED) });
    let all = exports::list(State(Arc::clone(&house)), visitor.reader(), newest).await?.0.items;
    let all = all.into_iter().filter(|export| export.batch == Some(batch)).collect();
    let buckets = usable(house, &visitor, |bucket| bucket.export).await?;
    Ok(page(&Exports { frame: Frame::of(&visitor, Place::Batches), batch, all, buckets }))
}

/// One of them.
pub async fn look(State(house): Shop, visitor: Visitor, _: Writer, Path(id): Path<ExportId>) -> Page {
    let of = exports::look(State(Arc::clone(&house)), visitor.reader(), Path(id)).await?.0;
    let failed = exports::files(State(house), visitor.reader(), Path(id), Query(failures())).await?.0.items;
    Ok(page(&One::of(Frame::of(&visitor, Place::Batches), format!("/v1/exports/{id}"), of, failed)))
}
