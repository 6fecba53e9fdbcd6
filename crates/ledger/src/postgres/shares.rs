//! The links' part of the database; what each operation does stands in `work`.

#[path = "../shares/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::people::tell;
use super::{Postgres, again, read};
use crate::LedgerError;
use crate::record::{BatchId, TenantId};
use crate::shares::*;
use std::time::Duration;

// The words of this engine.
use super::Postgres as Engine;
use super::unnamed::{query, query_as, query_scalar};
use sqlx::postgres::PgConnection as Connection;

type Answer<T> = Result<T, LedgerError>;

impl Shares for Postgres {
    async fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
        again!(self, work::add(self, new, lasts, by))
    }

    async fn shares(&self, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
        read!(self, tx => work::list(&mut tx, tenant, batch))
    }

    async fn share(&self, hash: &str) -> Answer<Option<Share>> {
        read!(self, tx => work::good(tx.wall, &mut tx, hash))
    }

    async fn see_share(&self, id: i64) -> Answer<()> {
        again!(self, work::see(self, id))
    }

    async fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
        again!(self, work::revoke(self, tenant, batch, id, by))
    }

    async fn drop_shares(&self, batch: BatchId) -> Answer<()> {
        again!(self, work::forget(self, batch))
    }
}
