//! The ledger on PostgreSQL 13 or newer: any number of processes on any number of hosts, time of the database's clock.
//!
//! Nothing outlives a transaction but rows: no statement has a name and no session a state, so a pooler may give each
//! transaction another connection. Whoever claims locks the paces of a few tenants, never the whole queue; what a claim
//! costs does not depend on how many tasks wait, nor on what somebody's old snapshot keeps. Lists of thousands are
//! cancelled, redriven and removed in pieces of [`PIECE`]; each piece is a transaction and leaves nothing half done.
//!
//! | file | what |
//! |---|---|
//! | `options`, `hosts`, `open`, `condition` | reaching the database, looking how it is |
//! | `schema` | schemas, and programs of two versions at once |
//! | `tx` | transactions |
//! | `list` | a batch and its tasks |
//! | `pace`, `turns` | handing out the fairest; the order of locks |
//! | `claim`, `seats` | handing out a certain task or batch; seats |
//! | `marks` | where to begin looking |
//! | `record` | endings, leases |
//! | `batch` | close, cancel, redrive, forget |
//! | `fold` | events |
//! | `calls` | hearing other processes |
//! | `messages` | tasks for which a message is sent to a queue |
//! | `hooks`, `deliveries` | webhooks and their deliveries |
//! | `moving` | to another engine |
//! | `parcels` | archives to build |
//! | `transfers` | imports and exports |
//! | `people` | who may come in |
//! | `shares` | links to batches |
//! | `upkeep`, `tenants`, `look`, `registry`, `shelves` | the rest |

mod batch;
mod calls;
mod claim;
mod condition;
mod deliveries;
mod fold;
mod hooks;
mod hosts;
mod list;
mod look;
mod marks;
mod messages;
mod moving;
mod open;
mod options;
mod overview;
mod pace;
mod parcels;
mod people;
mod record;
mod registry;
mod schema;
mod seats;
mod shares;
mod shelves;
mod tenants;
mod transfers;
mod turns;
mod tx;
mod unnamed;
mod upkeep;

pub(crate) use calls::Call;
pub use options::PostgresOptions;

use crate::clock::Clock;
use crate::event::{Event, Folded};
use crate::record::*;
use crate::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use crate::upkeep::{Call as Called, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use crate::{BatchState, Ledger, LedgerError, TaskState, Verdict};
use hosts::Hosts;
use marks::Marks;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::watch;

/// Tasks or events that one transaction of a long list treats.
const PIECE: i64 = 500;

/// Where new work is called out.
pub(crate) const CHANNEL: &str = "rawmill_work";

/// The SQL of this name beside the code.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}
use sql;

/// Does it, and again where two were in each other's way. What hangs longer than its statements may is given up.
macro_rules! again {
    ($ledger:expr, $work:expr) => {
        again!($ledger, 3, $work)
    };
    ($ledger:expr, $patience:expr, $work:expr) => {{
        let mut tries = 0;
        loop {
            let limit = $crate::postgres::limit($ledger) * $patience;
            let done = match tokio::time::timeout(limit, $work).await {
                Ok(done) => done,
                Err(_) => Err(LedgerError::Away("it does not answer".into())),
            };
            match done {
                Err(error) if error.is_conflict() && tries < $crate::postgres::TRIES => {
                    tries += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(10 * tries)).await;
                }
                done => break done,
            }
        }
    }};
}
use again;

/// Reads in one transaction.
macro_rules! read {
    ($ledger:expr, $tx:ident => $work:expr) => {
        again!($ledger, async {
            let mut $tx = $ledger.read().await?;
            let found = $work.await?;
            $tx.commit().await?;
            Ok(found)
        })
    };
}
use read;

/// So often what was taken back for a conflict is tried again.
const TRIES: u64 = 5;
/// A whole list takes so many times as long as one operation may.
const LIST: u32 = 100;

/// What one operation may take.
fn limit(ledger: &Postgres) -> Duration {
    ledger.options().acquire_timeout + ledger.options().statement_timeout
}

/// A ledger in a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct Postgres(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hosts: Arc<Hosts>,
    /// The database's, where there is none.
    clock: Option<Arc<dyn Clock>>,
    /// The boot that the database is known to be at, where a clock is held.
    boot: Mutex<Arc<str>>,
    marks: Marks,
    /// Rings in this process for new work.
    bell: watch::Sender<()>,
    /// Are other processes heard.
    ear: OnceLock<watch::Receiver<Option<bool>>>,
    /// Tells this process's calls from those of others.
    name: String,
}

type Answer<T> = Result<T, LedgerError>;

