//! What the model knows, and what it retells from that.

use super::hooks::Wants;
use crate::*;
use std::collections::BTreeMap;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Not yet; its lease ends then.
    Runs(Option<i64>),
    Won,
    Input,
    Photo,
    Environment,
    Back,
    Expired,
    /// It was the fifth to expire.
    LastExpired,
    Lost,
}

impl Fate {
    /// Of a [`super::Step`].
    pub fn of(how: u8) -> Self {
        [Self::Won, Self::Input, Self::Photo, Self::Environment, Self::Back][usize::from(how % 5)]
    }

    /// Nobody can tell these apart afterwards.
    pub fn looks_like(self, other: Self) -> bool {
        let failed = |f| matches!(f, Self::Input | Self::Photo | Self::Environment | Self::LastExpired);
        self == other || failed(self) && failed(other)
    }
}

#[derive(Debug)]
pub struct Task {
    pub batch: BatchId,
    pub skipped: bool,
    pub cancelled: bool,
    pub fates: Vec<Fate>,
    /// Fates before this place are forgiven.
    pub forgiven: usize,
    pub due: i64,
    pub heard: i64,
}

impl Task {
    pub fn place(&self) -> TaskState {
        let since = &self.fates[self.forgiven.min(self.fates.len())..];
        let count = |fate| since.iter().filter(|f| **f == fate).count();
        match self.fates.last() {
            _ if self.skipped => TaskState::Skipped,
            _ if self.cancelled => TaskState::Cancelled,
            _ if self.fates.contains(&Fate::Won) => TaskState::Succeeded,
            _ if count(Fate::Input) > 0 || count(Fate::Photo) == 3 => TaskState::Failed,
            _ if count(Fate::LastExpired) > 0 => TaskState::Failed,
            Some(Fate::Runs(_)) => TaskState::Running,
            _ => TaskState::Ready,
        }
    }

    pub fn expired(&self) -> usize {
        self.fates[self.forgiven..].iter().filter(|f| **f == Fate::Expired).count()
    }
}

#[derive(Debug)]
pub struct Batch {
    pub tenant: i64,
    pub priority: i32,
    pub needs: u32,
    pub state: BatchState,
    pub opened: i64,
    pub waits: Option<i64>,
    pub events: Vec<(EventKind, Option<TaskId>)>,
    /// So many of them are folded.
    pub folded: usize,
}

#[derive(Debug)]
pub struct Customer {
    pub weight: i64,
    pub queued: u64,
    pub running: u64,
    pub paused: bool,
    /// What it has had, in sixtieths of a turn.
    pub had: i64,
}

#[derive(Debug, Default)]
pub struct Model {
    /// The stopwatch, in milliseconds.
    pub now: i64,
    /// The same without reboots.
    pub wall: i64,
    pub paused: bool,
    pub tenants: BTreeMap<i64, Customer>,
    /// What the tenant that went last had had.
    pub last: i64,
    pub batches: BTreeMap<BatchId, Batch>,
    pub tasks: BTreeMap<TaskId, Task>,
    /// Every token ever handed out.
    pub tokens: Vec<Token>,
    /// Seats of holders that vanished: until when, how many.
    pub resting: Vec<(Token, i64, u32)>,
    pub dispatch: Vec<(BatchId, i64)>,
    /// By tenant and key: hash, batch, until.
    pub names: BTreeMap<(i64, String), (String, BatchId, i64)>,
    pub broom: Option<(bool, i64)>,
    /// Tasks with an outcome of batches that are gone.
    pub billed: Vec<(i64, TaskId)>,
    pub hooks: BTreeMap<i64, Wants>,
}

impl Model {
    /// Moments of an earlier boot mean nothing now.
    pub fn forget_moments(&mut self) {
        for task in self.tasks.values_mut() {
            (task.due, task.heard) = (0, 0);
            if let Some(Fate::Runs(lease)) = task.fates.last_mut() {
                *lease = lease.map(|_| -2_000);
            }
        }
        self.batches.values_mut().for_each(|b| b.waits = b.waits.map(|_| 0));
        self.resting.iter_mut().for_each(|(_, until, _)| *until = 0);
        self.dispatch.iter_mut().for_each(|(_, due)| *due = 0);
        self.broom = None;
    }

    pub fn of(&self, batch: BatchId) -> impl Iterator<Item = (TaskId, &Task)> {
        self.tasks.iter().filter(move |(_, t)| t.batch == batch).map(|(id, t)| (*id, t))
    }

    pub fn at(&self, batch: BatchId, place: TaskState) -> Vec<TaskId> {
        self.of(batch).filter(|(_, t)| t.place() == place).map(|(id, _)| id).collect()
    }

    pub fn totals(&self, batch: BatchId) -> Totals {
        let count = |place| self.at(batch, place).len() as u64;
        let [ready, running] = [TaskState::Ready, TaskState::Running].map(count);
        let [succeeded, failed] = [TaskState::Succeeded, TaskState::Failed].map(count);
        let [skipped, cancelled] = [TaskState::Skipped, TaskState::Cancelled].map(count);
        let found = ready + running + succeeded + failed + skipped + cancelled;
        Totals { found, succeeded, failed, skipped, remaining: ready + running, running, cancelled }
    }

    /// Tasks without an outcome, and those running.
    pub fn load(&self, tenant: i64) -> (u64, u64) {
        let theirs = self.batches.iter().filter(|(_, b)| b.tenant == tenant && b.state != BatchState::Open);
        let totals: Vec<_> = theirs.map(|(id, _)| self.totals(*id)).collect();
        (totals.iter().map(|t| t.remaining).sum(), totals.iter().map(|t| t.running).sum())
    }

