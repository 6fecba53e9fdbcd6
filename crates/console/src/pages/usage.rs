//! What was used, by day.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use ledger::{Ledger, Page as Rows};
use service::House;
use service::web::usage::{self, Allowance};
use service::web::{Problem, Shop, time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows that are read at once.
const PAGE: usize = 1_000;

#[derive(Template)]
#[template(path = "usage.html")]
struct Usage {
    frame: Frame,
    days: Vec<Line>,
    limits: Vec<(&'static str, String)>,
}

struct Line {
    day: String,
    photos: String,
    megapixels: String,
    bytes_in: String,
    bytes_out: String,
    cpu: String,
}

#[derive(Default)]
struct Sum {
    photos: u64,
    pixels: u64,
    bytes_in: u64,
    bytes_out: u64,
    cpu_s: f64,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor) -> Page {
    let days = days(&house, &visitor).await?;
    let allowance = usage::limits(State(Arc::clone(&house)), visitor.reader()).await?.0;
    let frame = Frame::of(&visitor, Place::Usage);
    let limits = limits(&frame, &allowance);
    // Newest first.
    Ok(page(&Usage { limits, days: days.into_iter().rev().map(line).collect(), frame }))
}

async fn days(house: &House, visitor: &Visitor) -> Result<BTreeMap<String, Sum>, Problem> {
    let (mut days, mut after) = (BTreeMap::<String, Sum>::new(), None);
    loop {
        let rows = house.ledger.usage(visitor.caller.tenant, Rows { after, most: PAGE }).await?;
        after = rows.last().map(|row| row.id);
        for row in &rows {
            let day = days.entry(time::rfc3339(row.at)[..10].to_owned()).or_default();
            day.photos += 1;
            day.pixels += row.usage.pixels;
            day.bytes_in += row.usage.bytes_in;
            day.bytes_out += row.usage.bytes_out;
            day.cpu_s += row.usage.cpu_s;
        }
        if rows.len() < PAGE {
            return Ok(days);
        }
    }
}

fn line((day, sum): (String, Sum)) -> Line {
    Line {
        day,
        photos: show::count(sum.photos),
        megapixels: show::count(sum.pixels / 1_000_000),
        bytes_in: show::bytes(sum.bytes_in),
        bytes_out: show::bytes(sum.bytes_out),
        cpu: show::seconds(sum.cpu_s),
    }
}

fn limits(frame: &Frame, have: &Allowance) -> Vec<(&'static str, String)> {
    let w = frame.w;
    let of = |part: String, whole: String| say(w.of, &[&part, &whole]);
    vec![
        (w.stored, of(show::bytes(have.stored_bytes), show::bytes(have.storage_bytes))),
        (w.queued, of(show::count(have.queued), show::count(have.queued_cap))),
        (w.running, of(show::count(have.running), show::count(have.running_cap))),
    ]
}
