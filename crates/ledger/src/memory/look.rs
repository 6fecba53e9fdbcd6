//! What people look at.

use super::Tx;
use super::rows::{Batch, Task};
use crate::event::Event;
use crate::record::*;
use crate::states::{End, judge};
use crate::tenant::{BatchRecord, Standing};
use crate::upkeep::{Depth, Page, TaskRecord, UsageRow};
use crate::{BatchState, LedgerError, TaskState, Verdict};
use std::collections::{HashMap, HashSet};

impl Tx<'_> {
    pub fn unfinished(&self) -> Vec<BatchId> {
        self.batches.iter().filter(|(_, b)| !b.state.is_over()).map(|(id, _)| *id).collect()
    }

    /// Counted from the rows of its tasks.
    pub fn totals(&self, batch: BatchId) -> Totals {
        let count = |state| self.of(batch).filter(|(_, t)| t.state == state).count() as u64;
        Totals {
            found: self.of(batch).count() as u64,
            succeeded: count(TaskState::Succeeded),
            failed: count(TaskState::Failed),
            skipped: count(TaskState::Skipped),
            cancelled: count(TaskState::Cancelled),
            remaining: count(TaskState::Ready) + count(TaskState::Running),
            running: count(TaskState::Running),
        }
    }

    pub fn failures(&self, batch: BatchId) -> Result<Vec<Failure>, LedgerError> {
        self.batch(batch)?;
        let failed = self.of(batch).filter(|(_, t)| t.state == TaskState::Failed);
        let failure = |(task, t): (TaskId, &Task)| Failure {
            task,
            input: t.new.input.clone(),
            attempts: t.newest(),
            faults: t.attempts.iter().filter_map(|a| a.fault.clone()).collect(),
        };
        Ok(failed.map(failure).collect())
    }

    pub fn written(&self, names: &[String]) -> Vec<Written> {
        let names: HashSet<_> = names.iter().collect();
        let newest: HashMap<_, _> = self.outputs.iter().enumerate().map(|(at, (_, o))| (&o.path, at)).collect();
        let all = self.outputs.iter().enumerate().filter(|(at, (_, o))| newest[&o.path] == *at);
        let all = all.map(|(_, (token, output))| (&self.tasks[&token.task].new.input, output));
        let all = all.filter(|(input, _)| names.contains(&input.name));
        all.map(|(input, output)| Written { input: input.clone(), output: output.clone() }).collect()
    }

    pub fn batch_record(&self, id: BatchId, batch: &Batch) -> BatchRecord {
        let Totals { found, succeeded, failed, skipped, cancelled, .. } = batch.folded;
        let counted = self.totals(id);
        let served = batch.new.tenant != TenantId::HOUSE && batch.state != BatchState::Open;
        let remaining = found.saturating_sub(succeeded + failed + skipped + cancelled);
        BatchRecord {
            id,
            new: batch.new.clone(),
            state: batch.state,
            totals: if served { Totals { remaining, running: counted.running, ..batch.folded } } else { counted },
            last_event: batch.events.len() as u64,
            opened: batch.opened,
            ended: batch.ended,
        }
    }

    pub fn batches_of(&self, tenant: TenantId, page: Page) -> Vec<BatchRecord> {
        let before = page.after.map_or(BatchId(i64::MAX), BatchId);
        let older = self.batches.range(..before).rev();
        let theirs = older.filter(|(_, b)| b.new.tenant == tenant && b.state != BatchState::Open);
        theirs.take(page.most).map(|(id, batch)| self.batch_record(*id, batch)).collect()
    }

    pub fn task_records(
        &self,
        batch: BatchId,
        state: Option<TaskState>,
        page: Page,
    ) -> Result<Vec<TaskRecord>, LedgerError> {
        self.batch(batch)?;
        let after = TaskId(page.after.unwrap_or(0));
        let found = self.of(batch).filter(|(id, t)| *id > after && state.is_none_or(|state| t.state == state));
        let record = |(id, task): (TaskId, &Task)| TaskRecord {
            id,
            input: task.new.input.clone(),
            detail: task.new.detail.clone(),
            state: task.state,
            attempts: task.attempts.clone(),
            outputs: self.outputs.iter().filter(|(token, _)| token.task == id).map(|(_, o)| o.clone()).collect(),
        };
        Ok(found.take(page.most).map(record).collect())
    }

    pub fn events_of(&self, id: BatchId, after: u64, most: usize) -> Result<Vec<Event>, LedgerError> {
        let batch = self.batch(id)?;
        let event = |(number, told): (u64, &super::rows::Told)| Event {
            number,
            tenant: batch.new.tenant,
            batch: id,
            task: told.task,
            kind: told.kind,
            at: told.at,
        };
        let numbered = (1..).zip(&batch.events).filter(|(number, _)| *number > after);
        Ok(numbered.take(most).map(event).collect())
    }

    pub fn unnamed(&self, paths: &[(Token, String)]) -> Vec<String> {
        let named = |token: Token, path: &str| self.outputs.iter().any(|(t, o)| *t == token && o.path == path);
        let verdict = |token| self.standing(token).map(|standing| judge(standing, End::Succeeded));
        let may_complete = |token| matches!(verdict(token), Some(Verdict::Recorded(_)));
        let left = paths.iter().filter(|(token, path)| !named(*token, path) && !may_complete(*token));
        left.map(|(_, path)| path.clone()).collect()
    }

    pub fn usage_of(&self, tenant: TenantId, page: Page) -> Vec<UsageRow> {
        let after = page.after.unwrap_or(0);
        let theirs = self.usage.iter().filter(|(of, row)| *of == tenant && row.id > after);
        theirs.take(page.most).map(|(_, row)| row.clone()).collect()
    }

    pub fn standings(&self) -> Vec<Standing> {
        self.tenants.keys().filter_map(|id| self.standing_of(*id)).collect()
    }

    pub fn standing_of(&self, id: TenantId) -> Option<Standing> {
        let customer = self.tenants.get(&id)?;
        Some(Standing { tenant: customer.tenant.clone(), queued: customer.queued, running: customer.running })
    }

    pub fn depth(&self) -> Depth {
        let served = |t: &&Task| self.batches[&t.batch].new.tenant != TenantId::HOUSE;
        let waits = |t: &&Task| self.batches[&t.batch].state == BatchState::Sealed && t.state == TaskState::Ready;
        let since = |t: &Task| t.since.unwrap_or(self.batches[&t.batch].submitted);
        let served = || self.tasks.values().filter(served);
        let running = served().filter(|t| t.state == TaskState::Running);
        let dead = || served().filter(|t| t.state == TaskState::Failed);
        let seats = self.pools.keys().chain(self.seats.iter().flat_map(|s| s.needs.keys()));
        let mut seats: Vec<_> = seats.cloned().collect();
        seats.sort();
        seats.dedup();
        let seats = seats.into_iter().map(|pool| {
            let (used, all) = (self.seats_in(&pool), self.pools.get(&pool).copied().unwrap_or(0));
            (pool, used, all)
        });
        Depth {
            paused: self.paused,
            ready: self.tenants.values().map(|c| c.queued - c.running).sum(),
            running: self.tenants.values().map(|c| c.running).sum(),
            dead: dead().count() as u64,
            oldest_ready: served().filter(waits).map(since).min(),
            oldest_running: running.filter_map(|t| t.attempts.last()).map(|a| a.started).min(),
            oldest_dead: dead().filter_map(|t| t.since).min(),
            seats: seats.filter(|(_, used, all)| used + all > 0).collect(),
        }
    }
}
