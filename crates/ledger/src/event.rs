//! What happened to a batch, in order: the outbox.
//!
//! A row is written in the transaction of what it tells. It has no number then. A folding step, one at a time for each
//! batch, numbers the rows from 1, adds them up and closes the batch; so numbers have no holes, whoever wrote the rows.

use crate::record::{BatchId, TaskId, TenantId, Timestamp};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// What happened.
    EventKind, "event kind" {
        /// The batch is sealed; work may begin.
        Submitted = "batch.submitted",
        /// A task has its outputs.
        Succeeded = "task.succeeded",
        /// A task is a dead letter.
        Dead = "task.dead",
        /// A task was given up with its batch.
        TaskCancelled = "task.cancelled",
        /// A dead letter waits for a worker again.
        Redriven = "task.redriven",
        /// Somebody cancels the batch.
        Cancelling = "batch.cancelling",
        /// Every task has its outcome.
        Closed = "batch.closed",
        /// The batch is cancelled, and no worker has any of it.
        Cancelled = "batch.cancelled",
    }
}

impl EventKind {
    /// Nothing comes after it, unless dead letters are redriven.
    pub fn is_last(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// A numbered event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the batch, from 1 without holes.
    pub number: u64,
    /// Whose.
    pub tenant: TenantId,
    /// Of this batch.
    pub batch: BatchId,
    /// Of this task, if of one.
    pub task: Option<TaskId>,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
}

/// What a folding step did to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The batch.
    pub batch: BatchId,
    /// Number of its last event now.
    pub last_event: u64,
    /// Where it stands now.
    pub state: crate::BatchState,
}
