//! Whose turn it is, retold.

use super::SEATS;
use super::retold::{Batch, Fate, Model};
use crate::*;
use std::time::Duration;

/// A turn of a tenant of weight 1.
const TURN: i64 = 60;

#[allow(clippy::result_large_err, reason = "a few in a test")]
impl Model {
    /// Ready tasks of a batch that gives work, those to go first in front.
    fn queue(&self, batch: BatchId) -> Vec<TaskId> {
        let found = &self.batches[&batch];
        let open = found.state == BatchState::Open && found.tenant == 0;
        if found.state != BatchState::Sealed && !open {
            return Vec::new();
        }
        let mut ready = self.at(batch, TaskState::Ready);
        ready.retain(|task| self.tasks[task].due <= self.now);
        ready.sort_by_key(|task| (self.tasks[task].fates.len(), *task));
        ready
    }

    fn has_slot(&self, tenant: i64) -> bool {
        let running = self.load(tenant).1;
        self.tenants.get(&tenant).is_none_or(|c| !self.paused && !c.paused && running < c.running)
    }

    /// It lacks nothing but seats, and there are as many as it needs.
    fn hopes(&self, id: BatchId, batch: &Batch) -> bool {
        let needs = (1..=SEATS).contains(&batch.needs) && batch.tenant > 0;
        needs && self.has_slot(batch.tenant) && !self.queue(id).is_empty()
    }

    fn has_seats(&self, id: BatchId) -> bool {
        let batch = &self.batches[&id];
        let aged = self.batches.iter().filter(|(id, b)| self.hopes(**id, b));
        let aged = aged.filter_map(|(id, b)| b.waits.filter(|since| since + 10_000 <= self.now).map(|w| (w, *id)));
        batch.needs == 0 || self.seats() + batch.needs <= SEATS && aged.min().is_none_or(|(_, first)| first == id)
    }

    fn may_run(&self, batch: BatchId) -> bool {
        self.has_slot(self.batches[&batch].tenant) && self.has_seats(batch)
    }

    /// The tokens that a claim must give.
    pub fn claims(&mut self, from: Option<BatchId>, most: usize, lease: Option<Duration>) -> Vec<Token> {
        self.notice();
        let mut tokens = Vec::new();
        for _ in 0..most {
            let Some(task) = self.next(from) else { break };
            tokens.push(self.go(task, lease));
        }
        self.wait();
        tokens
    }

    fn next(&mut self, from: Option<BatchId>) -> Option<TaskId> {
        if let Some(batch) = from {
            return self.may_run(batch).then(|| self.queue(batch).first().copied()).flatten();
        }
        let may_run = self.batches.keys().filter(|id| self.batches[id].tenant > 0 && self.may_run(**id));
        let heads: Vec<_> = may_run.filter_map(|id| Some((*id, *self.queue(*id).first()?))).collect();
        let had = |tenant: i64| self.tenants[&tenant].had.max(self.last);
        let owner = |batch: &BatchId| self.batches[batch].tenant;
        let (had, tenant) = heads.iter().map(|(batch, _)| (had(owner(batch)), owner(batch))).min()?;
        self.last = had;
        let mut theirs: Vec<_> = heads.into_iter().filter(|(batch, _)| owner(batch) == tenant).collect();
        theirs.sort_by_key(|(batch, task)| (-self.batches[batch].priority, self.tasks[task].fates.len(), *task));
        theirs.first().map(|(_, task)| *task)
    }

    fn go(&mut self, id: TaskId, lease: Option<Duration>) -> Token {
        let until = lease.map(|lease| self.now + lease.as_millis() as i64);
        let task = self.tasks.get_mut(&id).expect("it is ready");
        task.fates.push(Fate::Runs(until));
        let token = Token { task: id, attempt: task.fates.len() as u32 };
        let batch = self.batches.get_mut(&task.batch).expect("its batch");
        batch.waits = None;
        if let Some(tenant) = self.tenants.get_mut(&batch.tenant) {
            tenant.had = tenant.had.max(self.last) + TURN / tenant.weight;
        }
        self.tokens.push(token);
        token
    }

    /// From now on they wait.
    fn wait(&mut self) {
        let waiting = self.batches.iter().filter(|(id, b)| self.hopes(**id, b) && !self.has_seats(**id));
        let waiting: Vec<_> = waiting.map(|(id, _)| *id).collect();
        let now = self.now;
        for batch in waiting {
            self.batches.entry(batch).and_modify(|b| b.waits = b.waits.or(Some(now)));
        }
    }

    /// What a claim of this one must answer: a token, or why not.
    pub fn claim_task(&mut self, id: TaskId, lease: Duration) -> Result<Token, ClaimAnswer> {
        self.notice();
        let answer = self.try_task(id, lease);
        self.wait();
        answer
    }

    fn try_task(&mut self, id: TaskId, lease: Duration) -> Result<Token, ClaimAnswer> {
        let task = self.tasks.get(&id).ok_or(ClaimAnswer::Unknown)?;
        let wait = |until: i64| Duration::from_millis((until - self.now) as u64);
        let batch = &self.batches[&task.batch];
        match (task.place(), task.fates.last()) {
            (TaskState::Running, Some(Fate::Runs(Some(until)))) => Err(ClaimAnswer::Leased(wait(*until))),
            (TaskState::Running, _) => Err(ClaimAnswer::Leased(Duration::MAX)),
            (TaskState::Ready, _) if batch.state == BatchState::Cancelling => {
                Err(ClaimAnswer::Terminal(TaskState::Cancelled))
            }
            (TaskState::Ready, _) if task.due > self.now && !self.is_shut(batch) => {
                Err(ClaimAnswer::NotDue(wait(task.due)))
            }
            (TaskState::Ready, _) if self.is_shut(batch) => Err(ClaimAnswer::Unknown),
            (TaskState::Ready, _) if self.may_run(task.batch) => Ok(self.go(id, Some(lease))),
            (TaskState::Ready, _) => Err(ClaimAnswer::Blocked),
            (ended, _) => Err(ClaimAnswer::Terminal(ended)),
        }
    }

    /// It gives no work.
    fn is_shut(&self, batch: &Batch) -> bool {
        batch.state != BatchState::Sealed && !(batch.state == BatchState::Open && batch.tenant == 0)
    }
}
