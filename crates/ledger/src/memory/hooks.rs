//! Webhooks and their deliveries.

mod given;

use super::rows::Batch;
use super::{Memory, Tx, ms};
use crate::LedgerError;
use crate::event::Event;
use crate::hooks::rules::{self, REMEMBERED, Standing};
use crate::hooks::*;
use crate::record::{BatchId, TenantId, Timestamp, Totals};
use crate::upkeep::Page;
use std::collections::BTreeMap;
use std::time::Duration;

/// Hooks and their deliveries.
#[derive(Debug, Default)]
pub struct Book {
    hooks: BTreeMap<i64, Hook>,
    last_hook: i64,
    deliveries: BTreeMap<i64, Kept>,
    last_delivery: i64,
}

/// A delivery; of it, when it is due is not looked at.
#[derive(Debug)]
struct Kept {
    delivery: Delivery,
    due: i64,
    lease: Option<i64>,
}

impl Kept {
    fn is_due(&self, now: i64) -> bool {
        let waits = self.delivery.state == DeliveryState::Waiting;
        waits && self.due <= now && self.lease.is_none_or(|end| end <= now)
    }

    /// As people see it, where the wall's clock is so much ahead.
    fn shown(&self, ahead: i64) -> Delivery {
        Delivery { due: Timestamp(self.due.saturating_add(ahead)), ..self.delivery.clone() }
    }
}

impl Book {
    fn hook(&mut self, tenant: TenantId, id: i64) -> Option<&mut Hook> {
        self.hooks.get_mut(&id).filter(|hook| hook.tenant == tenant)
    }

    fn make(&mut self, hook: i64, told: Option<Told>, wall: Timestamp, ticks: i64) -> i64 {
        self.last_delivery += 1;
        let (id, state, due) = (self.last_delivery, DeliveryState::Waiting, Timestamp(0));
        let delivery = Delivery { id, hook, told, made: wall, state, attempt: 0, forgiven: 0, due, tries: Vec::new() };
        self.deliveries.insert(id, Kept { delivery, due: ticks, lease: None });
        id
    }

    /// Deliveries of a hook.
    fn of(&self, hook: i64) -> impl DoubleEndedIterator<Item = &Kept> {
        self.deliveries.values().filter(move |kept| kept.delivery.hook == hook)
    }

    /// Moments of an earlier boot mean nothing now.
    pub fn forget_moments(&mut self) {
        for kept in self.deliveries.values_mut() {
            kept.lease = kept.lease.map(|_| 0);
            if kept.delivery.state == DeliveryState::Waiting {
                kept.due = 0;
            }
        }
    }

    /// What may be taken now: of each hook the first ones, of all first the first of each.
    fn due(&self, most: usize, per_hook: usize, now: i64) -> Vec<i64> {
        let mut due = Vec::new();
        for hook in self.hooks.values().filter(|hook| hook.off.is_none()) {
            let running = self.of(hook.id).filter(|kept| kept.lease.is_some_and(|end| end > now)).count();
            let mut theirs: Vec<_> =
                self.of(hook.id).filter(|k| k.is_due(now)).map(|k| (k.due, k.delivery.id)).collect();
            theirs.sort_unstable();
            let first = theirs.into_iter().take(per_hook.saturating_sub(running));
            due.extend(first.enumerate().map(|(place, (due, id))| (place, due, id)));
        }
        due.sort_unstable();
        let mut due: Vec<_> = due.into_iter().take(most).map(|(.., id)| id).collect();
        due.sort_unstable();
        due
    }
}

impl Tx<'_> {
    /// Makes deliveries of the events of a batch from this place on.
    pub fn make_deliveries(&mut self, id: BatchId, from: usize) {
        let (wall, ticks) = (self.wall, self.ticks);
        let rows: &mut super::rows::Rows = self;
        let batch = &rows.batches[&id];
        let totals = folded(batch);
        for (number, told) in (1..).zip(&batch.events).skip(from) {
            let (tenant, kind) = (batch.new.tenant, told.kind);
            let event = Event { number, tenant, batch: id, task: told.task, kind, at: told.at };
            let wants = |hook: &&Hook| hook.tenant == tenant && hook.off.is_none() && hook.events.contains(&kind);
            let hooks: Vec<_> = rows.hooks.hooks.values().filter(wants).map(|hook| hook.id).collect();
            for hook in hooks {
                rows.hooks.make(hook, Some(Told { event: event.clone(), totals }), wall, ticks);
            }
        }
    }
}

/// As last folded.
fn folded(batch: &Batch) -> Totals {
    let Totals { found, succeeded, failed, skipped, cancelled, .. } = batch.folded;
    let remaining = found - succeeded - failed - skipped - cancelled;
    Totals { remaining, running: 0, ..batch.folded }
}

type Answer<T> = Result<T, LedgerError>;

impl Hooks for Memory {
    async fn add_hook(&self, new: &NewHook) -> Answer<i64> {
        let mut tx = self.begin();
        let created = tx.wall;
        tx.hooks.last_hook += 1;
        let NewHook { tenant, url, events, secret } = new.clone();
        let secrets = Secrets { newest: secret, before: None };
        let hook = Hook { id: tx.hooks.last_hook, tenant, url, events, secrets, created, off: None, failing: None };
        tx.hooks.hooks.insert(hook.id, hook.clone());
        Ok(hook.id)
    }