    /// Seats in use.
    pub fn seats(&self) -> u32 {
        let running = self.tasks.values().filter(|t| matches!(t.fates.last(), Some(Fate::Runs(_))));
        let held: u32 = running.map(|t| self.batches[&t.batch].needs).sum();
        held + self.resting.iter().map(|(.., seats)| seats).sum::<u32>()
    }

    pub fn tell(&mut self, batch: BatchId, kind: EventKind, task: Option<TaskId>) {
        let batch = self.batches.get_mut(&batch).expect("of a batch");
        if batch.tenant > 0 {
            batch.events.push((kind, task));
        }
    }

    /// What is told of a task after something happened to it, and the bell for one that waits again.
    pub fn told(&mut self, task: TaskId, due: i64) {
        let (batch, place) = (self.tasks[&task].batch, self.tasks[&task].place());
        let kind = match place {
            TaskState::Succeeded => EventKind::Succeeded,
            TaskState::Failed => EventKind::Dead,
            TaskState::Cancelled => EventKind::TaskCancelled,
            _ => {
                let now = self.now;
                self.tasks.entry(task).and_modify(|t| (t.due, t.heard) = (due, now.max(due)));
                if self.batches[&batch].tenant > 0 {
                    self.dispatch.push((batch, due));
                }
                return;
            }
        };
        self.tell(batch, kind, Some(task));
    }

    /// Notices what has run out; returns how many leases.
    pub fn notice(&mut self) -> u64 {
        let lease = |t: &Task| if let Some(Fate::Runs(lease)) = t.fates.last() { *lease } else { None };
        let over = self.tasks.iter().filter_map(|(id, t)| Some((lease(t)?, *id)));
        let mut over: Vec<_> = over.filter(|(lease, _)| *lease <= self.now).collect();
        over.sort();
        for (lease, id) in &over {
            let task = self.tasks.get_mut(id).expect("it runs");
            let batch = &self.batches[&task.batch];
            let token = Token { task: *id, attempt: task.fates.len() as u32 };
            task.cancelled = batch.state == BatchState::Cancelling;
            let last = task.expired() == 4 && !task.cancelled;
            *task.fates.last_mut().expect("it runs") = if last { Fate::LastExpired } else { Fate::Expired };
            if batch.needs > 0 {
                self.resting.push((token, lease + 2_000, batch.needs));
            }
            self.told(*id, 0);
        }
        let now = self.now;
        self.resting.retain(|(_, until, _)| *until > now);
        over.len() as u64
    }

    /// What the ledger must answer to an ending.
    pub fn end(&mut self, token: Token, fate: Fate, due: i64) -> Verdict {
        let Some(task) = self.tasks.get_mut(&token.task) else { return Verdict::Refused(Refusal::Unknown) };
        let (state, at) = (self.batches[&task.batch].state, token.attempt as usize - 1);
        let (before, newest, waits) = (task.fates[at], at + 1 == task.fates.len(), task.place() == TaskState::Ready);
        let runs = matches!(before, Fate::Runs(_));
        if !runs {
            self.resting.retain(|(resting, ..)| *resting != token);
        }
        let refusal = match state {
            _ if before.looks_like(fate) => return Verdict::AlreadyYours,
            _ if !newest => Some(Refusal::Replaced),
            BatchState::Cancelling if runs => (fate == Fate::Won).then_some(Refusal::BatchEnded),
            BatchState::Open | BatchState::Sealed if before == Fate::Lost => Some(Refusal::BatchEnded),
            BatchState::Open | BatchState::Sealed if runs => None,
            BatchState::Open | BatchState::Sealed => {
                (before != Fate::Expired || !waits || fate != Fate::Won).then_some(Refusal::Ended)
            }
            _ => Some(Refusal::BatchEnded),
        };
        if let Some(refusal) = refusal {
            return Verdict::Refused(refusal);
        }
        task.fates[at] = fate;
        task.cancelled = state == BatchState::Cancelling;
        let place = task.place();
        self.told(token.task, due);
        Verdict::Recorded(place)
    }

    /// Whatever a cancelled batch has waiting is given up; then everything told is folded.
    pub fn fold(&mut self) -> Vec<Folded> {
        let ids: Vec<_> = self.batches.iter().filter(|(_, b)| b.tenant > 0).map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.fold_one(id)).collect()
    }

    fn fold_one(&mut self, batch: BatchId) -> Option<Folded> {
        if self.batches[&batch].state == BatchState::Cancelling {
            for task in self.at(batch, TaskState::Ready) {
                self.tasks.entry(task).and_modify(|t| t.cancelled = true);
                self.tell(batch, EventKind::TaskCancelled, Some(task));
            }
        }
        let remaining = self.totals(batch).remaining;
        let found = self.batches.get_mut(&batch).expect("it is there");
        let end = match found.state {
            BatchState::Sealed if remaining == 0 => Some((BatchState::Closed, EventKind::Closed)),
            BatchState::Cancelling if remaining == 0 => Some((BatchState::Cancelled, EventKind::Cancelled)),
            _ => None,
        };
        if let Some((state, kind)) = end {
            found.state = state;
            found.events.push((kind, None));
        }
        let (before, state) = (found.folded, found.state);
        found.folded = found.events.len();
        let (news, last_event) = (before < found.folded, found.folded as u64);
        self.owe(batch, before);
        news.then_some(Folded { batch, last_event, state })
    }
}
