//! What became of a batch: numbers as JSON, and one page for people.

pub mod bins;
mod html;
pub mod plot;
pub mod scaling;
pub mod sums;

pub use html::page;
pub use sums::{Stage, Times};

use crate::names;
use crate::run::{RunLog, Work};
use crate::walk::Ignored;
use ledger::Totals;
use scaling::{Measured, Scaling};
use serde::Serialize;
use sums::ratio;

/// The report of one run. All seconds count from the start of the run unless they are durations.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of these words; 1.
    pub version: u32,
    /// Name of the recipe.
    pub recipe: String,
    /// The batch in numbers, counted from the ledger's rows.
    pub totals: Totals,
    /// Someone stopped it.
    pub stopped: bool,
    /// Why it could not go on.
    pub gave_up: Option<String>,
    /// From start to end.
    pub wall_s: f64,
    /// Of these, before the run: walking and planning.
    pub before_s: f64,
    /// Succeeded photos per second.
    pub photos_per_s: f64,
    /// Megabytes (10⁶) of input per second.
    pub mb_per_s: f64,
    /// Bytes of the photos that were worked on.
    pub bytes_in: u64,
    /// Bytes of the files that were made.
    pub bytes_out: u64,
    /// Bytes between parent and workers per attempt: records, never pixels.
    pub record_bytes_per_photo: f64,
    /// Processor seconds of the workers.
    pub cpu_s: f64,
    /// Number of workers.
    pub workers: usize,
    /// Share of the time that workers were busy, 0 to 1.
    pub utilisation: f64,
    /// Memory.
    pub memory: Memory,
    /// Time that photos waited, summed.
    pub waits: Waits,
    /// Seconds by stage, summed over the photos, most first.
    pub stages: Vec<Stage>,
    /// How long the succeeded photos took.
    pub times: Times,
    /// How it would grow.
    pub scaling: Scaling,
    /// Dead letters.
    pub failures: Vec<Failed>,
    /// Files that were seen and left out.
    pub ignored: Ignored,
    /// Paths that could not be read: path, why.
    pub problems: Vec<(String, String)>,
    /// Workers that were replaced, and why.
    pub replaced: Vec<String>,
    /// Every attempt, in the order in which they ended.
    pub photos: Vec<Line>,
}

/// Memory, in bytes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Memory {
    /// What photos in work may need together; 0 where unlimited.
    pub budget: u64,
    /// Largest estimate of a photo.
    pub largest_estimate: u64,
    /// Largest memory of a worker.
    pub largest_peak: u64,
    /// Least and greatest estimate ÷ measured peak; above 1 is safe.
    pub estimate_over_peak: Option<(f64, f64)>,
}

/// Time that photos waited, in seconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Waits {
    /// For memory.
    pub memory_s: f64,
    /// For seats.
    pub seats_s: f64,
    /// For the disk, beside the next photo.
    pub durable_s: f64,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failed {
    /// The photo.
    pub photo: String,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub advice: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// One attempt.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The photo.
    pub photo: String,
    /// `done`, or what went wrong.
    pub outcome: String,
    /// Whether it is done.
    pub done: bool,
    /// Which worker, from 0.
    pub worker: usize,
    /// When it was taken.
    pub start_s: f64,
    /// When its worker was free again.
    pub end_s: f64,
    /// Processor seconds.
    pub cpu_s: f64,
    /// Estimated peak in bytes; 0 where the header could not be read.
    pub estimate: u64,
    /// Measured peak in bytes; 0 where unknown.
    pub peak: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Waited for memory.
    pub wait_memory_s: f64,
    /// Waited for seats.
    pub wait_seats_s: f64,
    /// Seconds by stage.
    pub stages: Vec<Stage>,
    /// Sentences for the user.
    pub notes: Vec<String>,
}

/// What the report tells besides the run itself.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Name of the recipe.
    pub recipe: String,
    /// Files that were left out.
    pub ignored: Ignored,
    /// Paths that could not be read: path, why.
    pub problems: Vec<(String, String)>,
    /// Results of `bench --scaling`, where there are some.
    pub measured: Vec<Measured>,
}

