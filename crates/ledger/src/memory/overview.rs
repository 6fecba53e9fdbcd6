//! What people look at who run the house.

use super::Memory;
use super::Tx;
use super::rows::{Batch, Task};
use crate::overview::*;
use crate::record::{TaskId, TenantId, Timestamp, Token};
use crate::upkeep::UsageRow;
use crate::{LedgerError, TaskState};
use std::collections::BTreeMap;
use std::ops::Range;

type Answer<T> = Result<T, LedgerError>;

impl Overview for Memory {
    async fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> Answer<Vec<Day>> {
        let (tx, moments) = (self.begin(), moments(&days));
        let mut found = BTreeMap::<i64, Day>::new();
        for row in tx.succeeded().filter(|(of, row)| *of == tenant && moments.contains(&row.at.0)).map(|(_, row)| row) {
            let day = row.at.0 / DAY;
            found.entry(day).or_insert(Day { day, ..Day::default() }).add(&row.usage);
        }
        Ok(found.into_values().collect())
    }

    async fn done_since(&self, since: Timestamp) -> Answer<Done> {
        let (tx, mut done) = (self.begin(), Done::default());
        for (_, row) in tx.succeeded().filter(|(_, row)| row.at >= since) {
            done = Done { photos: done.photos + 1, pixels: done.pixels + row.usage.pixels };
        }
        Ok(done)
    }

    async fn at_work(&self, most: usize) -> Answer<Vec<AtWork>> {
        let tx = self.begin();
        let mut all: Vec<_> = tx.served(TaskState::Running).filter_map(|(id, ..)| tx.work_on(id)).collect();
        all.sort_by(|a, b| (&a.worker, a.token.task).cmp(&(&b.worker, b.token.task)));
        all.truncate(most);
        Ok(all)
    }

    async fn dead_letters(&self, most: usize) -> Answer<Vec<DeadLetter>> {
        let tx = self.begin();
        let mut all: Vec<_> = tx.served(TaskState::Failed).filter_map(|(id, ..)| tx.dead_letter(id)).collect();
        all.sort_by_key(|dead| std::cmp::Reverse((dead.since, dead.task)));
        all.truncate(most);
        Ok(all)
    }

    async fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
        let mut tx = self.begin();
        tx.paused = paused;
        tx.note(tenant, by, deed(paused), "queue");
        Ok(())
    }
}

impl Tx<'_> {
    fn succeeded(&self) -> impl Iterator<Item = &(TenantId, UsageRow)> {
        self.usage.iter().filter(|(_, row)| row.state == TaskState::Succeeded)
    }

    /// Tasks of tenants in this state.
    fn served(&self, state: TaskState) -> impl Iterator<Item = (TaskId, &Task, &Batch)> {
        let all = self.tasks.iter().map(|(id, task)| (*id, task, &self.batches[&task.batch]));
        all.filter(move |(_, task, batch)| task.state == state && batch.new.tenant != TenantId::HOUSE)
    }

    fn called(&self, tenant: TenantId) -> String {
        self.tenants.get(&tenant).map(|customer| customer.tenant.name.clone()).unwrap_or_default()
    }

    fn work_on(&self, id: TaskId) -> Option<AtWork> {
        let (task, batch) = self.task(id)?;
        let (attempt, tenant) = (task.attempts.last()?, batch.new.tenant);
        Some(AtWork {
            worker: attempt.worker.clone(),
            token: Token { task: id, attempt: task.newest() },
            batch: task.batch,
            tenant,
            name: self.called(tenant),
            detail: task.new.detail.clone(),
            since: attempt.started,
            until: task.lease.map(|lease| on_the_wall(lease, self.ticks, self.wall)),
        })
    }

    fn dead_letter(&self, id: TaskId) -> Option<DeadLetter> {
        let (task, batch) = self.task(id)?;
        let tenant = batch.new.tenant;
        Some(DeadLetter {
            task: id,
            batch: task.batch,
            tenant,
            name: self.called(tenant),
            detail: task.new.detail.clone(),
            attempts: task.newest(),
            since: task.since?,
            fault: task.attempts.last()?.fault.clone(),
        })
    }
}
