//! Hooks, and what switches them off.

use super::*;

/// Runs these examples.
pub async fn all<L: Ledger + Hooks>(fresh: &impl AsyncFn() -> Shop<L>) {
    a_hook_is_as_it_was_added(&fresh().await).await;
    changes_change_what_they_say(&fresh().await).await;
    two_secrets_at_most(&fresh().await).await;
    a_hook_that_says_gone_is_off(&fresh().await).await;
    three_days_of_failures_switch_off(&fresh().await).await;
    what_waits_for_a_hook_that_is_off_stays(&fresh().await).await;
}

async fn a_hook_is_as_it_was_added<L: Ledger + Hooks>(shop: &Shop<L>) {
    shop.pass(7);
    let new = new_hook(ANNA, &[EventKind::Dead, EventKind::Submitted]);
    let id = shop.ledger.add_hook(&new).await.unwrap();
    let hook = shop.look(id).await;
    let secrets = Secrets { newest: new.secret, before: None };
    let NewHook { tenant, url, events, .. } = new;
    let expected = Hook { id, tenant, url, events, secrets, created: Timestamp(7), off: None, failing: None };
    assert_eq!((&hook, shop.ledger.hooks(ANNA).await.unwrap()), (&expected, vec![expected.clone()]));
    assert!(!format!("{hook:?}").contains("Zmlyc3Q"), "a secret is not shown");
    let other = shop.hook(ANNA, &[]).await;
    assert_eq!(shop.ledger.hooks(ANNA).await.unwrap().iter().map(|h| h.id).collect::<Vec<_>>(), [id, other]);
}

async fn changes_change_what_they_say<L: Ledger + Hooks>(shop: &Shop<L>) {
    let id = shop.hook(ANNA, &[EventKind::Dead]).await;
    let untouched = shop.hook(ANNA, &[EventKind::Dead]).await;
    let (before, other) = (shop.look(id).await, shop.look(untouched).await);
    let events = Kinds::from([EventKind::Closed]);
    let changes = [Change::Url("https://new.example/".into()), Change::Events(events.clone())];
    let after = shop.ledger.change_hook(ANNA, id, &changes).await.unwrap().unwrap();
    assert_eq!(after, Hook { url: "https://new.example/".into(), events, ..before });
    shop.pass(5);
    let off = shop.ledger.change_hook(ANNA, id, &[Change::Off("enough".into())]).await.unwrap().unwrap();
    assert_eq!(off.off, Some(Off { since: Timestamp(5), why: "enough".into() }));
    shop.pass(5);
    let again = shop.ledger.change_hook(ANNA, id, &[Change::Off("still".into())]).await.unwrap().unwrap();
    assert_eq!(again, off, "it was off");
    let on = shop.ledger.change_hook(ANNA, id, &[Change::On]).await.unwrap().unwrap();
    assert_eq!((&on, shop.look(id).await), (&after, after.clone()));
    assert_eq!(shop.look(untouched).await, other);
}

async fn two_secrets_at_most<L: Ledger + Hooks>(shop: &Shop<L>) {
    let id = shop.hook(ANNA, &[]).await;
    let secret = |text: &str| Secret::from(text.to_owned());
    let change = async |change| {
        let hook = shop.ledger.change_hook(ANNA, id, &[change]).await.unwrap().unwrap();
        assert_eq!(shop.look(id).await, hook);
        hook.secrets
    };
    let first = shop.look(id).await.secrets.newest;
    let rotated = change(Change::Secret { new: secret("b"), keep: true }).await;
    assert_eq!(rotated, Secrets { newest: secret("b"), before: Some(first) });
    let again = change(Change::Secret { new: secret("c"), keep: true }).await;
    assert_eq!(again, Secrets { newest: secret("c"), before: Some(secret("b")) });
    assert_eq!(change(Change::OneSecret).await, Secrets { newest: secret("c"), before: None });
    let alone = change(Change::Secret { new: secret("d"), keep: false }).await;
    assert_eq!(alone, Secrets { newest: secret("d"), before: None });
}

async fn a_hook_that_says_gone_is_off<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(3).await;
    shop.pass(9);
    let taken = shop.take().await;
    assert_eq!(shop.end_try(&taken[0].delivery, Arrival::Gone).await, Some(DeliveryState::GivenUp));
    let off = shop.look(hook).await.off.expect("it is off");
    assert_eq!((off.since, off.why.as_str()), (Timestamp(9), "it answered 410 Gone"));
    assert_eq!(shop.end_try(&taken[1].delivery, Arrival::Arrived).await, Some(DeliveryState::Delivered));
    let after = shop.look(hook).await;
    assert!(after.off.is_some() && after.failing.is_none(), "what arrives late switches nothing on: {after:?}");
}

async fn three_days_of_failures_switch_off<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(1).await;
    let fails = async |arrival| {
        shop.ledger.test_hook(ANNA, hook).await.unwrap();
        for errand in shop.take().await {
            shop.end_try(&errand.delivery, arrival).await;
        }
        shop.look(hook).await
    };
    let day = 86_400_000;
    assert_eq!(fails(Arrival::Failed(None)).await.failing, Some(Timestamp(0)));
    shop.pass(2 * day);
    assert_eq!(fails(Arrival::Arrived).await.failing, None, "one that arrives is enough");
    shop.pass(2 * day);
    assert_eq!(fails(Arrival::Failed(None)).await.failing, Some(Timestamp(4 * day as i64)));
    shop.pass(3 * day - 1);
    assert_eq!(fails(Arrival::Failed(None)).await.off, None);
    shop.pass(1);
    let off = fails(Arrival::Failed(None)).await.off.expect("three days are over");
    assert_eq!((off.since.0, off.why.as_str()), (7 * day as i64, "nothing has arrived for three days"));
    let on = shop.ledger.change_hook(ANNA, hook, &[Change::On]).await.unwrap().unwrap();
    assert_eq!((on.off, on.failing), (None, None), "with three days more");
    assert_eq!(fails(Arrival::Failed(None)).await.off, None);
}

async fn what_waits_for_a_hook_that_is_off_stays<L: Ledger + Hooks>(shop: &Shop<L>) {
    let hook = shop.tested(2).await;
    assert_eq!(shop.ledger.owed().await.unwrap(), Owed { waiting: 2, oldest: Some(Timestamp(0)) });
    shop.ledger.change_hook(ANNA, hook, &[Change::Off("enough".into())]).await.unwrap();
    assert_eq!((shop.take().await, shop.ledger.owed().await.unwrap()), (vec![], Owed::default()));
    shop.ledger.change_hook(ANNA, hook, &[Change::On]).await.unwrap();
    assert_eq!(shop.take().await.len(), 2);
}
