//! What people look at who run the house, or who pay for it: use by day, how fast photos are done, who works on what, dead
//! letters.
//!
//! [`Overview`] is the port; [`crate::Memory`], [`crate::Sqlite`] and [`crate::Postgres`] are its backends, and
//! [`crate::conformance::overview`] is the suite that each backend runs. Whatever is asked here is asked every few seconds:
//! answers are short, and each is found by an index.

pub(crate) mod rows;

use crate::people::Deed;
use crate::port::Answer;
use crate::record::{BatchId, Fault, TaskId, TenantId, Timestamp, Token, Usage};
use std::ops::Range;

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// What a tenant used on a day: its photos that succeeded on it, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Day {
    /// Days from 1970-01-01 to this one, in UTC.
    pub day: i64,
    /// Photos.
    pub photos: u64,
    /// Their pixels.
    pub pixels: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Bytes of their renditions.
    pub bytes_out: u64,
    /// Processor seconds.
    pub cpu_s: f64,
}

impl Day {
    /// Adds a photo.
    pub(crate) fn add(&mut self, usage: &Usage) {
        self.photos += 1;
        self.pixels += usage.pixels;
        self.bytes_in += usage.bytes_in;
        self.bytes_out += usage.bytes_out;
        self.cpu_s += usage.cpu_s;
    }
}

/// Photos that succeeded in a while.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// So many.
    pub photos: u64,
    /// Their pixels.
    pub pixels: u64,
}

/// A task that a worker has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtWork {
    /// Who has it.
    pub worker: String,
    /// Task and attempt.
    pub token: Token,
    /// Its batch.
    pub batch: BatchId,
    /// Whose.
    pub tenant: TenantId,
    /// What the tenant is called.
    pub name: String,
    /// As it was added.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
    /// When the lease ends, on the wall's clock.
    pub until: Option<Timestamp>,
}

/// A task that failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The task.
    pub task: TaskId,
    /// Its batch.
    pub batch: BatchId,
    /// Whose.
    pub tenant: TenantId,
    /// What the tenant is called.
    pub name: String,
    /// As it was added.
    pub detail: String,
    /// Number of its newest attempt.
    pub attempts: u32,
    /// Since when.
    pub since: Timestamp,
    /// What decided.
    pub fault: Option<Fault>,
}

/// What there is to look at. It tells nothing of the batches of the house.
pub trait Overview: Send + Sync {
    /// What a tenant used on each of these days (numbers as in [`Day::day`]), the first day first; days without a photo
    /// are left out.
    fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> impl Answer<Vec<Day>>;

    /// Photos of all tenants that succeeded at this moment or later.
    fn done_since(&self, since: Timestamp) -> impl Answer<Done>;

    /// Tasks that workers have, by worker and then by number.
    fn at_work(&self, most: usize) -> impl Answer<Vec<AtWork>>;

    /// Dead letters of all tenants, the newest first.
    fn dead_letters(&self, most: usize) -> impl Answer<Vec<DeadLetter>>;

    /// As [`crate::Ledger::pause_queue`], and tells it in the audit log of this tenant, as done by this one.
    fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> impl Answer<()>;
}

/// As the audit log has it.
pub(crate) fn deed(paused: bool) -> Deed {
    if paused { Deed::QueuePaused } else { Deed::QueueResumed }
}

/// From the first moment of the first day to the last of the last.
pub(crate) fn moments(days: &Range<i64>) -> Range<i64> {
    days.start.saturating_mul(DAY)..days.end.saturating_mul(DAY)
}

/// A moment of the stopwatch on the wall's clock.
pub(crate) fn on_the_wall(moment: i64, ticks: i64, wall: Timestamp) -> Timestamp {
    Timestamp(wall.0.saturating_add(moment.saturating_sub(ticks)))
}
