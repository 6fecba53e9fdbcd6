//! Many senders at once.

use super::*;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Of one hook, on their way at a time.
const SHARE: usize = 2;
const HOOKS: usize = 3;
const EACH: usize = 30;

/// Senders share ledgers on the same data, which is empty, and a clock that stands still: each delivery is taken once, and
/// no hook gets more than its share at a time.
pub async fn crowd<L: Hooks>(ledgers: &[L]) {
    for _ in 0..HOOKS {
        let hook = ledgers[0].add_hook(&new_hook(ANNA, &[])).await.unwrap();
        for _ in 0..EACH {
            ledgers[0].test_hook(ANNA, hook).await.unwrap();
        }
    }
    let running = Mutex::new(BTreeMap::new());
    let sent = join_all(ledgers.iter().chain(ledgers).map(|ledger| send(ledger, &running))).await;
    assert_eq!(sent.into_iter().sum::<usize>(), HOOKS * EACH, "each once");
    for hook in ledgers[0].hooks(ANNA).await.unwrap() {
        let all = ledgers[0].deliveries(ANNA, hook.id, ALL).await.unwrap();
        assert!(all.iter().all(|d| (d.state, d.attempt) == (DeliveryState::Delivered, 1)), "{all:?}");
    }
}

/// Takes and sends until nothing waits; returns how many.
async fn send(ledger: &impl Hooks, running: &Mutex<BTreeMap<i64, usize>>) -> usize {
    let count = |hook, by: isize| {
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let now = running.entry(hook).or_default();
        *now = now.checked_add_signed(by).expect("what ends was taken");
        assert!(*now <= SHARE, "hook {hook} gets {now} at a time");
    };
    let mut sent = 0;
    while ledger.owed().await.unwrap().waiting > 0 {
        let taken = ledger.take_deliveries(3, SHARE, LEASE).await.unwrap();
        taken.iter().for_each(|errand| count(errand.hook.id, 1));
        for errand in taken {
            count(errand.hook.id, -1);
            let state = ledger.end_delivery(&ended(&errand.delivery, Arrival::Arrived)).await.unwrap();
            assert_eq!(state, Some(DeliveryState::Delivered));
            sent += 1;
        }
        tokio::task::yield_now().await;
    }
    sent
}
