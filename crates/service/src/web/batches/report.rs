//! The report of a batch: what a run's report tells, of the photos that have their renditions and of those that failed.

use super::course::{Course, Kept, Spread};
use super::{Totals, find, show, tasks};
use crate::house::House;
use crate::order::Detail;
use crate::web::Shop;
use crate::web::auth::Reader;
use crate::web::extract::Path;
use crate::web::ids::{BatchId, PhotoId, TaskId};
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use batch::report::sums;
use ledger::{AttemptState, BatchRecord, BatchState, Ledger, Page, TaskRecord, TaskState, Usage};
use serde::Serialize;
use utoipa::ToSchema;

/// Tasks that are read at once.
const PAGE: usize = 500;
/// Slowest photos that are told.
const SLOWEST: usize = 10;
/// Failures that are told; the list of failed tasks holds them all.
const FAILURES: usize = 100;

/// What a batch took so far, and what failed. Sums are over succeeded photos; what their attempts before and failed photos
/// took is not in them. Its words are those of a run's `report.json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    /// The batch.
    pub batch: BatchId,
    /// Name of its recipe.
    pub recipe: String,
    /// Version of the recipe.
    pub recipe_version: u32,
    /// `sealed` while it is worked on, then `closed`; `cancelling`, then `cancelled`.
    #[schema(value_type = String)]
    pub state: BatchState,
    /// In numbers.
    pub totals: Totals,
    /// Seconds from its submission to its end, or until now.
    pub wall_s: f64,
    /// Succeeded photos a second.
    pub photos_per_s: f64,
    /// Megabytes (10⁶) of photos a second.
    pub mb_per_s: f64,
    /// Bytes of photos.
    pub bytes_in: u64,
    /// Bytes of renditions.
    pub bytes_out: u64,
    /// Pixels of photos.
    pub pixels: u64,
    /// Processor seconds.
    pub cpu_s: f64,
    /// Memory.
    pub memory: Memory,
    /// Time that photos waited, summed.
    pub waits: Waits,
    /// Seconds by stage, summed, most first.
    pub stages: Vec<Stage>,
    /// How long photos took.
    pub times: Times,
    /// How the batch went.
    pub course: Course,
    /// How the seconds of the photos spread.
    pub times_spread: Spread,
    /// How the largest memory of a worker for each photo spreads, in bytes.
    pub memory_spread: Spread,
    /// The ten that took longest.
    pub slowest: Vec<Slow>,
    /// Attempts after the first of their photo.
    pub retries: u64,
    /// The first hundred dead letters.
    pub failures: Vec<Failed>,
}

/// Memory, in bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Memory {
    /// Largest memory of a worker while it made a photo.
    pub largest_peak: u64,
}

/// Time that photos waited, in seconds.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Waits {
    /// For memory, once a worker had them.
    pub memory_s: f64,
    /// For seats, at the front of the batch.
    pub seats_s: f64,
}

/// A stage of the pipeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Seconds, summed.
    pub seconds: f64,
}

/// Seconds that a worker was busy with a photo, waits excluded.
#[derive(Debug, Serialize, ToSchema)]
pub struct Times {
    /// Half of the photos took no longer.
    pub p50_s: f64,
    /// Nine of ten took no longer.
    pub p90_s: f64,
    /// 99 of a hundred took no longer.
    pub p99_s: f64,
    /// The slowest.
    pub longest_s: f64,
}

/// A photo that took long.
#[derive(Debug, Serialize, ToSchema)]
pub struct Slow {
    /// The task.
    pub task: TaskId,
    /// Name of the photo's file.
    pub photo: String,
    /// Seconds that a worker was busy with it.
    pub seconds: f64,
}

/// A dead letter, in the words of its last fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failed {
    /// The task.
    pub task: TaskId,
    /// The photo.
    pub photo_id: PhotoId,
    /// Name of its file.
    pub photo: String,
    /// What could not be done.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do; empty where nothing helps.
    pub advice: String,
    /// How often it was tried.
    pub attempts: usize,
}

