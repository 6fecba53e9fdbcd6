//! Archives that somebody wants to have built: a worker takes one, says how far it is, and ends it.
//!
//! ```text
//!  Wanted ──take──▶ Building ──ready──▶ Ready ──lost──▶ Wanted
//!   ▲ ▲ ▲              │ │
//!   │ │ └─handed back──┤ └──third failure, or third lease that ran out──▶ Failed
//!   │ └──failed────────┘                                                    │
//!   └──────────────────────────────want─────────────────────────────────────┘
//! ```
//! The bytes lie in the object store; here is what is wanted and who is at it. An archive is told by its name, which says
//! all that is in it: two who build the same one make the same bytes. So leases go by the wall's clock, and the number of a
//! build is there to tell whose word counts.
//!
//! [`Parcels`] is the port; [`crate::Memory`], [`crate::Sqlite`] and [`crate::Postgres`] are its backends, and
//! [`crate::conformance::parcels`] is the suite that each backend runs.

pub(crate) mod rows;
mod rules;

pub use rules::{PAUSE, TRIES};

use crate::port::Answer;
use crate::record::{BatchId, TenantId, Timestamp};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

worded! {
    /// Where an archive stands.
    ParcelState, "parcel state" {
        /// Nobody builds it yet.
        Wanted = "wanted",
        /// A worker is at it.
        Building = "building",
        /// It is in the store.
        Ready = "ready",
        /// Nobody could build it.
        Failed = "failed",
    }
}

/// An archive that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParcel {
    /// Whose.
    pub tenant: TenantId,
    /// Of this batch.
    pub batch: BatchId,
    /// Says what is in it; one a batch.
    pub name: String,
    /// Bytes that it will have.
    pub size: u64,
    /// Files that are in it.
    pub files: u64,
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its number, which is never given again.
    pub id: i64,
    /// As it was wanted.
    pub new: NewParcel,
    /// Where it stands.
    pub state: ParcelState,
    /// Number of its newest build, from 1.
    pub build: u32,
    /// Builds that count against it.
    pub tries: u32,
    /// Nobody else takes it before.
    pub until: Option<Timestamp>,
    /// Bytes that are written.
    pub done: u64,
    /// Why the last build failed.
    pub why: Option<String>,
    /// Forgotten after that.
    pub expires: Timestamp,
}

/// How a build ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built {
    /// It is in the store.
    Ready,
    /// It cannot be built, and why.
    Failed(String),
    /// The worker has to go; counts nothing.
    HandedBack,
    /// It was ready, and is not in the store any more.
    Lost,
}

/// The archives that are wanted. Every operation is one transaction.
pub trait Parcels: Send + Sync {
    /// Wants an archive, and to have it for so long from now. One that failed gets new tries.
    fn want_parcel(&self, new: &NewParcel, kept: Duration) -> impl Answer<Parcel>;

    /// An archive that somebody wanted.
    fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> impl Answer<Option<Parcel>>;

    /// Hands out the archive that has waited longest, for a lease. One whose lease has run out counts as waiting.
    fn take_parcel(&self, lease: Duration) -> impl Answer<Option<Parcel>>;

    /// A heartbeat of this build, and how far it is. `false`: it is another's by now, or nobody wants it any more.
    fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> impl Answer<bool>;

    /// How this build ended. `false`: its word does not count any more.
    fn end_parcel(&self, id: i64, build: u32, built: &Built) -> impl Answer<bool>;

    /// Forgets the archives of a batch.
    fn drop_parcels(&self, batch: BatchId) -> impl Answer<()>;

    /// Forgets archives whose time is over, but those that are being built; returns how many.
    fn sweep_parcels(&self) -> impl Answer<u64>;
}
