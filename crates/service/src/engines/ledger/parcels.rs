//! The part that keeps the archives which are to be built.

use super::{Answer, Ledger};
use ledger::parcels::*;
use ledger::{BatchId, TenantId};
use std::time::Duration;

impl Parcels for Ledger {
    async fn want_parcel(&self, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
        either!(self, want_parcel(new, kept))
    }

    async fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
        either!(self, parcel(tenant, batch, name))
    }

    async fn take_parcel(&self, lease: Duration) -> Answer<Option<Parcel>> {
        either!(self, take_parcel(lease))
    }

    async fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> Answer<bool> {
        either!(self, renew_parcel(id, build, done, lease))
    }

    async fn end_parcel(&self, id: i64, build: u32, built: &Built) -> Answer<bool> {
        either!(self, end_parcel(id, build, built))
    }

    async fn drop_parcels(&self, batch: BatchId) -> Answer<()> {
        either!(self, drop_parcels(batch))
    }

    async fn sweep_parcels(&self) -> Answer<u64> {
        either!(self, sweep_parcels())
    }
}
