//! Webhooks; what each operation does stands in `deliveries`.

use super::tx::Tx;
use super::{LIST, Postgres, again, deliveries, read, sql, unnamed};
use crate::LedgerError;
use crate::hooks::*;
use crate::record::{BatchId, TenantId, Timestamp};
use crate::upkeep::Page;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Hooks for Postgres {
    async fn add_hook(&self, new: &NewHook) -> Answer<i64> {
        again!(self, deliveries::add_hook(self, new))
    }

    async fn hooks(&self, tenant: TenantId) -> Answer<Vec<Hook>> {
        read!(self, tx => deliveries::hooks(&mut tx, tenant))
    }

    async fn hook(&self, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
        read!(self, tx => deliveries::hook(&mut tx, tenant, id))
    }

    async fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
        again!(self, deliveries::change_hook(self, tenant, id, changes))
    }

    async fn drop_hook(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        again!(self, LIST, deliveries::drop_hook(self, tenant, id))
    }

    async fn test_hook(&self, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
        again!(self, deliveries::test_hook(self, tenant, id))
    }

    async fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
        read!(self, tx => deliveries::list(&mut tx, tenant, hook, page))
    }

    async fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
        again!(self, deliveries::redeliver(self, tenant, hook, id))
    }

    async fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
        again!(self, deliveries::take(self, most, per_hook, lease))
    }

    async fn end_delivery(&self, ended: &Ended) -> Answer<Option<DeliveryState>> {
        again!(self, deliveries::end(self, ended))
    }

    async fn forget_deliveries(&self, before: Timestamp, most: usize) -> Answer<u64> {
        again!(self, deliveries::forget(self, sql!("forget_deliveries"), before.0, deliveries::limit(most)))
    }

    async fn owed(&self) -> Answer<Owed> {
        read!(self, tx => deliveries::owed(&mut tx))
    }
}

/// Makes deliveries of the events of a batch after this number.
pub async fn make(tx: &mut Tx, batch: BatchId, last: i64) -> Answer<()> {
    let make = unnamed::query(sql!("make_deliveries")).bind(batch.0).bind(last).bind(tx.ticks).bind(tx.wall.0);
    make.execute(&mut **tx).await?;
    Ok(())
}
