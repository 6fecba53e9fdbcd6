//! A batch from its opening to its end.

use super::rows::{Batch, Customer, Named, Rows, Task};
use super::{Tx, ms};
use crate::event::EventKind;
use crate::record::*;
use crate::states::Budget;
use crate::tenant::{Once, Submitted, Tenant};
use crate::upkeep::ABANDONED;
use crate::{AttemptState, BatchState, LedgerError, TaskState};
use std::time::Duration;

impl Tx<'_> {
    pub fn put_tenant(&mut self, new: &Tenant) -> Result<TenantId, LedgerError> {
        let known = self.tenants.contains_key(&new.id);
        if self.tenants.values().any(|c| c.tenant.name == new.name && !(known && c.tenant.id == new.id)) {
            return Err(LedgerError::NameTaken(new.name.clone()));
        }
        let id = if known { new.id } else { TenantId(self.tenants.len() as i64 + 1) };
        let tenant = Tenant { id, weight: new.weight.max(1), ..new.clone() };
        match self.tenants.get_mut(&id) {
            Some(customer) => customer.tenant = tenant,
            None => drop(self.tenants.insert(id, Customer { tenant, queued: 0, running: 0, pass: 0 })),
        }
        Ok(id)
    }

    pub fn open_batch(&mut self, new: &NewBatch) -> Result<BatchId, LedgerError> {
        if new.tenant != TenantId::HOUSE && !self.tenants.contains_key(&new.tenant) {
            return Err(LedgerError::UnknownTenant(new.tenant));
        }
        self.last_batch += 1;
        let id = BatchId(self.last_batch);
        let batch = Batch {
            new: new.clone(),
            state: BatchState::Open,
            opened: self.wall,
            submitted: self.wall,
            ended: None,
            waits: None,
            events: Vec::new(),
            news: Vec::new(),
            folded: Totals::default(),
        };
        self.batches.insert(id, batch);
        Ok(id)
    }

    pub fn add(&mut self, batch: BatchId, tasks: &[NewTask]) -> Result<Vec<TaskId>, LedgerError> {
        let state = self.batch(batch)?.state;
        if state != BatchState::Open {
            return Err(LedgerError::NotOpen { batch, state });
        }
        Ok(tasks.iter().map(|new| self.add_one(batch, new)).collect())
    }

    fn add_one(&mut self, batch: BatchId, new: &NewTask) -> TaskId {
        self.last_task += 1;
        let task = Task {
            batch,
            new: new.clone(),
            state: if new.skip { TaskState::Skipped } else { TaskState::Ready },
            attempts: Vec::new(),
            budget: Budget::FULL,
            due: 0,
            lease: None,
            heard: self.ticks,
            since: None,
        };
        let id = TaskId(self.last_task);
        self.tasks.insert(id, task);
        id
    }

    pub fn seal(&mut self, batch: BatchId) -> Result<(), LedgerError> {
        let batch = self.batch_mut(batch)?;
        if batch.state == BatchState::Open && batch.new.tenant == TenantId::HOUSE {
            batch.state = BatchState::Sealed;
        }
        Ok(())
    }

    pub fn submit(&mut self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Result<Submitted, LedgerError> {
        let found = self.batch(batch)?;
        let (state, tenant) = (found.state, found.new.tenant);
        let named = once.and_then(|once| self.name_of(tenant, once));
        match named {
            _ if tenant == TenantId::HOUSE => return Err(LedgerError::UnknownTenant(tenant)),
            Some(Submitted::Repeated(before)) if before == batch => return Ok(Submitted::Accepted),
            _ if state != BatchState::Open => return Err(LedgerError::NotOpen { batch, state }),
            Some(refused) => {
                self.remove(batch);
                return Ok(refused);
            }
            None => {}
        }
        let submitted = self.accept(batch, tenant)?;
        if let (Submitted::Accepted, Some(Once { key, fingerprint })) = (submitted, once) {
            let until = Timestamp(self.wall.0.saturating_add(ms(kept)));
            self.names.insert((tenant, key.clone()), (fingerprint.clone(), Named::Batch(batch), until));
        }
        Ok(submitted)
    }

    /// Takes the tasks from the tenant's cap, seals the batch, says so.
    fn accept(&mut self, batch: BatchId, tenant: TenantId) -> Result<Submitted, LedgerError> {
        let now = self.wall;
        let list = self.totals(batch);
        if !self.queue(tenant, list.remaining) {
            let Customer { queued, ref tenant, .. } = self.tenants[&tenant];
            return Ok(Submitted::OverCap { queued, cap: tenant.queued_cap });
        }
        let found = self.batch_mut(batch)?;
        (found.state, found.submitted, found.folded) = (BatchState::Sealed, now, list);
        self.tell(batch, EventKind::Submitted, None, now);
        self.dispatch(batch, 0);
        Ok(Submitted::Accepted)
    }

    /// Takes so many tasks from the tenant's cap, if they fit.
    fn queue(&mut self, tenant: TenantId, tasks: u64) -> bool {
        let Some(customer) = self.tenants.get_mut(&tenant) else { return false };
        let fits = customer.queued + tasks <= customer.tenant.queued_cap;
        customer.queued += if fits { tasks } else { 0 };
        fits
    }

    pub fn name_of(&self, tenant: TenantId, once: &Once) -> Option<Submitted> {
        Some(match self.named(tenant, once)? {
            Some(Named::Batch(batch)) => Submitted::Repeated(batch),
            _ => Submitted::OtherBody,
        })
    }

    /// What a name stands for; `Some(None)` where that asked for something else.
    pub fn named(&self, tenant: TenantId, once: &Once) -> Option<Option<Named>> {
        let named = self.names.get(&(tenant, once.key.clone())).filter(|(.., until)| *until > self.wall)?;
        let (fingerprint, named, _) = named;
        Some((*fingerprint == once.fingerprint).then_some(*named))
    }

    pub fn close(&mut self, batch: BatchId) -> Result<BatchState, LedgerError> {
        let (now, remaining) = (self.wall, self.totals(batch).remaining);
        let found = self.batch_mut(batch)?;
        let after = found.state.closed(remaining);
        if found.new.tenant != TenantId::HOUSE || found.state == after {
            return Ok(found.state);
        }
        (found.state, found.ended) = (after, Some(now));
        let running = |t: &&mut Task| t.batch == batch && t.state == TaskState::Running;
        for task in self.tasks.values_mut().filter(running) {
            (task.state, task.lease) = (TaskState::Ready, None);
            let lost = task.attempts.iter_mut().filter(|a| a.state == AttemptState::Running);
            lost.for_each(|a| (a.state, a.ended) = (AttemptState::Lost, Some(now)));
        }
        let Rows { seats, tasks, .. } = &mut *self.rows;
        seats.retain(|s| s.rest.is_some() || tasks.get(&s.token.task).is_none_or(|t| t.batch != batch));
        Ok(after)
    }

    pub fn cancel(&mut self, batch: BatchId) -> Result<BatchState, LedgerError> {
        let now = self.wall;
        let found = self.batch_mut(batch)?;
        if found.state != BatchState::Sealed || found.new.tenant == TenantId::HOUSE {
            return Ok(found.state);
        }
        (found.state, found.waits) = (BatchState::Cancelling, None);
        self.tell(batch, EventKind::Cancelling, None, now);
        Ok(BatchState::Cancelling)
    }

    pub fn redrive(&mut self, batch: BatchId, only: Option<&[TaskId]>) -> Result<u64, LedgerError> {
        let found = self.batch(batch)?;
        let tenant = found.new.tenant;
        if tenant == TenantId::HOUSE || !matches!(found.state, BatchState::Sealed | BatchState::Closed) {
            return Ok(0);
        }
        let asked = |id: &TaskId| only.is_none_or(|only| only.contains(id));
        let dead = self.of(batch).filter(|(id, t)| t.state == TaskState::Failed && asked(id));
        let dead: Vec<_> = dead.map(|(id, _)| id).collect();
        let mut revived = 0;
        for task in dead {
            if self.queue(tenant, 1) {
                self.revive(batch, task);
                revived += 1;
            }
        }
        if revived > 0 {
            self.dispatch(batch, 0);
        }
        Ok(revived)
    }

    fn revive(&mut self, batch: BatchId, id: TaskId) {
        let (wall, ticks) = (self.wall, self.ticks);
        if let Some(task) = self.tasks.get_mut(&id) {
            (task.state, task.budget, task.due) = (TaskState::Ready, Budget::FULL, 0);
            (task.heard, task.since) = (ticks, Some(wall));
        }
        self.usage.retain(|(_, row)| row.task != id);
        if let Some(batch) = self.batches.get_mut(&batch) {
            (batch.state, batch.ended) = (BatchState::Sealed, None);
        }
        self.tell(batch, EventKind::Redriven, Some(id), wall);
    }

    pub fn forget(&mut self, batch: BatchId) -> Result<Vec<String>, LedgerError> {
        let found = self.batch(batch)?;
        let state = found.state;
        let open = state == BatchState::Open && found.new.tenant != TenantId::HOUSE;
        let abandoned = open && self.wall.0 - found.opened.0 >= ms(ABANDONED);
        if !state.is_over() && !abandoned {
            return Err(LedgerError::NotOver { batch, state });
        }
        let of_batch = |task: &TaskId| self.tasks.get(task).is_some_and(|t| t.batch == batch);
        let paths = self.outputs.iter().filter(|(token, _)| of_batch(&token.task));
        let paths = paths.map(|(_, output)| output.path.clone()).collect();
        self.remove(batch);
        Ok(paths)
    }

    pub fn remove(&mut self, batch: BatchId) {
        let Rows { batches, tasks, outputs, dispatch, .. } = &mut *self.rows;
        batches.remove(&batch);
        tasks.retain(|_, task| task.batch != batch);
        outputs.retain(|(token, _)| tasks.contains_key(&token.task));
        dispatch.retain(|(_, of, _)| *of != batch);
    }
}
