//! Tenants: turns, priorities, caps, pauses.

use super::kit::*;
use super::shop::*;
use crate::*;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    a_small_batch_is_not_delayed_by_a_large_one(&fresh().await).await;
    weights_share_the_workers(&fresh().await).await;
    nobody_saves_up_turns(&fresh().await).await;
    priority_counts_inside_a_tenant(&fresh().await).await;
    first_tries_come_before_second_ones(&fresh().await).await;
    a_queue_has_a_cap(&fresh().await).await;
    a_tenant_runs_as_many_as_it_may(&fresh().await).await;
    a_paused_tenant_begins_nothing(&fresh().await).await;
    a_paused_queue_begins_nothing(&fresh().await).await;
    tenants_are_changed_and_named_once(&fresh().await).await;
}

async fn turns<L: Ledger>(shop: &Shop<L>, count: usize) -> Vec<i64> {
    let mut turns = Vec::new();
    for _ in 0..count {
        turns.extend(shop.claim(1).await.iter().map(|c| c.tenant.0));
    }
    turns
}

fn names(count: usize) -> Vec<&'static str> {
    vec!["photo"; count]
}

async fn a_small_batch_is_not_delayed_by_a_large_one<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &names(1_000)).await;
    assert_eq!(turns(shop, 50).await, [1; 50], "alone it has everything");
    shop.submitted(2, &names(10)).await;
    let turns = turns(shop, 21).await;
    let last = turns.iter().rposition(|t| *t == 2).unwrap();
    assert_eq!(turns.iter().filter(|t| **t == 2).count(), 10);
    assert!(last <= 20, "each of its photos waits for one of the other's at most: {turns:?}");
}

async fn weights_share_the_workers<L: Ledger>(shop: &Shop<L>) {
    shop.put(Tenant { weight: 3, ..tenant(1) }).await;
    shop.submitted(1, &names(90)).await;
    shop.submitted(2, &names(90)).await;
    for _ in 0..10 {
        let four = turns(shop, 4).await;
        assert_eq!(four.iter().filter(|t| **t == 1).count(), 3, "{four:?}");
    }
}

async fn nobody_saves_up_turns<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &names(200)).await;
    shop.submitted(2, &names(1)).await;
    turns(shop, 101).await;
    shop.submitted(2, &names(50)).await;
    let turns = turns(shop, 20).await;
    assert_eq!(turns.iter().filter(|t| **t == 1).count(), 10, "half of them, from the first moment on: {turns:?}");
}

async fn priority_counts_inside_a_tenant<L: Ledger>(shop: &Shop<L>) {
    let new = |tenant, priority| NewBatch { tenant: TenantId(tenant), priority, ..NewBatch::local("web") };
    let mut batches = Vec::new();
    for (owner, priority) in [(1, 0), (1, 5), (1, -1), (2, -9)] {
        let batch = shop.opened_as(new(owner, priority), &["x", "y"]).await;
        shop.submit(batch).await;
        batches.push(batch);
    }
    let claims = shop.claim(8).await;
    let of = |owner| claims.iter().filter(move |c| c.tenant == TenantId(owner)).map(|c| c.batch).collect::<Vec<_>>();
    let [low, high, lowest, _] = batches[..] else { unreachable!() };
    assert_eq!(of(1), [high, high, low, low, lowest, lowest]);
    assert_eq!(claims[..4].iter().filter(|c| c.tenant == TenantId(2)).count(), 2, "it buys nothing from others");
}

async fn first_tries_come_before_second_ones<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    shop.end(token, Outcome::HandedBack).await;
    shop.submitted(1, &["b"]).await;
    let names: Vec<_> = shop.claim(2).await.into_iter().map(|c| c.input.name).collect();
    assert_eq!(names, ["b", "a"]);
}

async fn a_queue_has_a_cap<L: Ledger>(shop: &Shop<L>) {
    shop.put(Tenant { queued_cap: 3, ..tenant(1) }).await;
    let first = shop.submitted(1, &["a", "b"]).await;
    let second = shop.opened(1, &["c", "d"]).await;
    let submit = async || shop.ledger.submit(second, None, LEASE).await.unwrap();
    assert_eq!(submit().await, Submitted::OverCap { queued: 2, cap: 3 });
    assert_eq!(shop.ledger.batch(second).await.unwrap().state, BatchState::Open);
    let token = shop.claim_one().await;
    assert_eq!(submit().await, Submitted::OverCap { queued: 2, cap: 3 }, "running ones count too");
    shop.end(token, failed(FaultClass::Input)).await;
    assert_eq!(submit().await, Submitted::Accepted);
    assert_eq!(shop.ledger.redrive(first, None).await.unwrap(), 0, "there is no room for it");
    let token = shop.claim_one().await;
    shop.end(token, succeeded(&[])).await;
    assert_eq!(shop.ledger.redrive(first, None).await.unwrap(), 1);
}

