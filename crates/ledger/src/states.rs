//! The states and the rules between them: pure, and the only place where they stand.

use crate::record::{Renewal, TenantId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A photo that crashes, exhausts or outlasts its worker this many times is failed for good.
pub const PHOTO_FAULTS_ALLOWED: u32 = 3;
/// So many of a task's leases may run out before it is failed for good.
pub const EXPIRIES_ALLOWED: u32 = 5;

/// An enum whose variants have one word each: in rows, in JSON and in messages.
macro_rules! worded {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word for it in rows.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = crate::LedgerError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::LedgerError::Unreadable { what: $what, found: word.into() }),
                }
            }
        }
    };
}

pub(crate) use worded;

worded! {
    /// Where a batch stands.
    BatchState, "batch state" {
        /// Tasks may be added. Only a run on this machine claims from it already.
        Open = "open",
        /// The list is complete; tasks are claimed.
        Sealed = "sealed",
        /// Every task has its outcome.
        Closed = "closed",
        /// Ended while tasks remained.
        Stopped = "stopped",
        /// Nothing more is begun and no completion counts; waits for the workers to let go.
        Cancelling = "cancelling",
        /// Cancelled, and no worker has any of it.
        Cancelled = "cancelled",
    }
}

worded! {
    /// Where a task stands.
    TaskState, "task state" {
        /// Waits for a worker.
        Ready = "ready",
        /// A worker has it.
        Running = "running",
        /// Its outputs are stored.
        Succeeded = "succeeded",
        /// A dead letter: no further attempt will be made, unless it is redriven.
        Failed = "failed",
        /// Everything it asks for was there before.
        Skipped = "skipped",
        /// Its batch was cancelled before it had an outcome.
        Cancelled = "cancelled",
    }
}

worded! {
    /// Where an attempt stands.
    AttemptState, "attempt state" {
        /// A worker is at it.
        Running = "running",
        /// It made the outputs.
        Succeeded = "succeeded",
        /// It ended with a fault.
        Failed = "failed",
        /// The worker gave the task back untouched.
        HandedBack = "handed-back",
        /// Its batch was closed while it ran.
        Lost = "lost",
        /// Its lease ran out and was noticed. What it made still counts, as long as nobody replaced it.
        Expired = "expired",
    }
}

worded! {
    /// Whose fault it was.
    FaultClass, "fault class" {
        /// The file is corrupt, unsupported or over a limit: trying again cannot help.
        Input = "input",
        /// The photo crashed, exhausted or outlasted its worker: may be chance, so it gets [`PHOTO_FAULTS_ALLOWED`] tries.
        Photo = "photo",
        /// Disk, database or machine: says nothing about the photo and counts nothing.
        Environment = "environment",
        /// The lease ran out: the worker died or was cut off. The task gets [`EXPIRIES_ALLOWED`] of them.
        Expiry = "expiry",
    }
}

impl BatchState {
    /// May completions count.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Sealed)
    }

    /// Has it ended for good, as long as nobody redrives it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Stopped | Self::Cancelled)
    }

    /// What `close` makes of a batch with this many tasks without an outcome; an ended batch stays as it is.
    pub fn closed(self, remaining: u64) -> Self {
        match self {
            Self::Sealed if remaining == 0 => Self::Closed,
            Self::Open | Self::Sealed => Self::Stopped,
            ended => ended,
        }
    }

    /// What `fold` makes of a batch with so many tasks without an outcome.
    pub fn folded(self, remaining: u64) -> Self {
        match self {
            Self::Sealed if remaining == 0 => Self::Closed,
            Self::Cancelling if remaining == 0 => Self::Cancelled,
            other => other,
        }
    }

    /// May tasks be claimed from it. A run on this machine begins before its list is complete.
    pub fn gives_work(self, tenant: TenantId) -> bool {
        self == Self::Sealed || self == Self::Open && tenant == TenantId::HOUSE
    }
}

impl TaskState {
    /// Does it need no further work.
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Ready | Self::Running)
    }
}

/// Why an ending did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// No such attempt was ever handed out.
    Unknown,
    /// A newer attempt has the task.
    Replaced,
    /// The attempt, or its task, ended before in another way.
    Ended,
    /// The batch was closed or cancelled.
    BatchEnded,
}

/// The ledger's answer to an ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It counts; the task now stands so.
    Recorded(TaskState),
    /// The same ending of the same attempt was recorded before: a reply got lost.
    AlreadyYours,
    /// It does not count.
    Refused(Refusal),
}

/// What the rows say when an ending arrives.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The batch.
    pub batch: BatchState,
    /// The task.
    pub task: TaskState,
    /// Number of the task's newest attempt.
    pub newest: u32,
    /// Number of the attempt that ends.
    pub number: u32,
    /// Its state.
    pub attempt: AttemptState,
    /// Tries that are left to the task.
    pub budget: Budget,
}

