//! What a batch took, and what failed.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use batch::report::plot::{self, Words};
use service::web::Shop;
use service::web::batches::course::Spread;
use service::web::batches::report::{self, Report as Told};
use service::web::extract::Path;
use service::web::ids::BatchId;

#[derive(Template)]
#[template(path = "report.html")]
struct Report {
    frame: Frame,
    told: Told,
    /// Names and values.
    figures: Vec<(&'static str, String)>,
    plots: Vec<Plot>,
    /// An SVG.
    stages: String,
}

struct Plot {
    title: &'static str,
    svg: String,
    legend: String,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(id): Path<BatchId>) -> Page {
    let told = report::report(State(house), visitor.reader(), Path(id)).await?.0;
    let frame = Frame::of(&visitor, Place::Batches);
    let stages: Vec<_> =
        told.stages.iter().map(|s| batch::report::Stage { name: s.name.clone(), seconds: s.seconds }).collect();
    let plots = over_time(&frame, &told).into_iter().chain(spreads(&frame, &told)).collect();
    Ok(page(&Report { figures: figures(&frame, &told), plots, stages: plot::stages(&stages), frame, told }))
}

fn figures(frame: &Frame, told: &Told) -> Vec<(&'static str, String)> {
    let w = frame.w;
    vec![
        (w.wall_time, show::seconds(told.wall_s)),
        (w.speed, format!("{:.2}", told.photos_per_s)),
        (w.cpu, show::seconds(told.cpu_s)),
        (w.bytes_in, show::bytes(told.bytes_in)),
        (w.bytes_out, show::bytes(told.bytes_out)),
        (w.largest_memory, show::bytes(told.memory.largest_peak)),
        (w.half, show::seconds(told.times.p50_s)),
        (w.most, show::seconds(told.times.p90_s)),
        (w.retries, show::count(told.retries)),
    ]
}

/// What happened when; nothing where nothing happened yet.
fn over_time(frame: &Frame, told: &Told) -> Vec<Plot> {
    let (f, course) = (&frame.w.figures, &told.course);
    let moments = [0.0, told.wall_s / 2.0, told.wall_s].map(show::seconds);
    let bar = say(f.bar_is, &[&show::seconds(course.bin_s)]);
    let counted = |counts: &[u64]| counts.iter().map(|n| *n as f64).collect::<Vec<_>>();
    let of = |title, figures: &[f64], digits: usize, legend: String| {
        let largest = figures.iter().copied().fold(0.0, f64::max);
        let longest = say(f.most, &[&format!("{largest:.digits$}")]);
        let below = moments.each_ref().map(String::as_str);
        let svg = plot::bars(figures, &Words { title, longest: &longest, below });
        (largest > 0.0).then_some(Plot { title, svg, legend })
    };
    let plots = [
        of(f.done, &counted(&course.succeeded), 0, bar.clone()),
        of(f.lost, &counted(&course.failed), 0, bar),
        of(f.busy, &course.busy, 1, f.busy_what.to_owned()),
    ];
    plots.into_iter().flatten().collect()
}

/// How photos differ.
fn spreads(frame: &Frame, told: &Told) -> Vec<Plot> {
    let f = &frame.w.figures;
    let of = |title, spread: &Spread, show: fn(f64) -> String, legend: &str| {
        let figures: Vec<_> = spread.photos.iter().map(|n| *n as f64).collect();
        let longest = say(f.most, &[&show::count(spread.photos.iter().copied().max().unwrap_or(0))]);
        let all = spread.bin * figures.len() as f64;
        let marks = [0.0, all / 2.0, all].map(show);
        let svg =
            plot::bars(&figures, &Words { title, longest: &longest, below: marks.each_ref().map(String::as_str) });
        (!figures.is_empty()).then(|| Plot { title, svg, legend: legend.into() })
    };
    let plots = [
        of(f.times, &told.times_spread, show::seconds, f.times_what),
        of(f.memory, &told.memory_spread, |bytes| show::bytes(bytes as u64), f.memory_what),
    ];
    plots.into_iter().flatten().collect()
}
