//! The port: what every backend can do.

use crate::event::{Event, Folded};
use crate::record::*;
use crate::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use crate::upkeep::{Call, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use crate::{BatchState, LedgerError, TaskState, Verdict};
use std::future::Future;
use std::time::Duration;

/// The answer of an operation, once it is there.
pub trait Answer<T>: Future<Output = Result<T, LedgerError>> + Send {}
impl<T, F: Future<Output = Result<T, LedgerError>> + Send> Answer<T> for F {}

/// A ledger of batches. Every operation is one transaction: it happens wholly or not at all. Only what treats a whole long
/// list (`redrive`, `forget`, `fold`, `sweep`) may go in pieces, each a transaction that leaves nothing half done; called
/// again, it goes on where it broke off. The backend holds the clock.
pub trait Ledger: Send + Sync {
    // The list: a batch and its tasks.

    /// Opens a batch without tasks. A batch of an unknown tenant is an error.
    fn open_batch(&self, new: &NewBatch) -> impl Answer<BatchId>;

    /// Adds tasks to an open batch; returns their numbers in the same order. Those of a tenant's batch cannot be claimed
    /// before it is submitted, so that a long list may come in several pieces.
    fn add(&self, batch: BatchId, tasks: &[NewTask]) -> impl Answer<Vec<TaskId>>;

    /// Says that the list of an open batch of the house is complete. No effect on another.
    fn seal(&self, batch: BatchId) -> impl Answer<()>;

    /// Seals an open batch of a tenant, takes its tasks from the tenant's cap, writes the first event and a dispatch row.
    /// A name for the submission is kept for `kept`. An open batch that is refused for its name is removed. Submitting the
    /// same batch under the same name again is accepted and changes nothing; any other batch that is not open is an error.
    fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> impl Answer<Submitted>;

    /// What became of the submission of this name: [`Submitted::Repeated`], [`Submitted::OtherBody`], or nothing yet.
    fn submitted(&self, tenant: TenantId, once: &Once) -> impl Answer<Option<Submitted>>;

    // Work.

    /// Hands out up to `most` ready tasks. From one batch: first tries before second ones, then in the order of adding.
    /// From all: tenants in weighted turns, among a tenant's tasks those of the greatest priority, then first tries, then
    /// the oldest. Either way never one whose tenant is paused or at its running cap, or whose seats are taken: a batch that
    /// has waited for its seats for [`crate::upkeep::AGED`] gets the next ones that come free. None from a batch that has
    /// ended, a tenant's batch not before it is submitted, and the house's only by its number. Leases that have run out are
    /// noticed first.
    fn claim(&self, asking: &Asking) -> impl Answer<Vec<Claim>>;

    /// Hands out this task, if it may run now. It counts as a turn of its tenant; `from` is not looked at.
    fn claim_task(&self, task: TaskId, asking: &Asking) -> impl Answer<ClaimAnswer>;

    /// Heartbeats; the answers are in the same order. A lease that ran out is renewed too, as long as nobody noticed.
    fn renew(&self, tokens: &[Token], lease: Duration) -> impl Answer<Vec<Renewal>>;

    /// Records how attempts ended; the answers are in the same order. See [`crate::states::judge`] for the rules. An
    /// outcome comes with its outputs, its usage row and its event, and frees seats and caps.
    fn record(&self, endings: &[Ending]) -> impl Answer<Vec<Verdict>>;

    // The end of a batch.

    /// Ends a batch of the house: closed if it was sealed and nothing remains, stopped if something does. What ran is lost.
    fn close(&self, batch: BatchId) -> impl Answer<BatchState>;

    /// Cancels a submitted batch: what waits is given up when it is folded, what runs is told at its next heartbeat. No
    /// effect on another. A worker that finished meanwhile is refused; the task is cancelled when it hands it back, fails,
    /// or its lease runs out.
    fn cancel(&self, batch: BatchId) -> impl Answer<BatchState>;

    /// Gives dead letters of a tenant's batch new tries (all of them, or these), and writes a dispatch row. A closed batch
    /// lives again. Attempts go on counting; their usage rows go, for they have no outcome any more. As many as the
    /// tenant's cap has room for, the oldest first; returns how many. None from a batch that is cancelled or cancelling.
    fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> impl Answer<u64>;

    /// Removes a batch that is over, or a tenant's that is open for [`crate::upkeep::ABANDONED`]; any other is an error. Returns the paths of
    /// its outputs. Usage rows stay, and its numbers are never given again.
    fn forget(&self, batch: BatchId) -> impl Answer<Vec<String>>;

    // Upkeep: any process may do it at any time, again and again.

    /// Numbers new events, adds them up, closes batches, gives up what waits in cancelled ones. Returns the batches that
    /// changed. See [`crate::event`].
    fn fold(&self) -> impl Answer<Vec<Folded>>;

    /// Dispatch rows that nobody has rung for, oldest first, and ready tasks unheard of for [`crate::upkeep::UNHEARD`].
    fn to_ring(&self, most: usize) -> impl Answer<Vec<Ring>>;

    /// They have been rung.
    fn rung(&self, rings: &[Ring]) -> impl Answer<()>;

    /// Tasks for which a message is to be sent to a queue. They count as called from now on, before anybody has sent
    /// anything: whoever cannot send lets them be, for a call that nobody heard for [`crate::upkeep::UNHEARD`] comes
    /// again. A task is called when it may run, once for each time that it becomes ready. Of a tenant never more than
    /// `per_tenant` that were called have no outcome, and never more than it may have running; none of one that is paused
    /// or of a batch whose seats are taken. A tenant's batches of the greatest priority go first, then the oldest; in each
    /// the first tries. Leases that have run out are noticed first.
    fn take_calls(&self, per_tenant: usize, most: usize) -> impl Answer<Vec<Call>>;

    /// If nobody else has swept for [`crate::upkeep::BROOM`]: expired leases, names of submissions past their time, batches abandoned while open.
    /// `None` where another holder has the broom.
    fn sweep(&self, holder: &str) -> impl Answer<Option<Swept>>;

    // Tenants and seats.

    /// Adds a tenant, or changes the one of that number. Its name must be unique. A weight of 0 counts as 1.
    fn put_tenant(&self, tenant: &Tenant) -> impl Answer<TenantId>;

    /// Pauses the whole queue, as if every tenant were paused, or lets it go on. What runs goes on; [`Depth`] says how it is.
    fn pause_queue(&self, paused: bool) -> impl Answer<()>;

    /// All tenants, in the order of their numbers.
    fn tenants(&self) -> impl Answer<Vec<Standing>>;

    /// One of them.
    fn tenant(&self, id: TenantId) -> impl Answer<Option<Standing>>;

    /// Sets how many seats the pools have; pools that are not named have none. Seats in use stay so.
    fn set_seats(&self, pools: &SeatNeeds) -> impl Answer<()>;

    // To look at.

    /// Batches that are not over, oldest first.
    fn unfinished(&self) -> impl Answer<Vec<BatchId>>;

    /// The batch in numbers, counted from the rows of its tasks.
    fn totals(&self, batch: BatchId) -> impl Answer<Totals>;

    /// The dead letters of a batch, in the order of adding.
    fn failures(&self, batch: BatchId) -> impl Answer<Vec<Failure>>;

    /// Everything ever made from the files of these names, as long as nothing newer was recorded at the same path, in
    /// the order of recording. Whether the file there today is the same one is for the caller to compare.
    fn written(&self, names: &[String]) -> impl Answer<Vec<Written>>;

    /// A batch, as last folded; those of the house, and how many are running, are counted.
    fn batch(&self, batch: BatchId) -> impl Answer<BatchRecord>;

    /// Batches of a tenant, newest first, those submitted.
    fn batches(&self, tenant: TenantId, page: Page) -> impl Answer<Vec<BatchRecord>>;

    /// Tasks of a batch in the order of adding, all or those in a state, with attempts and outputs.
    fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> impl Answer<Vec<TaskRecord>>;

    /// Numbered events of a batch, after this number.
    fn events(&self, batch: BatchId, after: u64, most: usize) -> impl Answer<Vec<Event>>;

    /// Those of these outputs (the token whose attempt wrote it, and its path) that no completion named and none can
    /// name any more.
    fn unnamed(&self, paths: &[(Token, String)]) -> impl Answer<Vec<String>>;

    /// Usage rows of a tenant in the order of writing, after this number; exactly one for each task with an outcome.
    fn usage(&self, tenant: TenantId, page: Page) -> impl Answer<Vec<UsageRow>>;

    /// How much work there is.
    fn depth(&self) -> impl Answer<Depth>;
}
