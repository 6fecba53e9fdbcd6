//! Handing out tasks.

use super::rows::Seats;
use super::{Tx, ms};
use crate::record::*;
use crate::states::{next_pass, turn, waited};
use crate::upkeep::{AGED, AttemptRecord};
use crate::{AttemptState, BatchState, LedgerError, TaskState};
use std::cmp::Reverse;
use std::time::Duration;

impl Tx<'_> {
    pub fn claim(&mut self, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
        if let Some(batch) = asking.from {
            self.batch(batch)?;
        }
        self.expire();
        let mut claims = Vec::new();
        while claims.len() < asking.most {
            let next = match asking.from {
                Some(batch) => self.next_of(batch).filter(|_| self.may_run(batch)),
                None => self.fairest(),
            };
            let Some(task) = next else { break };
            claims.push(self.take(task, asking));
        }
        self.start_waiting();
        Ok(claims)
    }

    pub fn claim_task(&mut self, task: TaskId, asking: &Asking) -> Result<ClaimAnswer, LedgerError> {
        self.expire();
        let answer = match self.refusal(task) {
            Some(refusal) => refusal,
            None if asking.most == 0 => ClaimAnswer::Blocked,
            None if !self.may_run(self.tasks[&task].batch) => ClaimAnswer::Blocked,
            None => ClaimAnswer::Claimed(self.take(task, asking)),
        };
        self.start_waiting();
        Ok(answer)
    }

    /// Why this task cannot be handed out, whatever seats and caps say.
    fn refusal(&self, task: TaskId) -> Option<ClaimAnswer> {
        let Some((task, batch)) = self.task(task) else { return Some(ClaimAnswer::Unknown) };
        let wait = |until: i64| Duration::from_millis((until - self.ticks).max(0).cast_unsigned());
        match task.state {
            TaskState::Running => Some(ClaimAnswer::Leased(task.lease.map_or(Duration::MAX, wait))),
            TaskState::Ready if batch.state == BatchState::Cancelling => {
                Some(ClaimAnswer::Terminal(TaskState::Cancelled))
            }
            TaskState::Ready if !batch.state.gives_work(batch.new.tenant) => Some(ClaimAnswer::Unknown),
            TaskState::Ready => (task.due > self.ticks).then(|| ClaimAnswer::NotDue(wait(task.due))),
            ended => Some(ClaimAnswer::Terminal(ended)),
        }
    }

    /// The ready task of a batch that goes first.
    fn next_of(&self, batch: BatchId) -> Option<TaskId> {
        let found = self.batches.get(&batch)?;
        let ready = self.of(batch).filter(|(_, t)| t.state == TaskState::Ready && t.due <= self.ticks);
        let first = ready.map(|(id, t)| (t.newest(), id)).min();
        first.filter(|_| found.state.gives_work(found.new.tenant)).map(|(_, id)| id)
    }

    /// The task whose turn it is, of all tenants.
    fn fairest(&mut self) -> Option<TaskId> {
        let sealed = self.batches.iter().filter(|(_, b)| b.new.tenant != TenantId::HOUSE);
        let next = sealed.filter_map(|(id, b)| {
            let task = self.next_of(*id).filter(|_| self.may_run(*id))?;
            let place = turn(self.tenants[&b.new.tenant].pass, self.pass);
            Some((place, b.new.tenant, Reverse(b.new.priority), self.tasks[&task].newest(), task))
        });
        let (place, .., task) = next.min()?;
        self.pass = place;
        Some(task)
    }

    /// Is there a slot of the tenant's, and a seat in each pool that is needed.
    pub(super) fn may_run(&self, batch: BatchId) -> bool {
        let Some(found) = self.batches.get(&batch) else { return false };
        (found.new.tenant == TenantId::HOUSE || self.has_slot(found.new.tenant)) && !self.is_seatless(batch)
    }

    /// May the tenant have one more running.
    fn has_slot(&self, tenant: TenantId) -> bool {
        let slot = self.tenants.get(&tenant);
        !self.paused && slot.is_some_and(|c| !c.tenant.paused && c.running < c.tenant.running_cap)
    }

    /// Is a seat missing, or does another batch have the first right to it.
    fn is_seatless(&self, batch: BatchId) -> bool {
        let taken = |pool: &str| self.seats_in(pool);
        let others = |pool: &str| self.first_right(pool).is_some_and(|first| first != batch);
        let capacity = |pool: &str| self.pools.get(pool).copied().unwrap_or(0);
        let mut needs = self.batches[&batch].new.seats.iter();
        needs.any(|(pool, count)| taken(pool) + count > capacity(pool) || others(pool))
    }

    /// Seats in use.
    pub fn seats_in(&self, pool: &str) -> u32 {
        self.seats.iter().filter_map(|s| s.needs.get(pool)).sum()
    }

    /// Who has waited longest, and long enough, for a seat of this pool.
    fn first_right(&self, pool: &str) -> Option<BatchId> {
        let needs = self.batches.iter().filter(|(id, b)| b.new.seats.contains_key(pool) && self.is_hopeful(**id));
        let waits = needs.filter_map(|(id, b)| Some((b.waits?, *id)));
        waits.filter(|(since, _)| *since <= self.ticks - ms(AGED)).min().map(|(_, id)| id)
    }

    /// Could its next task run but for seats that it may hope for.
    fn is_hopeful(&self, batch: BatchId) -> bool {
        let found = &self.batches[&batch];
        let mut needs = found.new.seats.iter();
        self.has_slot(found.new.tenant)
            && needs.all(|(pool, count)| self.pools.get(pool).is_some_and(|capacity| count <= capacity))
            && self.next_of(batch).is_some()
    }

    /// Notes since when batches wait that have nothing but seats to wait for.
    fn start_waiting(&mut self) {
        let waits = |id: &BatchId| self.is_hopeful(*id) && self.is_seatless(*id);
        let waiting: Vec<_> = self.batches.keys().copied().filter(waits).collect();
        let now = self.ticks;
        for batch in waiting {
            self.batches.entry(batch).and_modify(|b| b.waits = b.waits.or(Some(now)));
        }
    }

    /// Begins the next attempt of a task that may run.
    fn take(&mut self, id: TaskId, asking: &Asking) -> Claim {
        let (wall, lease) = (self.wall, asking.lease.map(|lease| self.later(lease)));
        let task = self.tasks.get_mut(&id).expect("a task that may run is there");
        (task.state, task.due, task.lease) = (TaskState::Running, 0, lease);
        let token = Token { task: id, attempt: task.newest() + 1 };
        task.attempts.push(AttemptRecord {
            number: token.attempt,
            state: AttemptState::Running,
            worker: asking.worker.clone(),
            started: wall,
            ended: None,
            fault: None,
            usage: None,
        });
        let (batch, input, detail) = (task.batch, task.new.input.clone(), task.new.detail.clone());
        let seat_wait = waited(self.batches[&batch].waits, self.ticks);
        let tenant = self.hold(token, batch);
        Claim { token, batch, tenant, input, detail, seat_wait }
    }

    /// Takes the tenant's slot and turn, and the seats.
    fn hold(&mut self, token: Token, batch: BatchId) -> TenantId {
        let last = self.pass;
        let found = self.batches.get_mut(&batch).expect("a batch that gives work is there");
        found.waits = None;
        let (tenant, needs) = (found.new.tenant, found.new.seats.clone());
        if !needs.is_empty() {
            self.seats.push(Seats { token, needs, rest: None });
        }
        if let Some(customer) = self.tenants.get_mut(&tenant) {
            customer.running += 1;
            customer.pass = next_pass(turn(customer.pass, last), customer.tenant.weight);
        }
        tenant
    }
}
