//! The transfers' part of the file; what each operation does stands in `work`.

#[path = "../transfers/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::Sqlite;
use crate::LedgerError;
use crate::record::TenantId;
use crate::tenant::Once;
use crate::transfers::*;
use crate::upkeep::Page;
use std::time::Duration;

// The words of this engine.
use super::Sqlite as Engine;
use super::writer::Tx;
use sqlx::{SqliteConnection as Connection, query, query_as, query_scalar};

type Answer<T> = Result<T, LedgerError>;

/// Whoever writes is alone in the file already.
async fn hold(_: &mut Tx, _: i64) -> Answer<()> {
    Ok(())
}

/// The same of names.
async fn hold_names(_: &mut Tx, _: TenantId) -> Answer<()> {
    Ok(())
}

impl Transfers for Sqlite {
    async fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> Answer<i64> {
        work::open_transfer(self, new, kept).await
    }

    async fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
        work::add_items(self, transfer, attempt, items).await
    }

    async fn seal_transfer(&self, transfer: i64, kept: Duration, once: Option<(&Once, Duration)>) -> Answer<Begun> {
        work::seal_transfer(self, transfer, kept, once).await
    }

    async fn begun(&self, tenant: TenantId, once: &Once) -> Answer<Option<Begun>> {
        work::begun(&mut *self.read().await?, tenant, once, self.clock.wall()).await
    }

    async fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
        work::take_items(self, most, per_tenant, lease).await
    }

    async fn renew_item(&self, at: At, lease: Duration) -> Answer<bool> {
        work::renew_item(self, at, lease).await
    }

    async fn end_item(&self, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
        work::end_item(self, at, ended).await
    }

    async fn transfer(&self, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
        work::transfer(&mut *self.read().await?, tenant, id).await
    }

    async fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
        work::transfers(&mut *self.read().await?, tenant, kind, page).await
    }

    async fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
        work::items(&mut *self.read().await?, transfer, state, page).await
    }

    async fn cancel_transfer(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        work::cancel_transfer(self, tenant, id).await
    }

    async fn retry_transfer(&self, tenant: TenantId, id: i64) -> Answer<u64> {
        work::retry_transfer(self, tenant, id).await
    }

    async fn sweep_transfers(&self) -> Answer<u64> {
        work::sweep_transfers(self).await
    }

    async fn waiting_items(&self) -> Answer<Waiting> {
        work::waiting_items(&mut *self.read().await?).await
    }
}
