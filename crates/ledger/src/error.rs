//! What can go wrong with the ledger itself.

use crate::{BatchId, BatchState, TenantId};

/// An error of the ledger. That an ending is refused is an answer, not an error: see [`crate::Verdict`].
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no such batch.
    #[error("batch {0} is not in the ledger")]
    UnknownBatch(BatchId),
    /// The batch takes no more tasks.
    #[error("batch {batch} is {state}; tasks are added, and the whole is submitted, while it is open")]
    NotOpen {
        /// The batch.
        batch: BatchId,
        /// Where it stands.
        state: BatchState,
    },
    /// The batch cannot be removed.
    #[error(
        "batch {batch} is {state}; only one that is over, or was left open for an hour, can be removed: cancel it first"
    )]
    NotOver {
        /// The batch.
        batch: BatchId,
        /// Where it stands.
        state: BatchState,
    },
    /// There is no such tenant, or it is the house, which submits nothing.
    #[error("tenant {0} is not in the ledger")]
    UnknownTenant(TenantId),
    /// Two tenants cannot have one name.
    #[error("a tenant named `{0}` exists already; choose another name")]
    NameTaken(String),
    /// Two keys cannot have one prefix.
    #[error("a key with the prefix `{0}` exists already; make another one")]
    PrefixTaken(String),
    /// The file was written by another version.
    #[error("the ledger has schema {found}, this version reads schema {expected}; use the version that wrote it")]
    Schema {
        /// Found in the file.
        found: i64,
        /// What this code reads.
        expected: i64,
    },
    /// The file is not whole.
    #[error("the ledger is damaged: {0}")]
    Damaged(String),
    /// A row holds a word or number that this code does not know.
    #[error("the ledger holds {what} `{found}`, which this version does not know")]
    Unreadable {
        /// Kind of value.
        what: &'static str,
        /// The value.
        found: String,
    },
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}
