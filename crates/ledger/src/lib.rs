//! The one state machine of batch, task and attempt, and where its rows are kept.
//!
//! A *task* is one photo of a *batch*; a batch belongs to a *tenant*. Working on a task is an *attempt*; attempts of a task
//! are numbered from 1 and the numbers only grow. A claim hands out a [`Token`] (task and attempt number), for as long as
//! its *lease* lasts; an ending counts only with the token of the newest attempt, so a worker that was thought dead can
//! never overwrite the work of its replacement.
//!
//! ```text
//!  batch     Open ──seal──▶ Sealed ──close, nothing remains──▶ Closed            of the house: a run on this machine
//!              │               │
//!              └────close──────┴──────something remains──────▶ Stopped
//!
//!            Open ─submit─▶ Sealed ──fold, nothing remains──▶ Closed             of a tenant
//!                            │   ▲                              │
//!                            │   └───────────redrive────────────┘
//!                            └─cancel─▶ Cancelling ──fold, nothing remains──▶ Cancelled
//!
//!  task      (added) ──▶ Skipped                        its renditions are there already
//!            (added) ──▶ Ready ──claim──▶ Running ──succeeded──────────────────▶ Succeeded
//!                         ▲ ▲ │              │
//!                         │ │ │              ├──input fault, third photo fault,
//!                         │ │ │              │  fifth expired lease──────────────▶ Failed (a dead letter) ─┐
//!                         │ │ │              │                                                             │
//!                         │ └─┼──────────────┘ handed back, environment fault,                             │
//!                         │   │                first photo faults and expired leases                       │
//!                         │   └──cancel, fold──▶ Cancelled ◀── any end but success, while cancelling       │
//!                         └──────────────────────────────redrive───────────────────────────────────────────┘
//!            Ready after an expired lease ──succeeded, nobody replaced it──▶ Succeeded
//!
//!  attempt   Running ──▶ Succeeded | Failed | HandedBack
//!               ├──────▶ Expired ──▶ Succeeded          its lease ran out; what it made may still come
//!               └──────▶ Lost                           its batch was closed while it ran
//! ```
//!
//! The rules stand once, in [`states`]; every backend asks them. [`Ledger`] is the port, [`Memory`], [`Sqlite`] and
//! [`Postgres`] are its backends, and [`conformance`] is the suite that each backend runs.
//!
//! A batch of the house is counted from its rows. A tenant's batch is folded: what happens to it is written as an
//! [`event`] in the transaction in which it happens, and a folding step numbers the events, adds them up and closes the
//! batch. A [`doorbell`] only says that there may be work.
//!
//! The port is async, on tokio: a server calls it directly, a command line program from a current-thread runtime of its
//! own. Time comes from a [`clock`], which tests hold.

pub mod clock;
pub mod condition;
pub mod conformance;
pub mod doorbell;
pub mod error;
pub mod event;
pub mod hooks;
pub mod memory;
pub mod moving;
pub mod overview;
pub mod parcels;
pub mod people;
pub mod port;
pub mod postgres;
pub mod record;
pub mod registry;
mod rows;
pub mod shares;
pub mod sqlite;
pub mod states;
#[cfg(all(target_os = "linux", not(rawmill_portable)))]
#[path = "stopwatch/linux.rs"]
mod stopwatch;
#[cfg(not(all(target_os = "linux", not(rawmill_portable))))]
#[path = "stopwatch/other.rs"]
mod stopwatch;
pub mod tenant;
pub mod transfers;
pub mod upkeep;

pub use clock::{Clock, HeldClock, SystemClock, Ticks};
pub use condition::Condition;
pub use doorbell::{Doorbell, FileBell, Listener, NotifyBell, ProcessBell};
pub use error::LedgerError;
pub use event::{Event, EventKind, Folded};
pub use memory::Memory;
pub use port::{Answer, Ledger};
pub use postgres::{Postgres, PostgresOptions};
pub use record::{
    Asking, BatchId, Claim, ClaimAnswer, Ending, Failure, Fault, Input, NewBatch, NewTask, Outcome, Output, Renewal,
    SeatNeeds, TaskId, TenantId, Timestamp, Token, Totals, Usage, Written,
};
pub use sqlite::Sqlite;
pub use states::{AttemptState, BatchState, FaultClass, Refusal, TaskState, Verdict};
pub use tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
pub use upkeep::{AttemptRecord, Call, Depth, KILL_MARGIN, Page, Ring, Swept, TaskRecord, UsageRow};