    async fn hooks(&self, tenant: TenantId) -> Answer<Vec<Hook>> {
        Ok(self.begin().hooks.hooks.values().filter(|hook| hook.tenant == tenant).cloned().collect())
    }

    async fn hook(&self, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
        Ok(self.begin().hooks.hook(tenant, id).cloned())
    }

    async fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
        let mut tx = self.begin();
        let now = tx.wall;
        let Some(hook) = tx.hooks.hook(tenant, id) else { return Ok(None) };
        changes.iter().for_each(|change| hook.change(change, now));
        Ok(Some(hook.clone()))
    }

    async fn drop_hook(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        let mut tx = self.begin();
        if tx.hooks.hook(tenant, id).is_none() {
            return Ok(false);
        }
        tx.hooks.hooks.remove(&id);
        tx.hooks.deliveries.retain(|_, kept| kept.delivery.hook != id);
        Ok(true)
    }

    async fn test_hook(&self, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
        let mut tx = self.begin();
        let (wall, ticks) = (tx.wall, tx.ticks);
        let there = tx.hooks.hook(tenant, id).is_some();
        Ok(there.then(|| tx.hooks.make(id, None, wall, ticks)))
    }

    async fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
        let mut tx = self.begin();
        let ahead = tx.wall.0 - tx.ticks;
        if tx.hooks.hook(tenant, hook).is_none() {
            return Ok(Vec::new());
        }
        let older = tx.hooks.of(hook).rev().filter(|kept| page.after.is_none_or(|after| kept.delivery.id < after));
        Ok(older.take(page.most).map(|kept| kept.shown(ahead)).collect())
    }

    async fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
        let mut tx = self.begin();
        let (now, ahead) = (tx.ticks, tx.wall.0 - tx.ticks);
        let theirs = tx.hooks.hook(tenant, hook).is_some();
        let found = tx.hooks.deliveries.get_mut(&id).filter(|kept| theirs && kept.delivery.hook == hook);
        let Some(kept) = found else { return Ok(None) };
        (kept.due, kept.lease, kept.delivery.state) = (now, None, DeliveryState::Waiting);
        kept.delivery.forgiven = kept.delivery.attempt;
        Ok(Some(kept.shown(ahead)))
    }

    async fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
        let mut tx = self.begin();
        let (end, ahead) = (tx.later(lease), tx.wall.0 - tx.ticks);
        let mut errands = Vec::new();
        for id in tx.hooks.due(most, per_hook, tx.ticks) {
            let Some(kept) = tx.hooks.deliveries.get_mut(&id) else { continue };
            kept.lease = Some(end);
            kept.delivery.attempt += 1;
            let delivery = Delivery { tries: Vec::new(), ..kept.shown(ahead) };
            errands.push(Errand { hook: tx.hooks.hooks[&delivery.hook].clone(), delivery });
        }
        Ok(errands)
    }

    async fn end_delivery(&self, ended: &Ended) -> Answer<Option<DeliveryState>> {
        let mut tx = self.begin();
        let (wall, ticks) = (tx.wall, tx.ticks);
        let Book { hooks, deliveries, .. } = &mut tx.hooks;
        let kept = deliveries.get_mut(&ended.delivery).filter(|kept| kept.delivery.hook == ended.hook);
        let (Some(hook), Some(kept)) = (hooks.get_mut(&ended.hook), kept) else { return Ok(None) };
        let Delivery { state, attempt, forgiven, .. } = kept.delivery;
        let standing = Standing { state, attempt, forgiven, leased: kept.lease.is_some() };
        let Some(next) = rules::settle(hook, &standing, ended, wall) else { return Ok(None) };
        (kept.due, kept.lease, kept.delivery.state) = (ticks.saturating_add(ms(next.pause)), None, next.state);
        kept.delivery.tries.push(Tried { at: wall, ..ended.tried.clone() });
        kept.delivery.tries.retain(|tried| tried.attempt + REMEMBERED > attempt);
        Ok(Some(next.state))
    }

    async fn forget_deliveries(&self, before: Timestamp, most: usize) -> Answer<u64> {
        let mut tx = self.begin();
        let old = tx.hooks.deliveries.values().filter(|kept| kept.delivery.made < before);
        let mut old: Vec<_> = old.map(|kept| (kept.delivery.made, kept.delivery.id)).collect();
        old.sort_unstable();
        old.truncate(most);
        old.iter().for_each(|(_, id)| drop(tx.hooks.deliveries.remove(id)));
        Ok(old.len() as u64)
    }

    async fn owed(&self) -> Answer<Owed> {
        let tx = self.begin();
        let on = tx.hooks.hooks.values().filter(|hook| hook.off.is_none());
        let owed = on.flat_map(|hook| tx.hooks.of(hook.id)).map(|kept| &kept.delivery);
        let made: Vec<_> = owed.filter(|d| d.state == DeliveryState::Waiting).map(|d| d.made).collect();
        Ok(Owed { waiting: made.len() as u64, oldest: made.into_iter().min() })
    }
}
