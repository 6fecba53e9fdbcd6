//! Imports and exports.

use super::rows::Named;
use super::{Memory, Tx};
use crate::LedgerError;
use crate::record::{TenantId, Timestamp};
use crate::registry::UploadState;
use crate::tenant::Once;
use crate::transfers::rules::{GIVEN_UP, after, choose};
use crate::transfers::*;
use crate::upkeep::Page;
use std::collections::HashMap;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Transfers for Memory {
    async fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> Answer<i64> {
        let mut tx = self.begin();
        tx.last_transfer += 1;
        let (id, created) = (tx.last_transfer, tx.wall);
        let (new, expires) = (new.clone(), after(created, kept));
        tx.transfers.insert(id, Transfer { id, new, sealed: false, cancelled: false, created, expires });
        Ok(id)
    }

    async fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
        let mut tx = self.begin();
        let taken = match attempt {
            Some(attempt) => tx.items.get(&(transfer, FIRST)).is_some_and(|first| first.is_of(attempt)),
            None => tx.transfers.get(&transfer).is_some_and(|transfer| !transfer.sealed),
        };
        for new in items.iter().filter(|_| taken) {
            let (new, state) = (new.clone(), ItemState::Written);
            let item = Item { transfer, new, state, attempt: 0, tries: 0, until: None, why: None, photo: None };
            tx.items.entry((transfer, item.new.number)).or_insert(item);
        }
        Ok(taken)
    }

    async fn seal_transfer(&self, transfer: i64, kept: Duration, once: Option<(&Once, Duration)>) -> Answer<Begun> {
        let mut tx = self.begin();
        let found = tx.transfers.get(&transfer).filter(|found| !found.sealed);
        let Some(tenant) = found.map(|open| open.new.tenant) else { return Ok(Begun::Sealed) };
        if let Some(taken) = once.and_then(|(once, _)| tx.begun(tenant, once)) {
            tx.forget_transfers(&[transfer]);
            return Ok(taken);
        }
        let now = tx.wall;
        if let Some((Once { key, fingerprint }, named)) = once {
            let value = (fingerprint.clone(), Named::Transfer(transfer), after(now, named));
            tx.names.insert((tenant, key.clone()), value);
        }
        let open = tx.transfers.get_mut(&transfer).into_iter();
        open.for_each(|open| (open.sealed, open.expires) = (true, after(now, kept)));
        tx.release(transfer);
        Ok(Begun::Sealed)
    }

    async fn begun(&self, tenant: TenantId, once: &Once) -> Answer<Option<Begun>> {
        Ok(self.begin().begun(tenant, once))
    }

    async fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
        let (mut tx, mut errands) = (self.begin(), Vec::new());
        let (now, mut held) = (tx.wall, HashMap::new());
        for item in tx.items.values().filter(|item| item.is_held(now)) {
            *held.entry(tx.transfers[&item.transfer].new.tenant).or_default() += 1;
        }
        for at in choose(&tx.free(), held, most, per_tenant) {
            let item = tx.items[&at].clone().taken(now, lease);
            tx.put_item(item.clone());
            let transfer = tx.transfers[&at.0].clone();
            errands.extend(Some(Errand { transfer, item }).filter(|errand| errand.item.state == ItemState::Running));
        }
        Ok(errands)
    }

    async fn renew_item(&self, at: At, lease: Duration) -> Answer<bool> {
        let mut tx = self.begin();
        let (now, found) = (tx.wall, tx.items.get_mut(&(at.transfer, at.number)));
        let Some(item) = found else { return Ok(false) };
        let renewed = item.clone().renewed(at.attempt, now, lease);
        Ok(renewed.map(|renewed| *item = renewed).is_some())
    }

    async fn end_item(&self, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
        let mut tx = self.begin();
        let found = tx.items.get(&(at.transfer, at.number)).cloned();
        let Some(item) = found.filter(|item| item.is_of(at.attempt)) else { return Ok(None) };
        let ended = match tx.arrive(at.transfer, ended) {
            true => ended.clone(),
            false => Ended::Failed(GIVEN_UP.into(), None),
        };
        let Some(item) = item.ended(at.attempt, &ended, tx.wall) else { return Ok(None) };
        let state = item.state;
        tx.put_item(item);
        Ok(Some(state))
    }

    async fn transfer(&self, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
        let (tx, mut counts) = (self.begin(), Counts::default());
        let found = tx.transfers.get(&id).filter(|found| found.sealed && found.new.tenant == tenant);
        tx.of(id).for_each(|item| counts.note(item.new.number, item.state));
        Ok(found.map(|found| (found.clone(), counts)))
    }

    async fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
        let tx = self.begin();
        let all = tx.transfers.values().rev().filter(|t| t.sealed && (t.new.tenant, t.new.kind) == (tenant, kind));
        let before = all.filter(|t| page.after.is_none_or(|before| t.id < before));
        Ok(before.take(page.most).cloned().collect())
    }

    async fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
        let tx = self.begin();
        let seen = |item: &&Item| state.map_or(item.state != ItemState::Written, |state| item.state == state);
        let behind = |item: &&Item| page.after.is_none_or(|after| item.new.number > after);
        Ok(tx.of(transfer).filter(seen).filter(behind).take(page.most).cloned().collect())
    }

    async fn cancel_transfer(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        let mut tx = self.begin();
        let Some(found) = tx.sealed(tenant, id) else { return Ok(false) };
        found.cancelled = true;
        for item in tx.items.values_mut().filter(|item| item.transfer == id && !item.state.is_over()) {
            (item.state, item.until) = (ItemState::Cancelled, None);
        }
        Ok(true)
    }

    async fn retry_transfer(&self, tenant: TenantId, id: i64) -> Answer<u64> {
        let (mut tx, mut wanted) = (self.begin(), 0);
        if tx.sealed(tenant, id).is_some() {
            for item in tx.items.values_mut().filter(|item| item.transfer == id && item.state == ItemState::Failed) {
                *item = item.clone().anew();
                wanted += 1;
            }
        }
        Ok(wanted)
    }

    async fn sweep_transfers(&self) -> Answer<u64> {
        let mut tx = self.begin();
        let over = |t: &&Transfer| t.expires < tx.wall && (!t.sealed || tx.of(t.id).all(|item| item.state.is_over()));
        let old: Vec<_> = tx.transfers.values().filter(over).map(|t| t.id).collect();
        tx.forget_transfers(&old);
        Ok(old.len() as u64)
    }

    async fn waiting_items(&self) -> Answer<Waiting> {
        let tx = self.begin();
        let wanted: Vec<_> = tx.items.values().filter(|item| item.state == ItemState::Wanted).collect();
        let oldest = wanted.iter().map(|item| tx.transfers[&item.transfer].created).min();
        Ok(Waiting { items: wanted.len() as u64, oldest })
    }
}

