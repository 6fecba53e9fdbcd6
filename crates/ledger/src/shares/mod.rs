//! Links that show a batch to somebody who has no account: what of it, until when, and whether with a passcode.
//!
//! ```text
//!  add ──▶ good ──revoke──▶ revoked
//!            └────time────▶ over
//! ```
//! Whoever has the token of a link finds it by its hash while it is good, and is told nothing about any other. It is looked up
//! at every request, so a link that is revoked is no good at the next one, wherever that is answered. Rows stay for those who
//! look after the batch, and go with it.
//!
//! [`Shares`] is the port; [`crate::Memory`], [`crate::Sqlite`] and [`crate::Postgres`] are its backends, and
//! [`crate::conformance::shares`] is the suite that each backend runs. The two that speak SQL share `work`.

pub(crate) mod rows;

pub use crate::hooks::Secret;

use crate::people::PasswordHash;
use crate::port::Answer;
use crate::record::{BatchId, TenantId, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// Visits that follow one another within so long count as one.
pub const VISIT: Duration = Duration::from_secs(60);

/// A link to make. Its token is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare {
    /// Whose.
    pub tenant: TenantId,
    /// What it shows.
    pub batch: BatchId,
    /// For people; may be empty.
    pub label: String,
    /// Hash of the token.
    pub hash: String,
    /// Signs what its visitors bring along. Nobody outside knows it.
    pub secret: Secret,
    /// Of the passcode that visitors must know.
    pub passcode: Option<PasswordHash>,
    /// Only renditions with a watermark.
    pub watermarked_only: bool,
    /// Only these renditions.
    pub renditions: Option<BTreeSet<String>>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its number, which is no secret.
    pub id: i64,
    /// As it was made.
    pub new: NewShare,
    /// By whom.
    pub by: String,
    /// When.
    pub created: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// It is no good since then.
    pub revoked: Option<Timestamp>,
    /// So often somebody came.
    pub views: u64,
    /// When somebody came last, as far as that was counted.
    pub seen: Option<Timestamp>,
}

impl Share {
    /// May visitors come in by it.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires > now
    }

    /// Does a visit count now.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.seen.is_none_or(|seen| seen.0 <= counted(now))
    }

    /// What the audit log says of it.
    pub(crate) fn told(&self) -> String {
        told(self.id, &self.new)
    }
}

/// The same of one that has just got its number.
pub(crate) fn told(id: i64, new: &NewShare) -> String {
    let label = if new.label.is_empty() { String::new() } else { format!(", {}", new.label) };
    format!("link {id} to batch {}{label}", new.batch)
}

/// A visit that was counted after that still lasts.
pub(crate) fn counted(now: Timestamp) -> i64 {
    now.0.saturating_sub(VISIT.as_millis() as i64)
}

/// The links of a service. Every operation is one transaction; what is made or revoked (`by` whom) is told in the audit log.
pub trait Shares: Send + Sync {
    /// Makes a link that is good for so long; returns its number.
    fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> impl Answer<i64>;

    /// Links of a batch, the newest first, also those that are no good any more.
    fn shares(&self, tenant: TenantId, batch: BatchId) -> impl Answer<Vec<Share>>;

    /// The link whose token has this hash, while it is good.
    fn share(&self, hash: &str) -> impl Answer<Option<Share>>;

    /// Somebody came by it; counts unless somebody was counted within [`VISIT`].
    fn see_share(&self, id: i64) -> impl Answer<()>;

    /// Revokes a link of a batch; was there one that was not revoked.
    fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> impl Answer<bool>;

    /// Forgets the links of a batch.
    fn drop_shares(&self, batch: BatchId) -> impl Answer<()>;
}
