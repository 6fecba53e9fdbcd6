//! The links' part of the file; what each operation does stands in `work`.

#[path = "../shares/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::Sqlite;
use super::people::tell;
use crate::LedgerError;
use crate::record::{BatchId, TenantId};
use crate::shares::*;
use std::time::Duration;

// The words of this engine.
use super::Sqlite as Engine;
use sqlx::{SqliteConnection as Connection, query, query_as, query_scalar};

type Answer<T> = Result<T, LedgerError>;

impl Shares for Sqlite {
    async fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
        work::add(self, new, lasts, by).await
    }

    async fn shares(&self, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
        work::list(&mut *self.read().await?, tenant, batch).await
    }

    async fn share(&self, hash: &str) -> Answer<Option<Share>> {
        work::good(self.clock.wall(), &mut *self.read().await?, hash).await
    }

    async fn see_share(&self, id: i64) -> Answer<()> {
        work::see(self, id).await
    }

    async fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
        work::revoke(self, tenant, batch, id, by).await
    }

    async fn drop_shares(&self, batch: BatchId) -> Answer<()> {
        work::forget(self, batch).await
    }
}