impl Tx<'_> {
    /// The items of a transfer in the order of their numbers.
    fn of(&self, transfer: i64) -> impl Iterator<Item = &Item> {
        self.items.range((transfer, i64::MIN)..=(transfer, i64::MAX)).map(|(_, item)| item)
    }

    fn sealed(&mut self, tenant: TenantId, id: i64) -> Option<&mut Transfer> {
        self.transfers.get_mut(&id).filter(|found| found.sealed && found.new.tenant == tenant)
    }

    fn begun(&self, tenant: TenantId, once: &Once) -> Option<Begun> {
        Some(match self.named(tenant, once)? {
            Some(Named::Transfer(transfer)) => Begun::Repeated(transfer),
            _ => Begun::OtherBody,
        })
    }

    fn forget_transfers(&mut self, old: &[i64]) {
        self.transfers.retain(|id, _| !old.contains(id));
        self.items.retain(|(id, _), _| !old.contains(id));
    }

    /// What was added is wanted.
    fn release(&mut self, transfer: i64) {
        let written = |item: &&mut Item| item.transfer == transfer && item.state == ItemState::Written;
        self.items.values_mut().filter(written).for_each(|item| item.state = ItemState::Wanted);
    }

    /// What somebody may take, in the order of transfers and numbers.
    fn free(&self) -> Vec<(TenantId, i64, i64)> {
        let now: Timestamp = self.wall;
        let others = |id: i64| self.of(id).all(|item| item.new.number == LAST || item.state.is_over());
        let its_turn = |item: &&Item| item.new.number != LAST || others(item.transfer);
        let free = self.items.values().filter(|item| item.is_free(now)).filter(its_turn);
        free.map(|item| (self.transfers[&item.transfer].new.tenant, item.transfer, item.new.number)).collect()
    }

    /// Writes an item. What the first one has listed is wanted with its end, or else forgotten.
    fn put_item(&mut self, item: Item) {
        let (transfer, is_first, state) = (item.transfer, item.new.number == FIRST, item.state);
        self.items.insert((transfer, item.new.number), item);
        match (is_first, state) {
            (true, ItemState::Done) => self.release(transfer),
            (true, _) => self.items.retain(|_, item| item.transfer != transfer || item.state != ItemState::Written),
            _ => {}
        }
    }

    /// What arrived becomes what it is to be; `false` where its upload was given up.
    fn arrive(&mut self, transfer: i64, ended: &Ended) -> bool {
        let (now, tenant) = (self.wall, self.transfers[&transfer].new.tenant);
        match ended {
            Ended::Done(Made::Photo { upload, media_type, .. }) => {
                let kept = self.shelves.upload(tenant, *upload);
                let open = kept.filter(|kept| kept.upload.state == UploadState::Open);
                open.map(|kept| kept.complete(media_type, now)).is_some()
            }
            Ended::Done(Made::Batch(batch)) => {
                self.transfers.entry(transfer).and_modify(|transfer| transfer.new.batch = Some(*batch));
                true
            }
            _ => true,
        }
    }
}
