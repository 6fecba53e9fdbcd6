//! The part that keeps whom tenants want told.

use super::{Answer, Ledger};
use ledger::hooks::*;
use ledger::upkeep::Page;
use ledger::{TenantId, Timestamp};
use std::time::Duration;

impl Hooks for Ledger {
    async fn add_hook(&self, new: &NewHook) -> Answer<i64> {
        either!(self, add_hook(new))
    }

    async fn hooks(&self, tenant: TenantId) -> Answer<Vec<Hook>> {
        either!(self, hooks(tenant))
    }

    async fn hook(&self, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
        either!(self, hook(tenant, id))
    }

    async fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
        either!(self, change_hook(tenant, id, changes))
    }

    async fn drop_hook(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        either!(self, drop_hook(tenant, id))
    }

    async fn test_hook(&self, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
        either!(self, test_hook(tenant, id))
    }

    async fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
        either!(self, deliveries(tenant, hook, page))
    }

    async fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
        either!(self, redeliver(tenant, hook, id))
    }

    async fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
        either!(self, take_deliveries(most, per_hook, lease))
    }

    async fn end_delivery(&self, ended: &Ended) -> Answer<Option<DeliveryState>> {
        either!(self, end_delivery(ended))
    }

    async fn forget_deliveries(&self, before: Timestamp, most: usize) -> Answer<u64> {
        either!(self, forget_deliveries(before, most))
    }

    async fn owed(&self) -> Answer<Owed> {
        either!(self, owed())
    }
}
