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
    /// The database was changed by a newer version, and this one cannot work with it any more.
    #[error(
        "the ledger has schema {found}, which needs a program of schema {oldest} or newer, this one knows {expected}; use the newer version"
    )]
    TooOld {
        /// Found in the database.
        found: i64,
        /// The oldest that it bears.
        oldest: i64,
        /// What this code knows.
        expected: i64,
    },
    /// The database is named wrongly.
    #[error("the address of the database: {0}")]
    Address(String),
    /// The database cannot be reached, or has no connection left.
    #[error("the database is away: {0}; try again")]
    Away(String),
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl LedgerError {
    /// Is it the environment's fault: the same call may succeed when the database is there again, or less busy.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Away(_) => true,
            Self::Database(sqlx::Error::Database(e)) => e.code().is_some_and(|code| passes(&code)),
            Self::Database(error) => {
                use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
                matches!(error, Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed)
            }
            _ => false,
        }
    }

    /// Two transactions were in each other's way, and this one was taken back.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Database(sqlx::Error::Database(e)) = self else { return false };
        matches!(e.code().as_deref(), Some("40001" | "40P01"))
    }
}

/// States of PostgreSQL (its manual, appendix A) and codes of SQLite that say "not now": connection, resources, operator,
/// conflicts, locks, time limits; busy and locked.
fn passes(code: &str) -> bool {
    let now = ["08", "53", "57", "58", "40"].iter().any(|class| code.len() == 5 && code.starts_with(class));
    let locked = code.len() < 5 && code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6));
    now || locked || matches!(code, "55P03" | "25006" | "25P03")
}