/// What a batch took so far, and what failed
#[utoipa::path(get, operation_id = "get_report", path = "/v1/batches/{id}/report", tag = "batches", params(("id" = BatchId, Path)), responses(
    (status = 200, description = "As it stands", body = Report),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn report(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
) -> Result<Json<Report>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let mut sums = Sums::default();
    let mut after = None;
    loop {
        let page = house.ledger.tasks(batch.id, None, Page { after, most: PAGE }).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.0);
        page.iter().for_each(|task| sums.add(task));
    }
    Ok(Json(sums.report(&house, batch)))
}

/// What is summed up, photo by photo.
#[derive(Default)]
struct Sums {
    bytes_in: u64,
    bytes_out: u64,
    pixels: u64,
    cpu_s: f64,
    largest_peak: u64,
    waits: Waits,
    stages: sums::Stages,
    seconds: Vec<f64>,
    peaks: Vec<f64>,
    kept: Kept,
    slowest: Vec<Slow>,
    retries: u64,
    failures: Vec<Failed>,
}

impl Sums {
    fn add(&mut self, task: &TaskRecord) {
        self.kept.add(task);
        self.retries += task.attempts.len().saturating_sub(1) as u64;
        let done = task.attempts.iter().find(|a| a.state == AttemptState::Succeeded);
        if let Some(usage) = done.and_then(|attempt| attempt.usage.as_ref()) {
            self.succeeded(task, usage);
        }
        if task.state == TaskState::Failed && self.failures.len() < FAILURES {
            self.failures.push(failed(task));
        }
    }

    fn succeeded(&mut self, task: &TaskRecord, usage: &Usage) {
        self.bytes_in += usage.bytes_in;
        self.bytes_out += usage.bytes_out;
        self.pixels += usage.pixels;
        self.cpu_s += usage.cpu_s;
        self.largest_peak = self.largest_peak.max(usage.peak_bytes);
        self.waits.memory_s += usage.wait_memory_s;
        self.waits.seats_s += usage.wait_seats_s;
        for (name, seconds) in &usage.stages_s {
            self.stages.add(name, *seconds);
        }
        self.seconds.push(usage.wall_s);
        self.peaks.push(usage.peak_bytes as f64);
        let place = self.slowest.partition_point(|slow| slow.seconds >= usage.wall_s);
        if place < SLOWEST {
            let photo = tasks::detail(task).name;
            self.slowest.truncate(SLOWEST - 1);
            self.slowest.insert(place, Slow { task: TaskId(task.id.0), photo, seconds: usage.wall_s });
        }
    }

    fn report(self, house: &House, row: BatchRecord) -> Report {
        let end = row.ended.unwrap_or_else(|| house.clock.wall());
        let wall_s = (end.0 - row.opened.0).max(0) as f64 / 1e3;
        let (course, times_spread) = (self.kept.course(row.opened, end), Spread::of(&self.seconds));
        let times = sums::Times::of(self.seconds.into_iter());
        let batch = show(row);
        Report {
            batch: batch.id,
            recipe: batch.recipe,
            recipe_version: batch.recipe_version,
            state: batch.state,
            wall_s,
            photos_per_s: sums::ratio(batch.totals.succeeded as f64, wall_s),
            mb_per_s: sums::ratio(self.bytes_in as f64 / 1e6, wall_s),
            totals: batch.totals,
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            pixels: self.pixels,
            cpu_s: self.cpu_s,
            memory: Memory { largest_peak: self.largest_peak },
            waits: self.waits,
            stages: self.stages.most_first().map(|s| Stage { name: s.name, seconds: s.seconds }).collect(),
            times: Times { p50_s: times.p50_s, p90_s: times.p90_s, p99_s: times.p99_s, longest_s: times.longest_s },
            course,
            times_spread,
            memory_spread: Spread::of(&self.peaks),
            slowest: self.slowest,
            retries: self.retries,
            failures: self.failures,
        }
    }
}

fn failed(task: &TaskRecord) -> Failed {
    let Detail { photo, name, .. } = tasks::detail(task);
    let last = task.attempts.iter().rev().find_map(|a| a.fault.clone());
    let (what, why, advice) = last.map(|f| (f.what, f.why, f.advice)).unwrap_or_default();
    let (task, attempts) = (TaskId(task.id.0), task.attempts.len());
    Failed { task, photo_id: PhotoId(photo), photo: name, what, why, advice, attempts }
}
