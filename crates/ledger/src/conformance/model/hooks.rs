//! Webhooks: which events are owed to whom.

use super::play::Play;
use super::retold::Model;
use crate::hooks::*;
use crate::overview::Overview;
use crate::*;

/// A hook.
#[derive(Debug)]
pub struct Wants {
    pub tenant: i64,
    pub kinds: Vec<EventKind>,
    pub on: bool,
    /// What is owed to it: batch, number of the event, and the batch in numbers then.
    pub owed: Vec<(BatchId, u64, EventKind, Totals)>,
}

impl Model {
    /// The events of a batch from this place on are owed to whoever wants them.
    pub fn owe(&mut self, batch: BatchId, from: usize) {
        let totals = Totals { running: 0, ..self.totals(batch) };
        let (tenant, events) = (self.batches[&batch].tenant, &self.batches[&batch].events);
        for (at, (kind, _)) in events.iter().enumerate().skip(from) {
            for hook in self.hooks.values_mut().filter(|h| h.on && h.tenant == tenant && h.kinds.contains(kind)) {
                hook.owed.push((batch, at as u64 + 1, *kind, totals));
            }
        }
    }
}

impl<L: Ledger + Hooks + Overview> Play<'_, L> {
    /// Adds a hook of this tenant that wants events whose bit is set.
    pub async fn hook(&mut self, tenant: u8, bits: u8) {
        let tenant = i64::from(tenant % 3 + 1);
        let kinds: Vec<_> = (0..).zip(EventKind::ALL).filter(|(at, _)| bits >> at & 1 == 1).map(|(_, k)| *k).collect();
        let (url, secret) = ("https://lab.example/".to_owned(), Secret::from("whsec_".to_owned()));
        let new = NewHook { tenant: TenantId(tenant), url, events: kinds.iter().copied().collect(), secret };
        let id = self.ledger.add_hook(&new).await.unwrap();
        let wants = Wants { tenant, kinds, on: true, owed: Vec::new() };
        assert!(self.model.hooks.insert(id, wants).is_none(), "numbers are given once");
    }

    /// Switches a hook on or off, or removes it.
    pub async fn switch(&mut self, which: u16, on: Option<bool>) {
        let at = usize::from(which) % self.model.hooks.len().max(1);
        let Some((id, wants)) = self.model.hooks.iter_mut().nth(at) else { return };
        let (id, tenant) = (*id, TenantId(wants.tenant));
        match on {
            None => {
                self.model.hooks.remove(&id);
                assert!(self.ledger.drop_hook(tenant, id).await.unwrap());
            }
            Some(on) => {
                wants.on = on;
                let change = if on { Change::On } else { Change::Off("enough".into()) };
                self.ledger.change_hook(tenant, id, &[change]).await.unwrap().unwrap();
            }
        }
    }

    /// Each event is owed once to each hook that wanted it, with the numbers of then.
    pub async fn check_hooks(&self) {
        for (id, wants) in &self.model.hooks {
            let page = Page { after: None, most: usize::MAX };
            let list = self.ledger.deliveries(TenantId(wants.tenant), *id, page).await.unwrap();
            let told = list.into_iter().rev().filter_map(|d| d.told);
            let mut told: Vec<_> = told.map(|t| (t.event.batch, t.event.number, t.event.kind, t.totals)).collect();
            // Batches are folded in any order.
            told.sort_by_key(|(batch, number, ..)| (*batch, *number));
            let mut owed = wants.owed.clone();
            owed.sort_by_key(|(batch, number, ..)| (*batch, *number));
            assert_eq!(told, owed, "hook {id}");
        }
    }
}
