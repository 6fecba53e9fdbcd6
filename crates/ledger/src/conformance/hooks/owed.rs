//! What is owed: an event to each hook that wants it.

use super::*;
use crate::conformance::shop::tenant;

/// Runs these examples.
pub async fn all<L: Ledger + Hooks>(fresh: &impl AsyncFn() -> Shop<L>) {
    an_event_is_owed_to_each_hook_that_wants_it(&fresh().await).await;
    what_is_told_is_how_it_was_then(&fresh().await).await;
    a_long_batch_is_told_once(&fresh().await).await;
    tenants_do_not_see_each_other(&fresh().await).await;
    old_ones_are_forgotten(&fresh().await).await;
    lists_go_from_newest_to_oldest(&fresh().await).await;
}

async fn an_event_is_owed_to_each_hook_that_wants_it<L: Ledger + Hooks>(shop: &Shop<L>) {
    let ends = shop.hook(ANNA, &[EventKind::Closed, EventKind::Dead]).await;
    let photos = shop.hook(ANNA, &[EventKind::Succeeded]).await;
    let other = shop.hook(BERT, EventKind::ALL).await;
    let off = shop.hook(ANNA, &[EventKind::Closed]).await;
    shop.ledger.change_hook(ANNA, off, &[Change::Off("enough".into())]).await.unwrap();
    let batch = shop.submitted(1, &["a", "b"]).await;
    let [a, b] = [shop.claim_one().await, shop.claim_one().await];
    shop.end(a, succeeded(&[])).await;
    shop.end(b, failed(FaultClass::Input)).await;
    assert_eq!(shop.list(ends).await, [], "nothing is owed before the event has its number");
    shop.folded(batch).await;
    let told = async |hook| {
        let list = shop.list(hook).await.into_iter().rev().filter_map(|d| d.told);
        list.map(|t| (t.event.number, t.event.kind, t.event.task)).collect::<Vec<_>>()
    };
    assert_eq!(told(ends).await, [(3, EventKind::Dead, Some(b.task)), (4, EventKind::Closed, None)]);
    assert_eq!(told(photos).await, [(2, EventKind::Succeeded, Some(a.task))]);
    assert_eq!((told(off).await, shop.ledger.deliveries(BERT, other, ALL).await.unwrap()), (vec![], vec![]));
    shop.ledger.change_hook(ANNA, off, &[Change::On]).await.unwrap();
    shop.folded(batch).await;
    assert_eq!(told(off).await, [], "what happened before is not told");
    assert_eq!(told(ends).await.len(), 2, "folded again, nothing is owed again");
}

async fn what_is_told_is_how_it_was_then<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.hook(ANNA, &[EventKind::Closed]).await;
    let batch = shop.submitted(1, &["a", "b"]).await;
    shop.pass(1_000);
    for outcome in [succeeded(&[]), failed(FaultClass::Input)] {
        let token = shop.claim_one().await;
        shop.end(token, outcome).await;
    }
    shop.folded(batch).await;
    let first = shop.list(hook).await.remove(0);
    let told = first.told.clone().expect("an event");
    let totals = Totals { found: 2, succeeded: 1, failed: 1, ..Totals::default() };
    assert_eq!((told.event.tenant, told.event.batch, told.totals), (ANNA, batch, totals));
    assert_eq!((first.made, told.event.at, first.state), (Timestamp(1_000), Timestamp(1_000), DeliveryState::Waiting));
    assert_eq!((first.attempt, first.forgiven, first.due, &first.tries[..]), (0, 0, Timestamp(1_000), &[][..]));
    shop.ledger.redrive(batch, None).await.unwrap();
    shop.folded(batch).await;
    assert_eq!(shop.list(hook).await, [first], "though a dead letter lives again");
}

/// Longer than a piece of the folding step.
async fn a_long_batch_is_told_once<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.hook(ANNA, EventKind::ALL).await;
    let names: Vec<_> = (0..1_200).map(|n| n.to_string()).collect();
    let batch = shop.submitted(1, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    shop.folded(batch).await;
    shop.ledger.cancel(batch).await.unwrap();
    let last = shop.folded(batch).await.last_event;
    let mut numbers: Vec<_> = shop.list(hook).await.into_iter().filter_map(|d| Some(d.told?.event.number)).collect();
    numbers.reverse();
    assert_eq!((last, numbers), (1_203, (1..=1_203).collect()), "each event once, in order");
}

async fn tenants_do_not_see_each_other<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let id = shop.list(hook).await[0].id;
    assert_eq!(shop.ledger.hook(BERT, hook).await.unwrap(), None);
    assert_eq!(shop.ledger.hooks(BERT).await.unwrap(), []);
    assert_eq!(shop.ledger.change_hook(BERT, hook, &[Change::On]).await.unwrap(), None);
    assert_eq!(shop.ledger.test_hook(BERT, hook).await.unwrap(), None);
    assert_eq!(shop.ledger.deliveries(BERT, hook, ALL).await.unwrap(), []);
    assert_eq!(shop.ledger.redeliver(BERT, hook, id).await.unwrap(), None);
    assert!(!shop.ledger.drop_hook(BERT, hook).await.unwrap());
    shop.put(tenant(1)).await;
    assert!(shop.ledger.drop_hook(ANNA, hook).await.unwrap());
    assert_eq!((shop.ledger.hook(ANNA, hook).await.unwrap(), shop.list(hook).await), (None, vec![]));
    assert!(!shop.ledger.drop_hook(ANNA, hook).await.unwrap(), "it was gone");
    assert_eq!(shop.take().await, []);
}

async fn old_ones_are_forgotten<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(3).await;
    for errand in shop.take().await.iter().take(2) {
        shop.end_try(&errand.delivery, Arrival::Arrived).await;
    }
    shop.pass(1_000);
    shop.ledger.test_hook(ANNA, hook).await.unwrap();
    let forget = async |before, most| shop.ledger.forget_deliveries(Timestamp(before), most).await.unwrap();
    let last = shop.list(hook).await[1].clone();
    assert_eq!((forget(0, 99).await, forget(1_000, 2).await), (0, 2));
    assert_eq!(shop.list(hook).await[1], last, "of those of one moment, the first made goes first");
    assert_eq!(forget(1_000, 99).await, 1);
    let left = shop.list(hook).await;
    assert_eq!(left.iter().map(|d| d.made.0).collect::<Vec<_>>(), [1_000]);
    assert_eq!(shop.ledger.owed().await.unwrap(), Owed { waiting: 1, oldest: Some(Timestamp(1_000)) });
}

async fn lists_go_from_newest_to_oldest<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(5).await;
    let other = shop.tested(1).await;
    let page = async |after, most| {
        let page = shop.ledger.deliveries(ANNA, hook, Page { after, most }).await.unwrap();
        page.into_iter().map(|d| d.id).collect::<Vec<_>>()
    };
    let all = page(None, 99).await;
    assert!(all.is_sorted_by(|a, b| a > b) && all.len() == 5, "{all:?}");
    assert_eq!(page(None, 2).await, all[..2]);
    assert_eq!(page(Some(all[1]), 2).await, all[2..4]);
    assert!(page(Some(all[4]), 2).await.is_empty());
    let theirs = shop.list(other).await[0].id;
    assert_eq!(shop.ledger.redeliver(ANNA, hook, theirs).await.unwrap(), None, "of another hook");
}
