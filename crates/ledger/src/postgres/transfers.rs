//! The transfers' part of the database; what each operation does stands in `work`.

#[path = "../transfers/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::{Postgres, again, pace, read, unnamed};
use crate::LedgerError;
use crate::record::TenantId;
use crate::tenant::Once;
use crate::transfers::*;
use crate::upkeep::Page;
use std::time::Duration;

// The words of this engine.
use super::Postgres as Engine;
use super::tx::Tx;
use super::unnamed::{query, query_as, query_scalar};
use sqlx::postgres::PgConnection as Connection;

type Answer<T> = Result<T, LedgerError>;

/// Nobody else changes this transfer before the end of this transaction.
async fn hold(tx: &mut Tx, transfer: i64) -> Answer<()> {
    let hold = unnamed::query("SELECT pg_advisory_xact_lock(hashtextextended('transfer', $1))").bind(transfer);
    hold.execute(&mut **tx).await?;
    Ok(())
}

/// Nobody else names a batch or transfer of this tenant before the end of this transaction.
async fn hold_names(tx: &mut Tx, tenant: TenantId) -> Answer<()> {
    pace::lock(tx, tenant).await.map(drop)
}

impl Transfers for Postgres {
    async fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> Answer<i64> {
        again!(self, work::open_transfer(self, new, kept))
    }

    async fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
        again!(self, work::add_items(self, transfer, attempt, items))
    }

    async fn seal_transfer(&self, transfer: i64, kept: Duration, once: Option<(&Once, Duration)>) -> Answer<Begun> {
        again!(self, work::seal_transfer(self, transfer, kept, once))
    }

    async fn begun(&self, tenant: TenantId, once: &Once) -> Answer<Option<Begun>> {
        read!(self, tx => async {
            let now = tx.wall;
            work::begun(&mut tx, tenant, once, now).await
        })
    }

    async fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
        again!(self, work::take_items(self, most, per_tenant, lease))
    }

    async fn renew_item(&self, at: At, lease: Duration) -> Answer<bool> {
        again!(self, work::renew_item(self, at, lease))
    }

    async fn end_item(&self, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
        again!(self, work::end_item(self, at, ended))
    }

    async fn transfer(&self, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
        read!(self, tx => work::transfer(&mut tx, tenant, id))
    }

    async fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
        read!(self, tx => work::transfers(&mut tx, tenant, kind, page))
    }

    async fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
        read!(self, tx => work::items(&mut tx, transfer, state, page))
    }

    async fn cancel_transfer(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        again!(self, work::cancel_transfer(self, tenant, id))
    }

    async fn retry_transfer(&self, tenant: TenantId, id: i64) -> Answer<u64> {
        again!(self, work::retry_transfer(self, tenant, id))
    }

    async fn sweep_transfers(&self) -> Answer<u64> {
        again!(self, work::sweep_transfers(self))
    }

    async fn waiting_items(&self) -> Answer<Waiting> {
        read!(self, tx => work::waiting_items(&mut tx))
    }
}
