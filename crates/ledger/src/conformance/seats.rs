//! Seats of pools.

use super::kit::*;
use super::shop::*;
use crate::*;
use std::time::Duration;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    seats_are_never_oversold(&fresh().await).await;
    an_unknown_pool_has_no_seats(&fresh().await).await;
    seats_rest_when_their_holder_vanished(&fresh().await).await;
    seats_are_free_at_once_after_a_proper_end(&fresh().await).await;
    a_late_end_frees_resting_seats(&fresh().await).await;
    a_reboot_frees_the_seats_of_leases(&fresh().await).await;
    whoever_waits_long_goes_first(&fresh().await).await;
    hopeless_needs_hold_nobody_up(&fresh().await).await;
    nobody_waits_for_a_seat_in_a_paused_queue(&fresh().await).await;
    pools_may_shrink(&fresh().await).await;
}

async fn pools<L: Ledger>(shop: &Shop<L>, pools: &[(&str, u32)]) {
    let pools = pools.iter().map(|(name, count)| (name.to_string(), *count)).collect();
    shop.ledger.set_seats(&pools).await.unwrap();
}

async fn in_use<L: Ledger>(shop: &Shop<L>) -> Vec<(String, u32, u32)> {
    shop.ledger.depth().await.unwrap().seats
}

async fn seats_are_never_oversold<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 2), ("upscale", 5)]).await;
    let batch = shop.seated(1, &["a", "b", "c"], &[("denoise", 1), ("upscale", 2)]).await;
    shop.submitted(1, &["free"]).await;
    let claims = shop.claim(9).await;
    assert_eq!(claims.iter().filter(|c| c.batch == batch).count(), 2);
    assert_eq!(claims.len(), 3, "who needs no seat does not wait");
    assert_eq!(in_use(shop).await, [("denoise".into(), 2, 2), ("upscale".into(), 4, 5)]);
    let answer = shop.ledger.claim_task(TaskId(3), &anything(1)).await.unwrap();
    assert_eq!(answer, ClaimAnswer::Blocked);
    assert!(shop.ledger.claim(&of(batch, 9)).await.unwrap().is_empty());
}

async fn an_unknown_pool_has_no_seats<L: Ledger>(shop: &Shop<L>) {
    shop.seated(1, &["a"], &[("nowhere", 1)]).await;
    assert!(shop.claim(9).await.is_empty());
    pools(shop, &[("nowhere", 1)]).await;
    assert_eq!(shop.claim(9).await.len(), 1);
}

async fn seats_rest_when_their_holder_vanished<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 1)]).await;
    shop.seated(1, &["a"], &[("denoise", 1)]).await;
    shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    assert!(shop.claim(1).await.is_empty(), "its lease is over, but it may still be at its tool");
    shop.pass(1_999);
    assert!(shop.claim(1).await.is_empty());
    assert_eq!(in_use(shop).await, [("denoise".into(), 1, 1)]);
    shop.pass(1);
    assert_eq!(shop.claim_one().await.attempt, 2);
    shop.pass(32_000);
    assert_eq!(shop.claim_one().await.attempt, 3, "noticed so late that they have rested");
}

async fn seats_are_free_at_once_after_a_proper_end<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 1)]).await;
    let batch = shop.seated(1, &["a", "b", "c", "d"], &[("denoise", 1)]).await;
    let endings = [succeeded(&[]), failed(FaultClass::Input), failed(FaultClass::Photo), Outcome::HandedBack];
    for outcome in endings {
        let token = shop.claim_one().await;
        shop.end(token, outcome).await;
    }
    let token = shop.claim_one().await;
    shop.ledger.cancel(batch).await.unwrap();
    assert_eq!(in_use(shop).await, [("denoise".into(), 1, 1)]);
    shop.end(token, Outcome::HandedBack).await;
    assert_eq!(in_use(shop).await, [("denoise".into(), 0, 1)]);
}

