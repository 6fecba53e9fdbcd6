//! The ledger in memory: for tests, and as the plainest statement of what a backend does.
//!
//! Plain rows under one mutex, and a loop for every question. Nothing here is fast.

mod calls;
mod claim;
mod given_out;
mod hooks;
mod list;
mod look;
mod moving;
mod overview;
mod parcels;
mod people;
mod people_moving;
mod record;
mod registry;
mod rows;
mod shares;
mod taken_in;
mod transfers;
mod upkeep;

use crate::clock::{Clock, SystemClock};
use crate::event::{Event, Folded};
use crate::record::*;
use crate::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use crate::upkeep::{Call, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use crate::{BatchState, Ledger, LedgerError, TaskState, Verdict};
use rows::Rows;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A ledger that forgets everything with its process.
#[derive(Debug)]
pub struct Memory {
    rows: Mutex<Rows>,
    clock: Arc<dyn Clock>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock::new()))
    }
}

/// The rows, locked, and when that was.
struct Tx<'a> {
    rows: MutexGuard<'a, Rows>,
    wall: Timestamp,
    ticks: i64,
}

impl Deref for Tx<'_> {
    type Target = Rows;

    fn deref(&self) -> &Rows {
        &self.rows
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl Tx<'_> {
    /// So much later, on the stopwatch.
    fn later(&self, time: Duration) -> i64 {
        self.ticks.saturating_add(ms(time))
    }
}

/// In milliseconds.
fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Memory {
    /// An empty ledger that reads this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { rows: Mutex::default(), clock }
    }

    /// Everything between this and the end of the guard is one transaction.
    fn begin(&self) -> Tx<'_> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.ticks();
        rows.meet_boot(&now.boot);
        Tx { rows, wall: self.clock.wall(), ticks: now.ms }
    }
}

type Answer<T> = Result<T, LedgerError>;

impl Ledger for Memory {
    async fn open_batch(&self, new: &NewBatch) -> Answer<BatchId> {
        self.begin().open_batch(new)
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Answer<Vec<TaskId>> {
        self.begin().add(batch, tasks)
    }

    async fn seal(&self, batch: BatchId) -> Answer<()> {
        self.begin().seal(batch)
    }

    async fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Answer<Submitted> {
        self.begin().submit(batch, once, kept)
    }

    async fn submitted(&self, tenant: TenantId, once: &Once) -> Answer<Option<Submitted>> {
        Ok(self.begin().name_of(tenant, once))
    }

    async fn claim(&self, asking: &Asking) -> Answer<Vec<Claim>> {
        self.begin().claim(asking)
    }

    async fn claim_task(&self, task: TaskId, asking: &Asking) -> Answer<ClaimAnswer> {
        self.begin().claim_task(task, asking)
    }

    async fn renew(&self, tokens: &[Token], lease: Duration) -> Answer<Vec<Renewal>> {
        let mut tx = self.begin();
        Ok(tokens.iter().map(|token| tx.renew(*token, lease)).collect())
    }

    async fn record(&self, endings: &[Ending]) -> Answer<Vec<Verdict>> {
        let mut tx = self.begin();
        Ok(endings.iter().map(|ending| tx.end(ending)).collect())
    }

    async fn close(&self, batch: BatchId) -> Answer<BatchState> {
        self.begin().close(batch)
    }

    async fn cancel(&self, batch: BatchId) -> Answer<BatchState> {
        self.begin().cancel(batch)
    }

    async fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> Answer<u64> {
        self.begin().redrive(batch, only)
    }

    async fn forget(&self, batch: BatchId) -> Answer<Vec<String>> {
        self.begin().forget(batch)
    }

    async fn fold(&self) -> Answer<Vec<Folded>> {
        Ok(self.begin().fold())
    }

    async fn to_ring(&self, most: usize) -> Answer<Vec<Ring>> {
        Ok(self.begin().to_ring(most))
    }

    async fn rung(&self, rings: &[Ring]) -> Answer<()> {
        self.begin().rung(rings);
        Ok(())
    }

    async fn take_calls(&self, per_tenant: usize, most: usize) -> Answer<Vec<Call>> {
        Ok(self.begin().take_calls(per_tenant, most))
    }

    async fn sweep(&self, holder: &str) -> Answer<Option<Swept>> {
        Ok(self.begin().sweep(holder))
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Answer<TenantId> {
        self.begin().put_tenant(tenant)
    }

    async fn pause_queue(&self, paused: bool) -> Answer<()> {
        self.begin().paused = paused;
        Ok(())
    }

    async fn tenants(&self) -> Answer<Vec<Standing>> {
        Ok(self.begin().standings())
    }

    async fn tenant(&self, id: TenantId) -> Answer<Option<Standing>> {
        Ok(self.begin().standing_of(id))
    }

    async fn set_seats(&self, pools: &SeatNeeds) -> Answer<()> {
        self.begin().pools = pools.clone();
        Ok(())
    }

    async fn unfinished(&self) -> Answer<Vec<BatchId>> {
        Ok(self.begin().unfinished())
    }

    async fn totals(&self, batch: BatchId) -> Answer<Totals> {
        let tx = self.begin();
        tx.batch(batch)?;
        Ok(tx.totals(batch))
    }

    async fn failures(&self, batch: BatchId) -> Answer<Vec<Failure>> {
        self.begin().failures(batch)
    }

    async fn written(&self, names: &[String]) -> Answer<Vec<Written>> {
        Ok(self.begin().written(names))
    }

    async fn batch(&self, batch: BatchId) -> Answer<BatchRecord> {
        let tx = self.begin();
        tx.batch(batch).map(|found| tx.batch_record(batch, found))
    }

    async fn batches(&self, tenant: TenantId, page: Page) -> Answer<Vec<BatchRecord>> {
        Ok(self.begin().batches_of(tenant, page))
    }

    async fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> Answer<Vec<TaskRecord>> {
        self.begin().task_records(batch, state, page)
    }

    async fn events(&self, batch: BatchId, after: u64, most: usize) -> Answer<Vec<Event>> {
        self.begin().events_of(batch, after, most)
    }

    async fn unnamed(&self, paths: &[(Token, String)]) -> Answer<Vec<String>> {
        Ok(self.begin().unnamed(paths))
    }

    async fn usage(&self, tenant: TenantId, page: Page) -> Answer<Vec<UsageRow>> {
        Ok(self.begin().usage_of(tenant, page))
    }

    async fn depth(&self) -> Answer<Depth> {
        Ok(self.begin().depth())
    }
}
