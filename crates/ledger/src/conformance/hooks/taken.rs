//! Taking and ending: leases, tries, pauses.

use super::*;
use crate::hooks::rules::{REMEMBERED, TRIES, pause};

/// Runs these examples.
pub async fn all<L: Ledger + Hooks>(fresh: &impl AsyncFn() -> Shop<L>) {
    one_sender_has_a_delivery_at_a_time(&fresh().await).await;
    a_late_ending_changes_nothing(&fresh().await).await;
    a_slow_sender_that_nobody_replaced_counts(&fresh().await).await;
    a_hook_gets_no_more_than_its_share(&fresh().await).await;
    hooks_come_one_after_the_other(&fresh().await).await;
    tries_end_after_a_day(&fresh().await).await;
    a_redelivery_begins_anew(&fresh().await).await;
    what_is_on_its_way_is_sent_again_on_demand(&fresh().await).await;
    a_machine_that_starts_anew_waits_for_nobody(&fresh().await).await;
}

async fn one_sender_has_a_delivery_at_a_time<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let first = shop.take_one().await;
    assert_eq!((first.attempt, shop.take().await), (1, vec![]));
    shop.pass(29_999);
    assert_eq!(shop.take().await, []);
    shop.pass(1);
    let second = shop.take_one().await;
    assert_eq!((second.id, second.attempt), (first.id, 2), "the first sender is thought dead");
    assert_eq!(shop.end_try(&second, Arrival::Arrived).await, Some(DeliveryState::Delivered));
    let done = shop.list(hook).await.remove(0);
    let tried = Tried { at: Timestamp(30_000), ..ended(&second, Arrival::Arrived).tried };
    assert_eq!((done.state, done.tries), (DeliveryState::Delivered, vec![tried]));
    assert_eq!((shop.take().await, shop.end_try(&second, Arrival::Arrived).await), (vec![], None));
}

async fn a_late_ending_changes_nothing<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let first = shop.take_one().await;
    shop.pass(30_000);
    let second = shop.take_one().await;
    for arrival in [Arrival::Arrived, Arrival::Failed(None), Arrival::Gone] {
        assert_eq!(shop.end_try(&first, arrival).await, None);
    }
    let before = shop.list(hook).await.remove(0);
    assert_eq!((before.state, before.attempt, before.tries.len()), (DeliveryState::Waiting, 2, 0));
    assert_eq!((shop.look(hook).await.off, shop.look(hook).await.failing), (None, None));
    assert!(shop.end_try(&second, Arrival::Failed(None)).await.is_some());
    assert_eq!(shop.end_try(&second, Arrival::Arrived).await, None, "a try ends once");
    let unknown = Delivery { id: second.id + 9, ..second.clone() };
    assert_eq!(shop.end_try(&unknown, Arrival::Arrived).await, None);
}

async fn a_slow_sender_that_nobody_replaced_counts<L: Ledger + Hooks>(shop: &Shop<L>) {
    shop.tested(1).await;
    let first = shop.take_one().await;
    shop.pass(99_000);
    assert_eq!(shop.end_try(&first, Arrival::Arrived).await, Some(DeliveryState::Delivered));
    assert_eq!(shop.take().await, []);
}

async fn a_hook_gets_no_more_than_its_share<L: Ledger + Hooks>(shop: &Shop<L>) {
    shop.tested(5).await;
    let take = async |most, per_hook| shop.ledger.take_deliveries(most, per_hook, LEASE).await.unwrap();
    let first = take(99, 2).await;
    assert_eq!((first.len(), take(99, 2).await.len(), take(99, 3).await.len()), (2, 0, 1));
    shop.end_try(&first[0].delivery, Arrival::Arrived).await;
    assert_eq!(take(99, 3).await.len(), 1, "a place is free");
    assert_eq!((take(99, 0).await.len(), take(0, 99).await.len(), take(99, 99).await.len()), (0, 0, 1));
    shop.pass(30_000);
    assert_eq!(take(99, 3).await.len(), 3, "senders that are thought dead hold no place");
}

async fn hooks_come_one_after_the_other<L: Ledger + Hooks>(shop: &Shop<L>) {
    let busy = shop.tested(5).await;
    shop.pass(1);
    let [one, two] = [shop.tested(1).await, shop.tested(1).await];
    let taken = shop.ledger.take_deliveries(3, 99, LEASE).await.unwrap();
    let hooks: Vec<_> = taken.iter().map(|errand| errand.hook.id).collect();
    assert_eq!(hooks, [busy, one, two], "the first of each, before the second of any");
    assert!(taken.iter().all(|errand| errand.hook.id == errand.delivery.hook));
}

