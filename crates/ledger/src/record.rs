//! What goes into the ledger and what comes out.

use crate::states::{End, FaultClass, TaskState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// Who owns batches: a customer of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TenantId(pub i64);

impl TenantId {
    /// The one tenant of a run on this machine. It has no row and no caps; its batches have no events, no usage rows and no
    /// dispatch rows.
    pub const HOUSE: Self = Self(0);
}

/// A batch; numbered from 1 in the order of opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BatchId(pub i64);

/// A task; numbered from 1 over the whole ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId(pub i64);

/// The right to end an attempt. Unique for ever, since attempt numbers only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Token {
    /// The task.
    pub task: TaskId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.{}", self.task.0, self.attempt)
    }
}

/// A batch to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBatch {
    /// Whose.
    pub tenant: TenantId,
    /// Names the recipe, for people; the hashes of its renditions stand with the outputs.
    pub recipe: String,
    /// What the workers are to do with every photo of it; the ledger keeps it and does not read it.
    pub order: String,
    /// Among the tenant's own batches the greater one goes first.
    pub priority: i32,
    /// Seats that each of its tasks holds while it runs, by pool.
    pub seats: SeatNeeds,
}

/// Seats by pool.
pub type SeatNeeds = BTreeMap<String, u32>;

impl NewBatch {
    /// A batch of the house with nothing but a name.
    pub fn local(recipe: impl Into<String>) -> Self {
        let (order, seats) = (String::new(), SeatNeeds::new());
        Self { tenant: TenantId::HOUSE, recipe: recipe.into(), order, priority: 0, seats }
    }
}

/// What identifies a photo's file: the same name, size and time mean the same content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Input {
    /// Its absolute path, as text from which the path can be had back.
    pub name: String,
    /// Size in bytes, to 2^63 − 1.
    pub size: u64,
    /// Time of its last change, in nanoseconds since 1970.
    pub modified_ns: i64,
    /// Hash of its content, where someone has read it all.
    pub hash: Option<String>,
}

/// A task to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    /// The photo.
    pub input: Input,
    /// There is nothing to do for it: it is counted as skipped and never claimed.
    pub skip: bool,
    /// What the worker must know of this photo alone; the ledger does not read it.
    pub detail: String,
}

/// Who asks for work, and for how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Only from this batch (a run on this machine), or the fairest of all.
    pub from: Option<BatchId>,
    /// Never more than there are free slots.
    pub most: usize,
    /// Names the worker, for people.
    pub worker: String,
    /// How long the worker has it until it must renew; `None` as long as the batch lives.
    pub lease: Option<Duration>,
}

/// A task handed to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// To be shown at the end.
    pub token: Token,
    /// Of this batch.
    pub batch: BatchId,
    /// Of this tenant.
    pub tenant: TenantId,
    /// The photo.
    pub input: Input,
    /// As it was added.
    pub detail: String,
    /// How long its batch had nothing but seats to wait for.
    pub seat_wait: Duration,
}

/// The answer to a claim of one certain task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimAnswer {
    /// It is yours.
    Claimed(Claim),
    /// Another worker has it, for so long at least.
    Leased(Duration),
    /// It waits before its next attempt, for so long.
    NotDue(Duration),
    /// A seat that it needs is taken, or its tenant runs as many as it may, or is paused; or no slot is free.
    Blocked,
    /// It needs no further work: it has its outcome, or its batch is cancelled.
    Terminal(TaskState),
    /// There is no such task, or its batch gives no work (yet, or any more).
    Unknown,
}

/// The answer to a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Go on: the lease counts anew from the moment at which the heartbeat was sent.
    Renewed,
    /// The batch is cancelled: let go of it.
    Cancelled,
    /// The task belongs to someone else by now, or has its outcome.
    Lost,
}

/// A file that an attempt made; it is on the disk for good before it is recorded here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Name of the rendition.
    pub rendition: String,
    /// Canonical hash of everything in the recipe that shapes it.
    pub rendition_hash: String,
    /// Where it is, relative to the output folder; the key in the store.
    pub path: String,
    /// Size in bytes, to 2^63 − 1.
    pub size: u64,
    /// CRC-32 (IEEE) of its bytes.
    pub crc32: u32,
    /// Its name for people, where the path is none: a path below a folder of the customer's. Empty otherwise.
    #[serde(default)]
    pub name: String,
}

/// What an attempt cost. Zero where nobody measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Seconds from start to end, waits excluded.
    pub wall_s: f64,
    /// Processor seconds.
    pub cpu_s: f64,
    /// Largest memory of the worker, in bytes.
    pub peak_bytes: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Pixels of the photo.
    pub pixels: u64,
    /// Seconds waited for memory.
    pub wait_memory_s: f64,
    /// Seconds waited for seats.
    pub wait_seats_s: f64,
    /// Seconds by stage, in the order of the work. They stay with the attempt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages_s: Vec<(String, f64)>,
}

impl Usage {
    /// What stands in a usage row, which outlives its batch: all but the stages.
    pub(crate) fn billed(&self) -> Self {
        Self { stages_s: Vec::new(), ..*self }
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Whose fault.
    pub class: FaultClass,
    /// In a word or two: `corrupt`, `out of memory`, `timed out`.
    pub what: String,
    /// The cause, one line.
    pub why: String,
    /// What to do about it.
    pub advice: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The outputs are on the disk.
    Succeeded {
        /// One for each rendition made.
        outputs: Vec<Output>,
        /// What it cost.
        usage: Usage,
    },
    /// Nothing was made.
    Failed(Fault),
    /// The worker gave the task back untouched; counts nothing.
    HandedBack,
}

impl Outcome {
    /// Without the details.
    pub fn end(&self) -> End {
        match self {
            Self::Succeeded { .. } => End::Succeeded,
            Self::Failed(fault) => End::Failed(fault.class),
            Self::HandedBack => End::HandedBack,
        }
    }
}

/// An attempt that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// Which one.
    pub token: Token,
    /// How.
    pub outcome: Outcome,
    /// Where another attempt follows, it waits for so long.
    pub retry_in: Duration,
}

impl Ending {
    /// The ending that the ledger itself records when a lease has run out.
    pub(crate) fn expired(token: Token, worker: &str) -> Self {
        let fault = Fault {
            class: FaultClass::Expiry,
            what: "lease expired".into(),
            why: format!("worker `{worker}` was not heard of before its lease of the photo ended"),
            advice:
                "see whether that worker was killed or cut off; a photo that keeps killing workers is a dead letter"
                    .into(),
        };
        Self { token, outcome: Outcome::Failed(fault), retry_in: Duration::ZERO }
    }
}

/// A batch in numbers: `found = succeeded + failed + skipped + cancelled + remaining`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All tasks.
    pub found: u64,
    /// Done.
    pub succeeded: u64,
    /// Dead letters.
    pub failed: u64,
    /// Nothing to do.
    pub skipped: u64,
    /// Without an outcome: ready or running.
    pub remaining: u64,
    /// Of these, running.
    pub running: u64,
    /// Given up with their batch.
    pub cancelled: u64,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The task.
    pub task: TaskId,
    /// The photo.
    pub input: Input,
    /// Number of its newest attempt.
    pub attempts: u32,
    /// What went wrong, from first to last; the last decided.
    pub faults: Vec<Fault>,
}

/// An output that is still the newest one recorded at its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// From what it was made.
    pub input: Input,
    /// The file.
    pub output: Output,
}