async fn a_late_end_frees_resting_seats<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 1)]).await;
    shop.seated(1, &["a", "b"], &[("denoise", 1)]).await;
    let token = shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    assert_eq!(shop.end(token, succeeded(&[])).await, Verdict::Recorded(TaskState::Succeeded));
    let token = shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    assert_eq!(shop.end(token, Outcome::HandedBack).await, Verdict::Refused(Refusal::Ended));
    assert_eq!(shop.claim_one().await.attempt, 2, "refused, but it has said that it is over");
}

async fn a_reboot_frees_the_seats_of_leases<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 2)]).await;
    shop.seated(1, &["a", "b"], &[("denoise", 1)]).await;
    shop.pass(1_000_000);
    shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    shop.claim_one().await;
    shop.clock.reboot();
    assert_eq!(shop.claim(2).await.len(), 2, "no program survives a reboot");
}

async fn whoever_waits_long_goes_first<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 2)]).await;
    shop.seated(1, &["a", "b", "c", "d", "e", "f"], &[("denoise", 1)]).await;
    let claims = shop.claim(2).await;
    assert!(claims.iter().all(|c| c.seat_wait.is_zero()));
    let both = shop.seated(2, &["both"], &[("denoise", 2)]).await;
    assert!(shop.claim(1).await.is_empty(), "it begins to wait");
    shop.pass(5_000);
    shop.end(claims[0].token, succeeded(&[])).await;
    let [third] = &shop.claim(9).await[..] else { panic!("single seats go on for a while") };
    shop.pass(5_000);
    shop.end(claims[1].token, succeeded(&[])).await;
    assert!(shop.claim(9).await.is_empty(), "the seat is kept for who needs two");
    shop.end(third.token, succeeded(&[])).await;
    let claims = shop.claim(9).await;
    assert_eq!(claims.iter().map(|c| c.batch).collect::<Vec<_>>(), [both]);
    assert_eq!(claims[0].seat_wait, Duration::from_secs(10), "and it is told how long it waited");
    shop.end(claims[0].token, succeeded(&[])).await;
    assert_eq!(shop.claim(9).await.len(), 2);
}

async fn hopeless_needs_hold_nobody_up<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 2)]).await;
    shop.seated(1, &["a"], &[("denoise", 3)]).await;
    let paused = shop.seated(2, &["b"], &[("denoise", 2)]).await;
    let token = shop.seated(3, &["c", "d"], &[("denoise", 1)]).await;
    shop.ledger.claim(&of(token, 1)).await.unwrap();
    shop.claim(0).await;
    shop.pass(20_000);
    shop.put(Tenant { paused: true, ..tenant(2) }).await;
    assert_eq!(shop.claim(9).await.iter().map(|c| c.batch).collect::<Vec<_>>(), [token]);
    assert_eq!(shop.ledger.batch(paused).await.unwrap().totals.running, 0);
}

async fn nobody_waits_for_a_seat_in_a_paused_queue<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 1)]).await;
    shop.seated(1, &["a"], &[("denoise", 1)]).await;
    let token = shop.claim_one().await;
    shop.ledger.pause_queue(true).await.unwrap();
    shop.seated(2, &["b"], &[("denoise", 1)]).await;
    shop.claim(9).await;
    shop.pass(20_000);
    shop.ledger.pause_queue(false).await.unwrap();
    shop.end(token, succeeded(&[])).await;
    assert!(shop.claim(1).await[0].seat_wait.is_zero(), "it waited for the operator");
}

async fn pools_may_shrink<L: Ledger>(shop: &Shop<L>) {
    pools(shop, &[("denoise", 2)]).await;
    shop.seated(1, &["a", "b", "c"], &[("denoise", 1)]).await;
    let claims = shop.claim(2).await;
    pools(shop, &[]).await;
    assert_eq!(in_use(shop).await, [("denoise".into(), 2, 0)]);
    shop.end(claims[0].token, Outcome::HandedBack).await;
    assert!(shop.claim(1).await.is_empty());
    shop.end(claims[1].token, Outcome::HandedBack).await;
    assert_eq!(in_use(shop).await, []);
}
