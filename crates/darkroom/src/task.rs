//! The words between the batch and the darkroom: a photo to work on, and what became of it.

use develop::Recipe;
use develop::render::Assets;
use photo::{Capture, Size};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One photo to work on. Cheap to clone.
#[derive(Clone)]
pub struct PhotoTask {
    /// The caller's number for it; comes back in every [`Event`].
    pub id: u64,
    /// The file.
    pub input: PathBuf,
    /// The recipe, the photo's overrides merged in. Share one `Arc` among photos: it is sent to a worker only when it changes.
    pub recipe: Arc<Recipe>,
    /// Pictures and fonts that the recipe names. Share one `Arc`, as with the recipe.
    pub assets: Arc<Assets>,
    /// Where each wanted rendition goes; the recipe's other renditions are not made.
    pub place: Place,
}

/// Names the output files once the header is known (a template may hold the date or the camera). Runs on a thread of the pool.
pub type Place = Arc<dyn Fn(&Header) -> Result<Vec<Output>, Failure> + Send + Sync>;

/// One rendition and its final path; the folder is made if it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Name in the recipe.
    pub rendition: String,
    /// Final path.
    pub path: PathBuf,
}

/// What the header of a file says, read in a worker before anything is admitted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Header {
    /// Format and decoder in short words, such as `DNG lossless JPEG (flashraw)`.
    pub format: String,
    /// Stored size in pixels.
    pub size: Size,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// How it was taken.
    pub capture: Capture,
    /// Peak memory in bytes of the worker while it makes this photo.
    pub estimate: u64,
}

/// What became of one photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// [`PhotoTask::id`].
    pub task: u64,
    /// Which worker, from 0.
    pub slot: usize,
    /// The header, where it could be read.
    pub header: Option<Header>,
    /// The renditions, durable under their final names, or why there is none.
    pub result: Result<PhotoOutcome, Failure>,
    /// What it took, also when it failed.
    pub cost: Cost,
}

/// A photo that succeeded.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PhotoOutcome {
    /// One entry a wanted rendition, in the order of the recipe.
    pub renditions: Vec<Made>,
    /// Sentences for the user: repaired data, opcodes that are not applied.
    pub notes: Vec<String>,
}

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Name of the rendition.
    pub rendition: String,
    /// Where it is.
    pub path: PathBuf,
    /// Size in pixels.
    pub size: Size,
    /// Bytes of the file.
    pub bytes: u64,
    /// CRC-32 (IEEE) of the file, computed while it was written.
    pub crc32: u32,
}

/// What one attempt took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Seconds the worker was busy with it, header included, waits excluded.
    pub worker_s: f64,
    /// CPU seconds of the worker.
    pub cpu_s: f64,
    /// Largest resident memory of the worker in bytes; 0 where unknown (it died, or it is a thread).
    pub peak_bytes: u64,
    /// Seconds waited for memory.
    pub wait_memory_s: f64,
    /// Seconds waited for seats.
    pub wait_seats_s: f64,
    /// Seconds from the last byte written until the files were durable; overlaps the next photo.
    pub durable_s: f64,
    /// Bytes that went between the two processes, both directions.
    pub record_bytes: u64,
    /// Seconds by stage, in order.
    pub stages_s: Vec<(String, f64)>,
}

/// Why a photo has no renditions: what happened, why, and what to do. Lowercase, one line each, no final dot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Failure {
    /// Whose fault.
    pub class: Class,
    /// What could not be done, such as `cannot develop this photo`; without the file's name.
    pub what: String,
    /// Why, such as `strip 3 ends at byte 18223104, but the file has 12582912 bytes`.
    pub why: String,
    /// What to do; empty where nothing helps.
    pub hint: String,
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The file: damaged, unknown, vanished, unreadable.
    Input,
    /// The recipe asks for what this photo cannot give.
    Recipe,
    /// A limit stopped it: memory, time, pixels.
    Limit,
    /// The worker crashed on it: panic, abort, stack overflow, a signal.
    Crash,
    /// The machine: full disk, folder not writable, no worker could be started. Trying again may help.
    Environment,
    /// Somebody stopped the run while it was worked on.
    Stopped,
}

/// Seats that a task holds while it is worked on, by pool.
pub type SeatNeeds = BTreeMap<String, u32>;

/// What the pool tells. Events of one task come in this order; those of different tasks mix.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a few a second, each short-lived")]
pub enum Event {
    /// A worker took the task and reads its header.
    Started {
        /// [`PhotoTask::id`].
        task: u64,
        /// Which worker, from 0.
        slot: usize,
    },
    /// Memory and seats are there; pixels are being worked on.
    Developing {
        /// [`PhotoTask::id`].
        task: u64,
        /// Which worker, from 0.
        slot: usize,
    },
    /// The worker is free for the next task; the files of this one are still being made durable.
    Released {
        /// [`PhotoTask::id`].
        task: u64,
        /// Which worker, from 0.
        slot: usize,
    },
    /// The task has ended, its files are durable or removed. Exactly one for each submitted task.
    Ended(Attempt),
    /// A worker died or was stopped, and another takes its place.
    Replaced {
        /// Which worker, from 0.
        slot: usize,
        /// Why, in words.
        why: String,
    },
}

impl Failure {
    /// The run was stopped while the photo was worked on.
    pub fn stopped() -> Self {
        Self::new(Class::Stopped, "did not finish this photo", "the run was stopped", "go on with --resume")
    }

    /// A failure from its four parts.
    pub fn new(class: Class, what: impl Into<String>, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { class, what: what.into(), why: why.into(), hint: hint.into() }
    }
}