/// Tries that are left to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Photo faults; the one that brings this to 0 fails the task.
    pub photo_faults: u32,
    /// Expired leases, likewise.
    pub expiries: u32,
}

impl Budget {
    /// Of a new task, and of one that was redriven.
    pub const FULL: Self = Self { photo_faults: PHOTO_FAULTS_ALLOWED, expiries: EXPIRIES_ALLOWED };

    /// What an ending leaves.
    pub fn after(self, end: End) -> Self {
        let Self { photo_faults, expiries } = self;
        match end {
            End::Failed(FaultClass::Photo) => Self { photo_faults: photo_faults.saturating_sub(1), ..self },
            End::Failed(FaultClass::Expiry) => Self { expiries: expiries.saturating_sub(1), ..self },
            _ => self,
        }
    }
}

/// How an attempt ended, without the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With its outputs.
    Succeeded,
    /// With a fault.
    Failed(FaultClass),
    /// Untouched.
    HandedBack,
}

impl End {
    /// The attempt's state from then on.
    pub fn attempt(self) -> AttemptState {
        match self {
            Self::Succeeded => AttemptState::Succeeded,
            Self::Failed(FaultClass::Expiry) => AttemptState::Expired,
            Self::Failed(_) => AttemptState::Failed,
            Self::HandedBack => AttemptState::HandedBack,
        }
    }

    /// The attempt's state once its ending is recorded and its task stands so. The expiry that makes a dead letter is a
    /// failure: otherwise its token would be good again after a redrive.
    pub fn recorded(self, task: TaskState) -> AttemptState {
        match (self, task) {
            (Self::Failed(FaultClass::Expiry), TaskState::Failed) => AttemptState::Failed,
            _ => self.attempt(),
        }
    }

    /// The task's state from then on.
    fn task(self, budget: Budget) -> TaskState {
        let left = budget.after(self);
        match self {
            Self::Succeeded => TaskState::Succeeded,
            Self::Failed(FaultClass::Input) => TaskState::Failed,
            Self::Failed(_) if left.photo_faults == 0 || left.expiries == 0 => TaskState::Failed,
            Self::Failed(_) | Self::HandedBack => TaskState::Ready,
        }
    }
}

/// Does this ending count, and what becomes of the task. An expired lease is an ending that the sweeper records.
pub fn judge(standing: Standing, end: End) -> Verdict {
    if standing.attempt == end.attempt() {
        return Verdict::AlreadyYours;
    }
    if standing.number != standing.newest {
        return Verdict::Refused(Refusal::Replaced);
    }
    if standing.batch == BatchState::Cancelling && standing.attempt == AttemptState::Running {
        return cancelled(end);
    }
    if standing.attempt == AttemptState::Lost || !standing.batch.is_live() {
        return Verdict::Refused(Refusal::BatchEnded);
    }
    let late = standing.attempt == AttemptState::Expired && standing.task == TaskState::Ready;
    if standing.attempt != AttemptState::Running && !(late && end == End::Succeeded) {
        return Verdict::Refused(Refusal::Ended);
    }
    Verdict::Recorded(end.task(standing.budget))
}

/// The answer to a heartbeat.
pub fn renewal(standing: Standing) -> Renewal {
    let holds = standing.number == standing.newest && standing.attempt == AttemptState::Running;
    match standing.batch {
        BatchState::Cancelling if holds => Renewal::Cancelled,
        batch if holds && batch.is_live() => Renewal::Renewed,
        _ => Renewal::Lost,
    }
}

/// How long it is since then, on the stopwatch in milliseconds.
pub fn waited(since: Option<i64>, now: i64) -> Duration {
    since.map_or(Duration::ZERO, |since| Duration::from_millis(now.saturating_sub(since).max(0).cast_unsigned()))
}

/// Whose turn it is: a tenant goes when its pass is the smallest, and its pass grows by this over its weight with every
/// task (stride scheduling). Divisible by every weight to 16, so that those come out exact.
pub const STRIDE: i64 = 720_720;

/// The pass at which a tenant goes: nobody saves up turns while it has no work, so it is never behind the last one that
/// went.
pub fn turn(pass: i64, last: i64) -> i64 {
    pass.max(last)
}

/// Its pass after that.
pub fn next_pass(turn: i64, weight: u32) -> i64 {
    turn.saturating_add((STRIDE / i64::from(weight.max(1))).max(1))
}

/// While a batch is cancelled, a worker may only let go.
fn cancelled(end: End) -> Verdict {
    match end {
        End::Succeeded => Verdict::Refused(Refusal::BatchEnded),
        End::Failed(_) | End::HandedBack => Verdict::Recorded(TaskState::Cancelled),
    }
}