impl Ledger for Postgres {
    async fn open_batch(&self, new: &NewBatch) -> Answer<BatchId> {
        again!(self, list::open_batch(self, new))
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Answer<Vec<TaskId>> {
        again!(self, list::add(self, batch, tasks))
    }

    async fn seal(&self, batch: BatchId) -> Answer<()> {
        again!(self, list::seal(self, batch))
    }

    async fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Answer<Submitted> {
        again!(self, LIST, list::submit(self, batch, once, kept))
    }

    async fn submitted(&self, tenant: TenantId, once: &Once) -> Answer<Option<Submitted>> {
        read!(self, tx => list::name_of(&mut tx, tenant, once))
    }

    async fn claim(&self, asking: &Asking) -> Answer<Vec<Claim>> {
        again!(self, claim::claim(self, asking))
    }

    async fn claim_task(&self, task: TaskId, asking: &Asking) -> Answer<ClaimAnswer> {
        again!(self, claim::claim_task(self, task, asking))
    }

    async fn renew(&self, tokens: &[Token], lease: Duration) -> Answer<Vec<Renewal>> {
        again!(self, record::renew(self, tokens, lease))
    }

    async fn record(&self, endings: &[Ending]) -> Answer<Vec<Verdict>> {
        again!(self, record::record(self, endings))
    }

    async fn close(&self, batch: BatchId) -> Answer<BatchState> {
        again!(self, batch::close(self, batch))
    }

    async fn cancel(&self, batch: BatchId) -> Answer<BatchState> {
        again!(self, batch::cancel(self, batch))
    }

    async fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> Answer<u64> {
        again!(self, LIST, batch::redrive(self, batch, only))
    }

    async fn forget(&self, batch: BatchId) -> Answer<Vec<String>> {
        again!(self, LIST, batch::forget(self, batch))
    }

    async fn fold(&self) -> Answer<Vec<Folded>> {
        again!(self, LIST, fold::fold(self))
    }

    async fn to_ring(&self, most: usize) -> Answer<Vec<Ring>> {
        again!(self, upkeep::to_ring(self, most))
    }

    async fn rung(&self, rings: &[Ring]) -> Answer<()> {
        again!(self, upkeep::rung(self, rings))
    }

    async fn take_calls(&self, per_tenant: usize, most: usize) -> Answer<Vec<Called>> {
        again!(self, messages::take(self, per_tenant, most))
    }

    async fn sweep(&self, holder: &str) -> Answer<Option<Swept>> {
        again!(self, LIST, upkeep::sweep(self, holder))
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Answer<TenantId> {
        again!(self, tenants::put(self, tenant))
    }

    async fn pause_queue(&self, paused: bool) -> Answer<()> {
        again!(self, tenants::pause_queue(self, paused))
    }

    async fn tenants(&self) -> Answer<Vec<Standing>> {
        read!(self, tx => tenants::all(&mut tx))
    }

    async fn tenant(&self, id: TenantId) -> Answer<Option<Standing>> {
        read!(self, tx => tenants::one(&mut tx, id))
    }

    async fn set_seats(&self, pools: &SeatNeeds) -> Answer<()> {
        again!(self, seats::set(self, pools))
    }

    async fn unfinished(&self) -> Answer<Vec<BatchId>> {
        read!(self, tx => look::unfinished(&mut tx))
    }

    async fn totals(&self, batch: BatchId) -> Answer<Totals> {
        read!(self, tx => look::totals_of(&mut tx, batch))
    }

    async fn failures(&self, batch: BatchId) -> Answer<Vec<Failure>> {
        read!(self, tx => look::failures(&mut tx, batch))
    }

    async fn written(&self, names: &[String]) -> Answer<Vec<Written>> {
        read!(self, tx => look::written(&mut tx, names))
    }

    async fn batch(&self, batch: BatchId) -> Answer<BatchRecord> {
        read!(self, tx => look::batch(&mut tx, batch))
    }

    async fn batches(&self, tenant: TenantId, page: Page) -> Answer<Vec<BatchRecord>> {
        read!(self, tx => look::batches(&mut tx, tenant, page))
    }

    async fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> Answer<Vec<TaskRecord>> {
        read!(self, tx => look::tasks(&mut tx, batch, state, page))
    }

    async fn events(&self, batch: BatchId, after: u64, most: usize) -> Answer<Vec<Event>> {
        read!(self, tx => look::events(&mut tx, batch, after, most))
    }

    async fn unnamed(&self, paths: &[(Token, String)]) -> Answer<Vec<String>> {
        read!(self, tx => look::unnamed(&mut tx, paths))
    }

    async fn usage(&self, tenant: TenantId, page: Page) -> Answer<Vec<UsageRow>> {
        read!(self, tx => look::usage(&mut tx, tenant, page))
    }

    async fn depth(&self) -> Answer<Depth> {
        read!(self, tx => look::depth(&mut tx))
    }
}
