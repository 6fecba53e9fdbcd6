//! The part that keeps links to batches.

use super::{Answer, Ledger};
use ledger::shares::*;
use ledger::{BatchId, TenantId};
use std::time::Duration;

impl Shares for Ledger {
    async fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
        either!(self, add_share(new, lasts, by))
    }

    async fn shares(&self, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
        either!(self, shares(tenant, batch))
    }

    async fn share(&self, hash: &str) -> Answer<Option<Share>> {
        either!(self, share(hash))
    }

    async fn see_share(&self, id: i64) -> Answer<()> {
        either!(self, see_share(id))
    }

    async fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
        either!(self, revoke_share(tenant, batch, id, by))
    }

    async fn drop_shares(&self, batch: BatchId) -> Answer<()> {
        either!(self, drop_shares(batch))
    }
}
