//! Archives that somebody wants.

use super::Memory;
use crate::LedgerError;
use crate::parcels::*;
use crate::record::{BatchId, TenantId, Timestamp};
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Parcels for Memory {
    async fn want_parcel(&self, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
        let (mut tx, expires) = (self.begin(), Timestamp(0));
        let is_it = |of: &NewParcel| (of.tenant, of.batch, &of.name) == (new.tenant, new.batch, &new.name);
        let id = match tx.parcels.iter().find(|(_, parcel)| is_it(&parcel.new)) {
            Some((id, _)) => *id,
            None => {
                tx.last_parcel += 1;
                tx.last_parcel
            }
        };
        let (state, new) = (ParcelState::Wanted, new.clone());
        let fresh = Parcel { id, new, state, build: 0, tries: 0, until: None, done: 0, why: None, expires };
        let parcel = tx.parcels.remove(&id).unwrap_or(fresh).wanted(tx.wall, kept);
        tx.parcels.insert(id, parcel.clone());
        Ok(parcel)
    }

    async fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
        let is_it = |new: &NewParcel| (new.tenant, new.batch, new.name.as_str()) == (tenant, batch, name);
        Ok(self.begin().parcels.values().find(|parcel| is_it(&parcel.new)).cloned())
    }

    async fn take_parcel(&self, lease: Duration) -> Answer<Option<Parcel>> {
        let mut tx = self.begin();
        let now = tx.wall;
        for parcel in tx.parcels.values_mut().filter(|parcel| parcel.is_free(now)) {
            *parcel = parcel.clone().taken(now, lease);
            if parcel.state == ParcelState::Building {
                return Ok(Some(parcel.clone()));
            }
        }
        Ok(None)
    }

    async fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> Answer<bool> {
        self.change(id, |parcel, now| parcel.renewed(build, done, now, lease))
    }

    async fn end_parcel(&self, id: i64, build: u32, built: &Built) -> Answer<bool> {
        self.change(id, |parcel, now| parcel.ended(build, built, now))
    }

    async fn drop_parcels(&self, batch: BatchId) -> Answer<()> {
        self.begin().parcels.retain(|_, parcel| parcel.new.batch != batch);
        Ok(())
    }

    async fn sweep_parcels(&self) -> Answer<u64> {
        let mut tx = self.begin();
        let (now, before) = (tx.wall, tx.parcels.len());
        let held = |parcel: &Parcel| parcel.state == ParcelState::Building && !parcel.is_free(now);
        tx.parcels.retain(|_, parcel| parcel.expires >= now || held(parcel));
        Ok((before - tx.parcels.len()) as u64)
    }
}

impl Memory {
    /// Changes an archive if a rule says so.
    fn change(&self, id: i64, rule: impl FnOnce(Parcel, Timestamp) -> Option<Parcel>) -> Answer<bool> {
        let mut tx = self.begin();
        let changed = tx.parcels.get(&id).cloned().and_then(|parcel| rule(parcel, tx.wall));
        Ok(changed.map(|parcel| tx.parcels.insert(id, parcel)).is_some())
    }
}
