//! The ledger in one SQLite file: write-ahead log, `synchronous = FULL`, one writer, a few readers that never wait for it.
//!
//! What a call returned as recorded is on the disk. Lists of thousands are cancelled, redriven and removed in pieces of
//! [`PIECE`], so that no heartbeat waits long; each piece is a transaction and leaves nothing half done.
//!
//! | file | what |
//! |---|---|
//! | `file` | opening, schemas |
//! | `writer` | transactions that share an fsync |
//! | `list` | a batch and its tasks |
//! | `claim`, `seats` | handing out |
//! | `record` | endings, leases |
//! | `calls` | messages to a queue |
//! | `batch` | close, cancel, redrive, forget |
//! | `fold` | events |
//! | `hooks` | webhooks and their deliveries |
//! | `moving` | to another engine |
//! | `parcels` | archives to build |
//! | `transfers` | imports and exports |
//! | `people` | who may come in |
//! | `shares` | links to batches |
//! | `upkeep`, `tenants`, `look` | the rest |

mod batch;
mod calls;
mod claim;
mod file;
mod fold;
mod hooks;
mod list;
mod look;
mod moving;
mod overview;
mod parcels;
mod people;
mod record;
mod registry;
mod seats;
mod shares;
mod tenants;
mod transfers;
mod upkeep;
mod writer;

use crate::clock::Clock;
use crate::event::{Event, Folded};
use crate::record::*;
use crate::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use crate::upkeep::{Call, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use crate::{BatchState, Ledger, LedgerError, TaskState, Verdict};
use sqlx::sqlite::SqlitePool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use writer::Writer;

/// Tasks or events that one transaction of a long list treats.
const PIECE: i64 = 500;

/// The SQL of this name beside the code.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}
use sql;

/// A ledger in a SQLite file.
#[derive(Debug, Clone)]
pub struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
    clock: Arc<dyn Clock>,
    /// The boot that the file is known to be at.
    boot: Arc<Mutex<Arc<str>>>,
}

type Answer<T> = Result<T, LedgerError>;

impl Ledger for Sqlite {
    async fn open_batch(&self, new: &NewBatch) -> Answer<BatchId> {
        list::open_batch(self, new).await
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Answer<Vec<TaskId>> {
        list::add(self, batch, tasks).await
    }

    async fn seal(&self, batch: BatchId) -> Answer<()> {
        list::seal(self, batch).await
    }

    async fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Answer<Submitted> {
        list::submit(self, batch, once, kept).await
    }

    async fn submitted(&self, tenant: TenantId, once: &Once) -> Answer<Option<Submitted>> {
        list::submitted(&mut *self.read().await?, tenant, once, self.clock.wall()).await
    }

    async fn claim(&self, asking: &Asking) -> Answer<Vec<Claim>> {
        claim::claim(self, asking).await
    }

    async fn claim_task(&self, task: TaskId, asking: &Asking) -> Answer<ClaimAnswer> {
        claim::claim_task(self, task, asking).await
    }

    async fn renew(&self, tokens: &[Token], lease: Duration) -> Answer<Vec<Renewal>> {
        record::renew(self, tokens, lease).await
    }

    async fn record(&self, endings: &[Ending]) -> Answer<Vec<Verdict>> {
        record::record(self, endings).await
    }

    async fn close(&self, batch: BatchId) -> Answer<BatchState> {
        batch::close(self, batch).await
    }

    async fn cancel(&self, batch: BatchId) -> Answer<BatchState> {
        batch::cancel(self, batch).await
    }

    async fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> Answer<u64> {
        batch::redrive(self, batch, only).await
    }

    async fn forget(&self, batch: BatchId) -> Answer<Vec<String>> {
        batch::forget(self, batch).await
    }

    async fn fold(&self) -> Answer<Vec<Folded>> {
        fold::fold(self).await
    }

    async fn to_ring(&self, most: usize) -> Answer<Vec<Ring>> {
        upkeep::to_ring(self, most).await
    }

    async fn rung(&self, rings: &[Ring]) -> Answer<()> {
        upkeep::rung(self, rings).await
    }

    async fn take_calls(&self, per_tenant: usize, most: usize) -> Answer<Vec<Call>> {
        calls::take(self, per_tenant, most).await
    }

    async fn sweep(&self, holder: &str) -> Answer<Option<Swept>> {
        upkeep::sweep(self, holder).await
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Answer<TenantId> {
        tenants::put(self, tenant).await
    }

    async fn pause_queue(&self, paused: bool) -> Answer<()> {
        tenants::pause_queue(self, paused).await
    }

    async fn tenants(&self) -> Answer<Vec<Standing>> {
        tenants::all(&mut *self.read().await?).await
    }

    async fn tenant(&self, id: TenantId) -> Answer<Option<Standing>> {
        tenants::one(&mut *self.read().await?, id).await
    }

    async fn set_seats(&self, pools: &SeatNeeds) -> Answer<()> {
        seats::set(self, pools).await
    }

    async fn unfinished(&self) -> Answer<Vec<BatchId>> {
        look::unfinished(&mut *self.read().await?).await
    }

    async fn totals(&self, batch: BatchId) -> Answer<Totals> {
        look::totals_of(&mut *self.read().await?, batch).await
    }

    async fn failures(&self, batch: BatchId) -> Answer<Vec<Failure>> {
        look::failures(&mut *self.read().await?, batch).await
    }

    async fn written(&self, names: &[String]) -> Answer<Vec<Written>> {
        look::written(&mut *self.read().await?, names).await
    }

    async fn batch(&self, batch: BatchId) -> Answer<BatchRecord> {
        look::batch(&mut *self.read().await?, batch).await
    }

    async fn batches(&self, tenant: TenantId, page: Page) -> Answer<Vec<BatchRecord>> {
        look::batches(&mut *self.read().await?, tenant, page).await
    }

    async fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> Answer<Vec<TaskRecord>> {
        look::tasks(&mut *self.read().await?, batch, state, page).await
    }

    async fn events(&self, batch: BatchId, after: u64, most: usize) -> Answer<Vec<Event>> {
        look::events(&mut *self.read().await?, batch, after, most).await
    }

    async fn unnamed(&self, paths: &[(Token, String)]) -> Answer<Vec<String>> {
        look::unnamed(&mut *self.read().await?, paths).await
    }

    async fn usage(&self, tenant: TenantId, page: Page) -> Answer<Vec<UsageRow>> {
        look::usage(&mut *self.read().await?, tenant, page).await
    }

    async fn depth(&self) -> Answer<Depth> {
        look::depth(&mut *self.read().await?).await
    }
}
