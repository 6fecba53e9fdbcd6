//! What a tenant has and may have, and what happens at each limit.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::usage::{self, Allowance};

#[derive(Template)]
#[template(path = "limits.html")]
struct Limits {
    frame: Frame,
    limits: Vec<Limit>,
}

struct Limit {
    name: &'static str,
    /// `3 of 9`, or the limit alone.
    text: String,
    /// What is used, and the limit; nothing where nobody counts.
    meter: Option<(u64, u64)>,
    what: &'static str,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor) -> Page {
    let have = usage::limits(State(house), visitor.reader()).await?.0;
    let frame = Frame::of(&visitor, Place::Limits);
    Ok(page(&Limits { limits: limits(&frame, &have), frame }))
}

fn limits(frame: &Frame, have: &Allowance) -> Vec<Limit> {
    let (w, f) = (frame.w, &frame.w.figures);
    let used = |name, part, whole, show: fn(u64) -> String, what| {
        let text = say(w.of, &[&show(part), &show(whole)]);
        Limit { name, text, meter: Some((part, whole)), what }
    };
    let alone = |name, text, what| Limit { name, text, meter: None, what };
    vec![
        used(w.stored, have.stored_bytes, have.storage_bytes, show::bytes, f.storage_what),
        used(w.queued, have.queued, have.queued_cap, show::count, f.queued_what),
        used(w.running, have.running, have.running_cap, show::count, f.running_what),
        alone(f.per_batch, show::count(have.photos_per_batch as u64), f.per_batch_what),
        alone(f.upload_size, show::bytes(have.upload_bytes), f.upload_what),
        alone(f.requests, have.requests_per_s.to_string(), f.requests_what),
        alone(f.submissions, have.batches_per_min.to_string(), f.submissions_what),
    ]
}
