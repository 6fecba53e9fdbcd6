//! What was used, by day.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use batch::report::plot::{self, Words};
use ledger::Timestamp;
use serde::Deserialize;
use service::web::days::{self, Day, Span};
use service::web::extract::Query;
use service::web::{Shop, time};

/// Days that can be chosen; the first are shown unasked.
const SPANS: [u32; 3] = [30, 90, 366];

/// How many days.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    days: Option<u32>,
}

#[derive(Template)]
#[template(path = "usage.html")]
struct Usage {
    frame: Frame,
    /// How many days can be looked at, what that is called, and is it so now.
    spans: Vec<(u32, String, bool)>,
    first: String,
    /// Title and SVG.
    plots: Vec<(&'static str, String)>,
    days: Vec<Line>,
}

struct Line {
    day: String,
    photos: String,
    megapixels: String,
    bytes_in: String,
    bytes_out: String,
    cpu: String,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Query(asked): Query<Asked>) -> Page {
    let length = asked.days.filter(|days| SPANS.contains(days)).unwrap_or(SPANS[0]);
    let first = first(house.clock.wall(), length);
    let span = Span { from: Some(first.clone()), to: None };
    let days = days::days(State(house), visitor.reader(), Query(span)).await?.0.items;
    let frame = Frame::of(&visitor, Place::Usage);
    let spans = SPANS.iter().map(|days| (*days, say(frame.w.figures.last_days, &[days]), *days == length)).collect();
    let used: Vec<_> = days.iter().filter(|day| day.photos > 0).collect();
    let plots = if used.is_empty() { Vec::new() } else { plots(&frame, &days) };
    // Newest first.
    let lines = used.into_iter().rev().map(line).collect();
    Ok(page(&Usage { spans, first, plots, days: lines, frame }))
}

/// The first of so many days, of which today is the last.
fn first(now: Timestamp, days: u32) -> String {
    let begin = Timestamp(now.0 - i64::from(days - 1) * 86_400_000);
    time::rfc3339(begin)[..10].to_owned()
}

fn plots(frame: &Frame, days: &[Day]) -> Vec<(&'static str, String)> {
    let w = frame.w;
    let of = |title, figure: fn(&Day) -> u64, show: fn(u64) -> String| {
        let figures: Vec<_> = days.iter().map(|day| figure(day) as f64).collect();
        let longest = say(w.figures.most, &[&show(days.iter().map(figure).max().unwrap_or(0))]);
        let day = |at: usize| days.get(at).map_or("", |day| day.day.as_str());
        let below = [day(0), day(days.len() / 2), day(days.len() - 1)];
        (title, plot::bars(&figures, &Words { title, longest: &longest, below }))
    };
    vec![
        of(w.photos, |day| day.photos, show::count),
        of(w.megapixels, |day| day.pixels / 1_000_000, show::count),
        of(w.bytes_in, |day| day.bytes_in, show::bytes),
        of(w.bytes_out, |day| day.bytes_out, show::bytes),
    ]
}

fn line(day: &Day) -> Line {
    Line {
        day: day.day.clone(),
        photos: show::count(day.photos),
        megapixels: show::count(day.pixels / 1_000_000),
        bytes_in: show::bytes(day.bytes_in),
        bytes_out: show::bytes(day.bytes_out),
        cpu: show::seconds(day.cpu_s),
    }
}