impl Report {
    /// Sums a run up.
    pub fn of(log: &RunLog, context: Context) -> Self {
        let photos: Vec<_> = log.work.iter().map(line).collect();
        let spans: Vec<_> = photos.iter().map(|l| (l.start_s, l.end_s)).collect();
        let busy_s: f64 = spans.iter().map(|(start, end)| end - start).sum();
        let sum = |part: fn(&Line) -> u64| photos.iter().map(part).sum::<u64>();
        let (bytes_in, bytes_out) = (sum(|l| l.bytes_in), sum(|l| l.bytes_out));
        let record_bytes: u64 = log.work.iter().map(|w| w.attempt.cost.record_bytes).sum();
        Self {
            version: 1,
            recipe: context.recipe,
            totals: log.totals,
            stopped: log.stopped,
            gave_up: log.gave_up.clone(),
            wall_s: log.wall_s,
            before_s: log.before_s,
            photos_per_s: ratio(log.totals.succeeded as f64, log.wall_s),
            mb_per_s: ratio(bytes_in as f64 / 1e6, log.wall_s),
            bytes_in,
            bytes_out,
            record_bytes_per_photo: ratio(record_bytes as f64, photos.len() as f64),
            cpu_s: photos.iter().map(|l| l.cpu_s).sum(),
            workers: log.workers,
            utilisation: ratio(busy_s, log.wall_s * log.workers as f64),
            memory: memory(log.memory, &photos),
            waits: waits(log),
            stages: stages(&photos),
            times: times(log),
            scaling: Scaling::of(&spans, log.wall_s, &context.measured),
            failures: log.failures.iter().map(failed).collect(),
            ignored: context.ignored,
            problems: context.problems,
            replaced: log.replaced.clone(),
            photos,
        }
    }

    /// As JSON, readable.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn line(work: &Work) -> Line {
    let Work { attempt, .. } = work;
    let made = attempt.result.as_ref();
    let header = attempt.header.as_ref();
    Line {
        photo: work.photo.clone(),
        outcome: made.map_or_else(ToString::to_string, |_| "done".into()),
        done: made.is_ok(),
        worker: work.slot,
        start_s: work.start_s,
        end_s: work.end_s,
        cpu_s: attempt.cost.cpu_s,
        estimate: header.map_or(0, |h| h.estimate),
        peak: attempt.cost.peak_bytes,
        bytes_in: header.map_or(0, |h| h.file_bytes),
        bytes_out: made.map_or(0, |m| m.renditions.iter().map(|r| r.bytes).sum()),
        wait_memory_s: attempt.cost.wait_memory_s,
        wait_seats_s: attempt.cost.wait_seats_s,
        stages: attempt
            .cost
            .stages_s
            .iter()
            .map(|(name, seconds)| Stage { name: name.clone(), seconds: *seconds })
            .collect(),
        notes: made.map(|m| m.notes.clone()).unwrap_or_default(),
    }
}

fn failed(failure: &ledger::Failure) -> Failed {
    let last = failure.faults.last().cloned();
    let (what, why, advice) = last.map(|f| (f.what, f.why, f.advice)).unwrap_or_default();
    Failed {
        photo: names::path(&failure.input.name).display().to_string(),
        what,
        why,
        advice,
        attempts: failure.attempts,
    }
}

fn memory(budget: u64, photos: &[Line]) -> Memory {
    let ratios = photos.iter().filter(|l| l.peak > 0 && l.estimate > 0).map(|l| l.estimate as f64 / l.peak as f64);
    Memory {
        budget,
        largest_estimate: photos.iter().map(|l| l.estimate).max().unwrap_or(0),
        largest_peak: photos.iter().map(|l| l.peak).max().unwrap_or(0),
        estimate_over_peak: ratios.fold(None, |range, r| {
            let (low, high) = range.unwrap_or((r, r));
            Some((r.min(low), r.max(high)))
        }),
    }
}

fn waits(log: &RunLog) -> Waits {
    let sum = |part: fn(&darkroom::Cost) -> f64| log.work.iter().map(|w| part(&w.attempt.cost)).sum();
    Waits { memory_s: sum(|c| c.wait_memory_s), seats_s: sum(|c| c.wait_seats_s), durable_s: sum(|c| c.durable_s) }
}

fn stages(photos: &[Line]) -> Vec<Stage> {
    let mut sums = sums::Stages::default();
    photos.iter().flat_map(|l| &l.stages).for_each(|stage| sums.add(&stage.name, stage.seconds));
    sums.most_first().collect()
}

fn times(log: &RunLog) -> Times {
    let done = log.work.iter().filter(|w| w.attempt.result.is_ok());
    Times::of(done.map(|w| w.attempt.cost.worker_s))
}
