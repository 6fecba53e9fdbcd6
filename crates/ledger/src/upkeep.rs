//! What keeps the ledger going, and what people look at.

use crate::record::*;
use crate::states::{AttemptState, TaskState};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A task that has been ready for so long since it was added, retried or last rung for is rung for again.
pub const UNHEARD: Duration = Duration::from_secs(60);
/// A batch whose next task has waited so long for its seats has the first right to them.
pub const AGED: Duration = Duration::from_secs(10);
/// A worker kills what it could not renew so long before its lease ends.
pub const KILL_MARGIN: Duration = Duration::from_secs(3);
/// Seats of a worker that was never heard of again are given out so long after it must have killed its task.
pub const SEAT_REST: Duration = Duration::from_secs(5);
/// Whoever swept last is the only one to sweep for so long.
pub const BROOM: Duration = Duration::from_secs(15);
/// A batch that is still open after so long was abandoned by whoever submitted it.
pub const ABANDONED: Duration = Duration::from_secs(3_600);

/// A piece of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Go on behind this number (before it, where newest come first); `None` for the beginning.
    pub after: Option<i64>,
    /// At most so many.
    pub most: usize,
}

/// A reason to ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    /// A dispatch row: this batch has new work.
    Dispatch {
        /// Number of the row.
        row: i64,
        /// The batch.
        batch: BatchId,
    },
    /// This task is ready and has not been rung for in a while.
    Unheard(TaskId),
}

/// A task for which a message is to be sent to a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// Whose.
    pub tenant: TenantId,
    /// Of this batch.
    pub batch: BatchId,
    /// The task.
    pub task: TaskId,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Leases that had run out; their tasks are ready again or dead letters.
    pub expired: u64,
    /// Names of submissions that are forgotten.
    pub names: u64,
    /// Open batches that were removed.
    pub abandoned: u64,
}

/// A task as its owner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRecord {
    /// Its number.
    pub id: TaskId,
    /// The photo.
    pub input: Input,
    /// As it was added.
    pub detail: String,
    /// Where it stands.
    pub state: TaskState,
    /// Its attempts, from first to newest.
    pub attempts: Vec<AttemptRecord>,
    /// What the attempt that counts has made.
    pub outputs: Vec<Output>,
}

/// An attempt as people see it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRecord {
    /// From 1.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// Who had it.
    pub worker: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// What it cost.
    pub usage: Option<Usage>,
}

/// How much work there is, over all tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depth {
    /// Nothing is begun: see [`crate::Ledger::pause_queue`].
    pub paused: bool,
    /// Tasks in submitted batches by state, those not ended: ready and running.
    pub ready: u64,
    /// Tasks that a worker has.
    pub running: u64,
    /// Dead letters.
    pub dead: u64,
    /// Since when the oldest ready task is ready.
    pub oldest_ready: Option<Timestamp>,
    /// When the oldest attempt began that runs.
    pub oldest_running: Option<Timestamp>,
    /// Since when the oldest dead letter is one.
    pub oldest_dead: Option<Timestamp>,
    /// Seats in use and in all, by pool.
    pub seats: Vec<(String, u32, u32)>,
}

/// What a finished task cost its tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageRow {
    /// Number of the row.
    pub id: i64,
    /// The task.
    pub task: TaskId,
    /// Its batch, which may be gone.
    pub batch: BatchId,
    /// How it ended.
    pub state: TaskState,
    /// When.
    pub at: Timestamp,
    /// What the deciding attempt cost.
    pub usage: Usage,
}