async fn a_tenant_runs_as_many_as_it_may<L: Ledger>(shop: &Shop<L>) {
    shop.put(Tenant { running_cap: 2, ..tenant(1) }).await;
    let batch = shop.submitted(1, &names(5)).await;
    shop.submitted(2, &names(5)).await;
    let claims = shop.claim(5).await;
    let mine: Vec<_> = claims.iter().filter(|c| c.tenant == TenantId(1)).map(|c| c.token).collect();
    assert_eq!((mine.len(), claims.len()), (2, 5));
    assert!(shop.claim(9).await.iter().all(|c| c.tenant == TenantId(2)));
    assert!(shop.ledger.claim(&of(batch, 1)).await.unwrap().is_empty());
    let answer = shop.ledger.claim_task(TaskId(3), &anything(1)).await.unwrap();
    assert_eq!(answer, ClaimAnswer::Blocked);
    let standing = shop.ledger.tenant(TenantId(1)).await.unwrap().unwrap();
    assert_eq!((standing.queued, standing.running), (5, 2));
    shop.end(mine[0], Outcome::HandedBack).await;
    assert_eq!(shop.ledger.claim(&of(batch, 9)).await.unwrap().len(), 1);
}

async fn a_paused_tenant_begins_nothing<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    let token = shop.claim_one().await;
    shop.put(Tenant { paused: true, ..tenant(1) }).await;
    assert!(shop.claim(9).await.is_empty());
    assert!(shop.ledger.claim(&of(batch, 9)).await.unwrap().is_empty());
    assert_eq!(shop.ledger.renew(&[token], LEASE).await.unwrap(), [Renewal::Renewed], "what runs goes on");
    assert_eq!(shop.end(token, succeeded(&[])).await, Verdict::Recorded(TaskState::Succeeded));
    shop.put(tenant(1)).await;
    assert_eq!(shop.claim(9).await.len(), 1);
}

async fn a_paused_queue_begins_nothing<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    shop.submitted(2, &["c"]).await;
    let token = shop.claim_one().await;
    shop.ledger.pause_queue(true).await.unwrap();
    shop.ledger.pause_queue(true).await.unwrap();
    assert!(shop.ledger.depth().await.unwrap().paused);
    assert!(shop.claim(9).await.is_empty());
    assert!(shop.ledger.claim(&of(batch, 9)).await.unwrap().is_empty());
    assert_eq!(shop.ledger.claim_task(TaskId(2), &anything(1)).await.unwrap(), ClaimAnswer::Blocked);
    assert_eq!(shop.ledger.renew(&[token], LEASE).await.unwrap(), [Renewal::Renewed], "what runs goes on");
    assert_eq!(shop.end(token, succeeded(&[])).await, Verdict::Recorded(TaskState::Succeeded));
    shop.submitted(2, &["d"]).await;
    let local = batch_of(&shop.ledger, &["e"]).await;
    assert_eq!(shop.ledger.claim(&of(local, 9)).await.unwrap().len(), 1, "the house's own runs are not queued");
    shop.ledger.pause_queue(false).await.unwrap();
    assert!(!shop.ledger.depth().await.unwrap().paused);
    assert_eq!(shop.claim(9).await.len(), 3, "nothing is forgotten");
}

async fn tenants_are_changed_and_named_once<L: Ledger>(shop: &Shop<L>) {
    let changed = Tenant { weight: 7, queued_cap: 1, running_cap: 2, paused: true, ..tenant(2) };
    shop.put(changed.clone()).await;
    let all = shop.ledger.tenants().await.unwrap();
    assert_eq!(all.iter().map(|s| s.tenant.id.0).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(all[1], Standing { tenant: changed, queued: 0, running: 0 });
    assert_eq!(shop.ledger.tenant(TenantId(4)).await.unwrap(), None);
    let same = Tenant { name: "tenant 1".into(), ..tenant(0) };
    assert!(matches!(shop.ledger.put_tenant(&same).await, Err(LedgerError::NameTaken(name)) if name == "tenant 1"));
    let same = Tenant { name: "tenant 1".into(), ..tenant(2) };
    assert!(matches!(shop.ledger.put_tenant(&same).await, Err(LedgerError::NameTaken(_))));
    let fourth = Tenant { name: "fourth".into(), ..tenant(0) };
    assert_eq!(shop.ledger.put_tenant(&fourth).await.unwrap(), TenantId(4));
}