async fn tries_end_after_a_day<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let mut hours = 0.0;
    for number in 1..=TRIES {
        let delivery = shop.take_one().await;
        assert_eq!(delivery.attempt, number);
        let state = shop.end_try(&delivery, Arrival::Failed(None)).await;
        if number == TRIES {
            assert_eq!(state, Some(DeliveryState::GivenUp));
            break;
        }
        assert_eq!(state, Some(DeliveryState::Waiting));
        let wait = pause(delivery.id, number, None);
        let listed = shop.list(hook).await.remove(0);
        assert_eq!(listed.due.0 - listed.tries.last().unwrap().at.0, wait.as_millis() as i64);
        shop.clock.pass(wait - Duration::from_millis(1));
        assert_eq!(shop.take().await, []);
        shop.pass(1);
        hours += wait.as_secs_f64() / 3_600.0;
    }
    assert!((22.5..25.0).contains(&hours), "{hours} h");
    shop.pass(100 * 3_600_000);
    assert_eq!(shop.take().await, []);
    let given_up = shop.list(hook).await.remove(0);
    assert_eq!((given_up.state, given_up.tries.len()), (DeliveryState::GivenUp, TRIES as usize));
    assert_eq!(
        given_up.tries[3],
        Tried {
            at: given_up.tries[3].at,
            ..ended(&Delivery { attempt: 4, ..given_up.clone() }, Arrival::Failed(None)).tried
        }
    );
}

async fn a_redelivery_begins_anew<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let first = shop.take_one().await;
    shop.end_try(&first, Arrival::Arrived).await;
    shop.pass(1_000);
    let again = shop.ledger.redeliver(ANNA, hook, first.id).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.attempt, again.forgiven, again.due),
        (DeliveryState::Waiting, 1, 1, Timestamp(1_000))
    );
    assert_eq!((again.tries.len(), shop.list(hook).await), (1, vec![again]));
    for number in 2..=TRIES + 1 {
        let delivery = shop.take_one().await;
        assert_eq!(delivery.attempt, number, "numbers go on");
        let last = shop.end_try(&delivery, Arrival::Failed(None)).await == Some(DeliveryState::GivenUp);
        assert_eq!(last, number == TRIES + 1, "it has all its tries");
        shop.clock.pass(pause(delivery.id, number - 1, None));
    }
    for _ in 0..REMEMBERED {
        shop.ledger.redeliver(ANNA, hook, first.id).await.unwrap();
        let delivery = shop.take_one().await;
        shop.end_try(&delivery, Arrival::Arrived).await;
    }
    let listed = shop.list(hook).await.remove(0);
    let numbers: Vec<_> = listed.tries.iter().map(|tried| tried.attempt).collect();
    assert_eq!(numbers, (listed.attempt - REMEMBERED + 1..=listed.attempt).collect::<Vec<_>>(), "the newest ones");
    assert_eq!(shop.ledger.redeliver(ANNA, hook, first.id + 9).await.unwrap(), None);
}

async fn what_is_on_its_way_is_sent_again_on_demand<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let first = shop.take_one().await;
    shop.ledger.redeliver(ANNA, hook, first.id).await.unwrap().unwrap();
    assert_eq!(shop.end_try(&first, Arrival::Arrived).await, None, "it does not count any more");
    assert_eq!(shop.take_one().await.attempt, 2);
}

/// Moments of the boot before mean nothing: leases have run out, and pauses are over.
async fn a_machine_that_starts_anew_waits_for_nobody<L: Ledger + Hooks>(shop: &Shop<L>) {
    shop.tested(2).await;
    shop.pass(1_000_000);
    let [runs, waits] = <[Errand; 2]>::try_from(shop.take().await).unwrap();
    shop.end_try(&waits.delivery, Arrival::Failed(None)).await;
    assert_eq!(shop.take().await, []);
    shop.clock.reboot();
    let again: Vec<_> = shop.take().await.into_iter().map(|e| (e.delivery.id, e.delivery.attempt)).collect();
    assert_eq!(again, [(runs.delivery.id, 2), (waits.delivery.id, 2)]);
}
