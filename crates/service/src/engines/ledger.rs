//! The ledger that the configuration names, whichever engine keeps it.

use ledger::event::{Event, Folded};
use ledger::record::*;
use ledger::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use ledger::upkeep::{Call, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use ledger::{BatchState, LedgerError, Postgres, Sqlite, TaskState, Verdict};
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

/// A ledger.
#[derive(Debug, Clone)]
pub enum Ledger {
    /// In a file of the data folder.
    Sqlite(Sqlite),
    /// In a database that many machines share.
    Postgres(Postgres),
}

/// Asks whichever engine there is.
macro_rules! either {
    ($self:ident, $method:ident ( $($value:ident),* )) => {
        match $self {
            Self::Sqlite(ledger) => ledger.$method($($value),*).await,
            Self::Postgres(ledger) => ledger.$method($($value),*).await,
        }
    };
}

mod hooks;
mod moving;
mod overview;
mod parcels;
mod people;
mod registry;
mod shares;
mod transfers;

impl ledger::Ledger for Ledger {
    async fn open_batch(&self, new: &NewBatch) -> Answer<BatchId> {
        either!(self, open_batch(new))
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Answer<Vec<TaskId>> {
        either!(self, add(batch, tasks))
    }

    async fn seal(&self, batch: BatchId) -> Answer<()> {
        either!(self, seal(batch))
    }

    async fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Answer<Submitted> {
        either!(self, submit(batch, once, kept))
    }

    async fn submitted(&self, tenant: TenantId, once: &Once) -> Answer<Option<Submitted>> {
        either!(self, submitted(tenant, once))
    }

    async fn claim(&self, asking: &Asking) -> Answer<Vec<Claim>> {
        either!(self, claim(asking))
    }

    async fn claim_task(&self, task: TaskId, asking: &Asking) -> Answer<ClaimAnswer> {
        either!(self, claim_task(task, asking))
    }

    async fn renew(&self, tokens: &[Token], lease: Duration) -> Answer<Vec<Renewal>> {
        either!(self, renew(tokens, lease))
    }

    async fn record(&self, endings: &[Ending]) -> Answer<Vec<Verdict>> {
        either!(self, record(endings))
    }

    async fn close(&self, batch: BatchId) -> Answer<BatchState> {
        either!(self, close(batch))
    }

    async fn cancel(&self, batch: BatchId) -> Answer<BatchState> {
        either!(self, cancel(batch))
    }

    async fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> Answer<u64> {
        either!(self, redrive(batch, only))
    }

    async fn forget(&self, batch: BatchId) -> Answer<Vec<String>> {
        either!(self, forget(batch))
    }

    async fn fold(&self) -> Answer<Vec<Folded>> {
        either!(self, fold())
    }

    async fn to_ring(&self, most: usize) -> Answer<Vec<Ring>> {
        either!(self, to_ring(most))
    }

    async fn rung(&self, rings: &[Ring]) -> Answer<()> {
        either!(self, rung(rings))
    }

    async fn take_calls(&self, per_tenant: usize, most: usize) -> Answer<Vec<Call>> {
        either!(self, take_calls(per_tenant, most))
    }

    async fn sweep(&self, holder: &str) -> Answer<Option<Swept>> {
        either!(self, sweep(holder))
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Answer<TenantId> {
        either!(self, put_tenant(tenant))
    }

    async fn pause_queue(&self, paused: bool) -> Answer<()> {
        either!(self, pause_queue(paused))
    }

    async fn tenants(&self) -> Answer<Vec<Standing>> {
        either!(self, tenants())
    }

    async fn tenant(&self, id: TenantId) -> Answer<Option<Standing>> {
        either!(self, tenant(id))
    }

    async fn set_seats(&self, pools: &SeatNeeds) -> Answer<()> {
        either!(self, set_seats(pools))
    }

    async fn unfinished(&self) -> Answer<Vec<BatchId>> {
        either!(self, unfinished())
    }

    async fn totals(&self, batch: BatchId) -> Answer<Totals> {
        either!(self, totals(batch))
    }

    async fn failures(&self, batch: BatchId) -> Answer<Vec<Failure>> {
        either!(self, failures(batch))
    }

    async fn written(&self, names: &[String]) -> Answer<Vec<Written>> {
        either!(self, written(names))
    }

    async fn batch(&self, batch: BatchId) -> Answer<BatchRecord> {
        either!(self, batch(batch))
    }

    async fn batches(&self, tenant: TenantId, page: Page) -> Answer<Vec<BatchRecord>> {
        either!(self, batches(tenant, page))
    }

    async fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> Answer<Vec<TaskRecord>> {
        either!(self, tasks(batch, state, page))
    }

    async fn events(&self, batch: BatchId, after: u64, most: usize) -> Answer<Vec<Event>> {
        either!(self, events(batch, after, most))
    }

    async fn unnamed(&self, paths: &[(Token, String)]) -> Answer<Vec<String>> {
        either!(self, unnamed(paths))
    }

    async fn usage(&self, tenant: TenantId, page: Page) -> Answer<Vec<UsageRow>> {
        either!(self, usage(tenant, page))
    }

    async fn depth(&self) -> Answer<Depth> {
        either!(self, depth())
    }
}
