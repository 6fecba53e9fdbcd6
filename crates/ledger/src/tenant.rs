//! Tenants: whose work it is, and how much of the house they may have.

use crate::record::{BatchId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a tenant may have. The ledger holds to it in the transaction that takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its number; what a new one has is ignored.
    pub id: TenantId,
    /// For people; unique.
    pub name: String,
    /// Its share of the workers when tenants compete, at least 1.
    pub weight: u32,
    /// Most tasks without an outcome.
    pub queued_cap: u64,
    /// Most tasks running.
    pub running_cap: u64,
    /// Nothing of it is begun.
    pub paused: bool,
}

/// A tenant and what it has at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The tenant.
    pub tenant: Tenant,
    /// Tasks without an outcome.
    pub queued: u64,
    /// Of these, running.
    pub running: u64,
}

/// A customer's name for one submission: the same one twice is the same batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// `Idempotency-Key` of the request.
    pub key: String,
    /// Hash of what was asked.
    pub fingerprint: String,
}

/// The answer to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// The batch is sealed and its dispatch row is written.
    Accepted,
    /// This one was submitted before as that batch; the new one is gone.
    Repeated(BatchId),
    /// The key belongs to a submission that asked for something else; the new one is gone.
    OtherBody,
    /// The tenant would have more than its cap; the batch stays open.
    OverCap {
        /// Tasks without an outcome, now.
        queued: u64,
        /// As many as it may have.
        cap: u64,
    },
}

/// A batch as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRecord {
    /// Its number.
    pub id: BatchId,
    /// As it was opened.
    pub new: crate::record::NewBatch,
    /// Where it stands, as last folded.
    pub state: crate::BatchState,
    /// In numbers, as last folded.
    pub totals: crate::record::Totals,
    /// Number of its last folded event; 0 before the first.
    pub last_event: u64,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}
