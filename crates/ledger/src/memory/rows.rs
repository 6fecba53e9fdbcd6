//! The rows, and how they belong together.

use crate::event::EventKind;
use crate::parcels::Parcel;
use crate::record::*;
use crate::states::{Budget, Standing};
use crate::tenant::Tenant;
use crate::transfers::{Item, Transfer};
use crate::upkeep::{AttemptRecord, KILL_MARGIN, SEAT_REST, UsageRow};
use crate::{BatchState, LedgerError, TaskState};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What a customer's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Batch(BatchId),
    Transfer(i64),
}

#[derive(Debug, Default)]
pub struct Rows {
    pub boot: Arc<str>,
    pub tenants: BTreeMap<TenantId, Customer>,
    /// Nothing of any tenant is begun.
    pub paused: bool,
    /// Where the tenant went that went last.
    pub pass: i64,
    pub batches: BTreeMap<BatchId, Batch>,
    pub last_batch: i64,
    pub tasks: BTreeMap<TaskId, Task>,
    pub last_task: i64,
    pub outputs: Vec<(Token, Output)>,
    pub usage: Vec<(TenantId, UsageRow)>,
    pub last_usage: i64,
    /// Row, batch, due.
    pub dispatch: Vec<(i64, BatchId, i64)>,
    pub last_dispatch: i64,
    /// By task: its tenant, its newest attempt then, and when it was called.
    pub called: BTreeMap<TaskId, (TenantId, u32, i64)>,
    /// By tenant and key: fingerprint, what it stands for, kept until.
    pub names: HashMap<(TenantId, String), (String, Named, Timestamp)>,
    /// Who sweeps, and until when.
    pub broom: Option<(String, i64)>,
    pub pools: SeatNeeds,
    pub seats: Vec<Seats>,
    pub shelves: super::registry::Shelves,
    pub crowd: super::people::Crowd,
    pub hooks: super::hooks::Book,
    pub links: super::shares::Links,
    pub parcels: BTreeMap<i64, Parcel>,
    pub last_parcel: i64,
    pub transfers: BTreeMap<i64, Transfer>,
    pub last_transfer: i64,
    /// By transfer and number.
    pub items: BTreeMap<(i64, i64), Item>,
}

#[derive(Debug)]
pub struct Customer {
    pub tenant: Tenant,
    pub queued: u64,
    pub running: u64,
    pub pass: i64,
}

#[derive(Debug)]
pub struct Batch {
    pub new: NewBatch,
    pub state: BatchState,
    pub opened: Timestamp,
    pub submitted: Timestamp,
    pub ended: Option<Timestamp>,
    /// Its next task waits for seats since then.
    pub waits: Option<i64>,
    /// Of those folded so far; the number of one is its place, from 1.
    pub events: Vec<Told>,
    /// Not folded yet.
    pub news: Vec<Told>,
    /// As last folded.
    pub folded: Totals,
}

#[derive(Debug, Clone, Copy)]
pub struct Told {
    pub kind: EventKind,
    pub task: Option<TaskId>,
    pub at: Timestamp,
}

#[derive(Debug)]
pub struct Task {
    pub batch: BatchId,
    pub new: NewTask,
    pub state: TaskState,
    pub attempts: Vec<AttemptRecord>,
    pub budget: Budget,
    /// When it may be claimed; 0 for at once.
    pub due: i64,
    /// When the lease of its newest attempt ends.
    pub lease: Option<i64>,
    /// When it was added, ready again or rung for.
    pub heard: i64,
    /// When it became ready again.
    pub since: Option<Timestamp>,
}

/// Seats that an attempt holds.
#[derive(Debug)]
pub struct Seats {
    pub token: Token,
    pub needs: SeatNeeds,
    /// Its holder vanished: nobody may sit here until then.
    pub rest: Option<i64>,
}

impl Task {
    pub fn newest(&self) -> u32 {
        self.attempts.len() as u32
    }
}

impl Rows {
    pub fn batch(&self, id: BatchId) -> Result<&Batch, LedgerError> {
        self.batches.get(&id).ok_or(LedgerError::UnknownBatch(id))
    }

    pub fn batch_mut(&mut self, id: BatchId) -> Result<&mut Batch, LedgerError> {
        self.batches.get_mut(&id).ok_or(LedgerError::UnknownBatch(id))
    }

    /// A task and its batch, if there is one of this number.
    pub fn task(&self, id: TaskId) -> Option<(&Task, &Batch)> {
        let task = self.tasks.get(&id)?;
        Some((task, self.batches.get(&task.batch)?))
    }

    /// The tasks of a batch in the order of adding.
    pub fn of(&self, batch: BatchId) -> impl Iterator<Item = (TaskId, &Task)> {
        self.tasks.iter().filter(move |(_, t)| t.batch == batch).map(|(id, t)| (*id, t))
    }

    pub fn standing(&self, token: Token) -> Option<Standing> {
        let (task, batch) = self.task(token.task)?;
        let attempt = task.attempts.get(token.attempt.checked_sub(1)? as usize)?.state;
        let (newest, number) = (task.newest(), token.attempt);
        Some(Standing { batch: batch.state, task: task.state, newest, number, attempt, budget: task.budget })
    }

    /// Writes an event; the house tells nobody.
    pub fn tell(&mut self, batch: BatchId, kind: EventKind, task: Option<TaskId>, at: Timestamp) {
        let batch = self.batches.get_mut(&batch).filter(|b| b.new.tenant != TenantId::HOUSE);
        batch.into_iter().for_each(|b| b.news.push(Told { kind, task, at }));
    }

    /// Writes a dispatch row; nobody rings for the house.
    pub fn dispatch(&mut self, batch: BatchId, due: i64) {
        if self.batches.get(&batch).is_some_and(|b| b.new.tenant != TenantId::HOUSE) {
            self.last_dispatch += 1;
            self.dispatch.push((self.last_dispatch, batch, due));
        }
    }

    /// Writes the usage row of a task that has its outcome; nobody bills the house.
    pub fn bill(&mut self, batch: BatchId, task: TaskId, state: TaskState, usage: Usage, at: Timestamp) {
        let tenant = self.batches.get(&batch).map(|b| b.new.tenant).filter(|t| *t != TenantId::HOUSE);
        if let Some(tenant) = tenant {
            self.last_usage += 1;
            self.usage.push((tenant, UsageRow { id: self.last_usage, task, batch, state, at, usage }));
        }
    }

    /// Moments of an earlier boot mean nothing now: its leases have run out, its pauses are over, its seats have rested.
    pub fn meet_boot(&mut self, boot: &Arc<str>) {
        if self.boot == *boot {
            return;
        }
        self.boot = boot.clone();
        let rested = super::ms(KILL_MARGIN) - super::ms(SEAT_REST);
        for task in self.tasks.values_mut() {
            task.lease = task.lease.map(|_| rested);
            (task.due, task.heard) = (0, 0);
        }
        self.seats.iter_mut().for_each(|s| s.rest = s.rest.map(|_| 0));
        self.batches.values_mut().for_each(|b| b.waits = b.waits.map(|_| 0));
        self.dispatch.iter_mut().for_each(|(.., due)| *due = 0);
        self.hooks.forget_moments();
        self.broom = None;
    }
}
