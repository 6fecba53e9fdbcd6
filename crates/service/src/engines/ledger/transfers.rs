//! The part that keeps imports and exports.

use super::{Answer, Ledger};
use ledger::transfers::*;
use ledger::{Once, Page, TenantId};
use std::time::Duration;

impl Transfers for Ledger {
    async fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> Answer<i64> {
        either!(self, open_transfer(new, kept))
    }

    async fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
        either!(self, add_items(transfer, attempt, items))
    }

    async fn seal_transfer(&self, transfer: i64, kept: Duration, once: Option<(&Once, Duration)>) -> Answer<Begun> {
        either!(self, seal_transfer(transfer, kept, once))
    }

    async fn begun(&self, tenant: TenantId, once: &Once) -> Answer<Option<Begun>> {
        either!(self, begun(tenant, once))
    }

    async fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
        either!(self, take_items(most, per_tenant, lease))
    }

    async fn renew_item(&self, at: At, lease: Duration) -> Answer<bool> {
        either!(self, renew_item(at, lease))
    }

    async fn end_item(&self, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
        either!(self, end_item(at, ended))
    }

    async fn transfer(&self, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
        either!(self, transfer(tenant, id))
    }

    async fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
        either!(self, transfers(tenant, kind, page))
    }

    async fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
        either!(self, items(transfer, state, page))
    }

    async fn cancel_transfer(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        either!(self, cancel_transfer(tenant, id))
    }

    async fn retry_transfer(&self, tenant: TenantId, id: i64) -> Answer<u64> {
        either!(self, retry_transfer(tenant, id))
    }

    async fn sweep_transfers(&self) -> Answer<u64> {
        either!(self, sweep_transfers())
    }

    async fn waiting_items(&self) -> Answer<Waiting> {
        either!(self, waiting_items())
    }
}
