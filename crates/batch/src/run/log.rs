//! What happened when, in seconds since the start: the raw material of the report.

use darkroom::Attempt;
use ledger::{Failure, Totals};
use serde::Serialize;
use std::collections::BTreeMap;

/// One attempt at one photo.
#[derive(Debug, Clone, Serialize)]
pub struct Work {
    /// Name of the input.
    pub photo: String,
    /// Which worker, from 0.
    pub slot: usize,
    /// When the worker took it.
    pub start_s: f64,
    /// When the worker was free again.
    pub end_s: f64,
    /// The attempt as the darkroom tells it.
    pub attempt: Attempt,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunLog {
    /// The batch in numbers, from the ledger.
    pub totals: Totals,
    /// Dead letters, from the ledger.
    pub failures: Vec<Failure>,
    /// Every attempt, in the order in which they ended.
    pub work: Vec<Work>,
    /// Number of workers.
    pub workers: usize,
    /// Memory budget in bytes; 0 where nobody set one.
    pub memory: u64,
    /// From the start of the program's work until the end of the batch.
    pub wall_s: f64,
    /// Seconds of it before the run began: walking and planning.
    pub before_s: f64,
    /// Workers that had to be replaced, and why.
    pub replaced: Vec<String>,
    /// Endings that the ledger refused; 0 unless something is wrong.
    pub refused: u64,
    /// Someone interrupted it, or `--fail-fast` did.
    pub stopped: bool,
    /// Why it could not go on: a fault of the machine, again and again.
    pub gave_up: Option<String>,
}

/// When photos are being worked on, as they are told.
#[derive(Debug, Default)]
pub struct Spans {
    started: BTreeMap<u64, (usize, f64)>,
    released: BTreeMap<u64, f64>,
}

impl Spans {
    /// A worker took it.
    pub fn start(&mut self, task: u64, slot: usize, at_s: f64) {
        self.started.insert(task, (slot, at_s));
    }

    /// Its worker is free.
    pub fn release(&mut self, task: u64, at_s: f64) {
        self.released.insert(task, at_s);
    }

    /// It has ended: its worker, start and end.
    pub fn end(&mut self, attempt: &Attempt, at_s: f64) -> (usize, f64, f64) {
        let (slot, start_s) = self.started.remove(&attempt.task).unwrap_or((attempt.slot, at_s));
        (slot, start_s, self.released.remove(&attempt.task).unwrap_or(at_s))
    }

    /// How many are running.
    pub fn running(&self) -> usize {
        self.started.len().saturating_sub(self.released.len())
    }
}
