//! What a batch took, and what failed.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use batch::report::plot;
use service::web::Shop;
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
    /// An SVG.
    stages: String,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(id): Path<BatchId>) -> Page {
    let told = report::report(State(house), visitor.reader(), Path(id)).await?.0;
    let frame = Frame::of(&visitor, Place::Batches);
    let stages: Vec<_> =
        told.stages.iter().map(|s| batch::report::Stage { name: s.name.clone(), seconds: s.seconds }).collect();
    Ok(page(&Report { figures: figures(&frame, &told), stages: plot::stages(&stages), frame, told }))
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
