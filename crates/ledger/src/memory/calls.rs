//! Tasks for which a message is sent to a queue.

use super::{Tx, ms};
use crate::record::*;
use crate::states::turn;
use crate::upkeep::{Call, UNHEARD};
use crate::{BatchState, TaskState};
use std::cmp::Reverse;

impl Tx<'_> {
    pub fn take_calls(&mut self, per_tenant: usize, most: usize) -> Vec<Call> {
        self.expire();
        self.end_calls();
        let mut tenants: Vec<_> = self.tenants.iter().map(|(id, c)| (turn(c.pass, self.pass), *id)).collect();
        tenants.sort();
        let mut calls = Vec::new();
        for (_, tenant) in tenants {
            let room = self.room(tenant, per_tenant).min(most - calls.len());
            let tasks: Vec<_> = self.callable(tenant).into_iter().take(room).collect();
            for (batch, task) in tasks {
                let call = (tenant, self.tasks[&task].newest(), self.ticks);
                self.called.insert(task, call);
                calls.push(Call { tenant, batch, task });
            }
        }
        calls
    }

    /// Forgets calls that were answered, and those that nobody heard.
    fn end_calls(&mut self) {
        let (now, long_ago) = (self.ticks, self.ticks - ms(UNHEARD));
        let mut called = std::mem::take(&mut self.called);
        called.retain(|task, (_, attempt, at)| {
            let Some(task) = self.tasks.get(task) else { return false };
            match task.state {
                TaskState::Ready => task.newest() == *attempt && *at > long_ago && *at <= now,
                TaskState::Running => task.newest() == *attempt + 1,
                _ => false,
            }
        });
        self.called = called;
    }

    /// How many more tasks of a tenant may be called.
    fn room(&self, tenant: TenantId, per_tenant: usize) -> usize {
        let called = || self.called.iter().filter(|(_, (of, ..))| *of == tenant);
        let waiting = called().filter(|(task, _)| self.tasks[task].state == TaskState::Ready).count() as u64;
        let customer = &self.tenants[&tenant];
        let free = customer.tenant.running_cap.saturating_sub(customer.running + waiting);
        per_tenant.saturating_sub(called().count()).min(usize::try_from(free).unwrap_or(usize::MAX))
    }

    /// Tasks of a tenant that may run and were not called, in order.
    fn callable(&self, tenant: TenantId) -> Vec<(BatchId, TaskId)> {
        let sealed = |b: &super::rows::Batch| b.state == BatchState::Sealed && b.new.tenant == tenant;
        let mut found = Vec::new();
        for (batch, row) in self.batches.iter().filter(|(id, b)| sealed(b) && self.may_run(**id)) {
            let ready = self.of(*batch).filter(|(_, t)| t.state == TaskState::Ready && t.due <= self.ticks);
            let new = ready.filter(|(task, _)| !self.called.contains_key(task));
            found.extend(new.map(|(task, t)| (Reverse(row.new.priority), *batch, t.newest(), task)));
        }
        found.sort();
        found.into_iter().map(|(_, batch, _, task)| (batch, task)).collect()
    }
}
