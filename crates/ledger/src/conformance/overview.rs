//! What every backend must show to those who run the house.

use super::kit::*;
use super::shop::*;
use crate::overview::*;
use crate::people::{Deed, People};
use crate::*;
use std::sync::Arc;
use std::time::Duration;

/// A day of the clock, in milliseconds.
const A_DAY: u64 = 24 * 60 * 60 * 1_000;

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Ledger + Overview + People>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let shop = async || {
        let clock = Arc::<HeldClock>::default();
        Shop::open(fresh(clock.clone()).await, clock).await
    };
    use_is_counted_by_day(&shop().await).await;
    only_what_succeeded_counts(&shop().await).await;
    what_was_done_lately(&shop().await).await;
    who_works_on_what(&shop().await).await;
    the_newest_dead_letters_come_first(&shop().await).await;
    whoever_pauses_the_queue_is_told(&shop().await).await;
}

/// A success with a photo of so many pixels.
fn pixels(pixels: u64) -> Outcome {
    let usage = Usage { pixels, bytes_in: 10 * pixels, bytes_out: pixels / 4, cpu_s: 0.5, ..Usage::default() };
    Outcome::Succeeded { outputs: Vec::new(), usage }
}

async fn use_is_counted_by_day<L: Ledger + Overview>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b", "c", "d"]).await;
    shop.pass(3 * A_DAY);
    shop.end(shop.claim_one().await, pixels(100)).await;
    shop.pass(A_DAY - 1);
    shop.end(shop.claim_one().await, pixels(20)).await;
    shop.pass(1);
    shop.end(shop.claim_one().await, pixels(4)).await;
    shop.submitted(2, &["another's"]).await;
    let others = shop.claim(9).await;
    let of = |name: &str| others.iter().find(|claim| claim.input.name == name).unwrap().token;
    shop.end(of("another's"), pixels(1_000)).await;
    shop.pass(4 * A_DAY);
    shop.end(of("d"), pixels(8)).await;
    let days = async |tenant, days| shop.ledger.usage_by_day(TenantId(tenant), days).await.unwrap();
    let day = |day, photos, pixels| {
        let (bytes_in, bytes_out, cpu_s) = (10 * pixels, pixels / 4, 0.5 * photos as f64);
        Day { day, photos, pixels, bytes_in, bytes_out, cpu_s }
    };
    let all = [day(3, 2, 120), day(4, 1, 4), day(8, 1, 8)];
    assert_eq!(days(1, 0..9).await, all, "a day begins with its first millisecond");
    assert_eq!(days(1, 3..4).await, all[..1]);
    assert_eq!(days(1, 4..8).await, all[1..2]);
    assert_eq!(days(1, 9..i64::MAX).await, []);
    assert_eq!(days(2, i64::MIN..i64::MAX).await, [day(4, 1, 1_000)], "each sees its own");
}

async fn only_what_succeeded_counts<L: Ledger + Overview>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    shop.end(shop.claim_one().await, failed(FaultClass::Input)).await;
    shop.ledger.cancel(batch).await.unwrap();
    shop.folded(batch).await;
    assert_eq!(shop.usage(1).await.len(), 2, "a dead letter, and one that was given up");
    assert_eq!(shop.ledger.usage_by_day(TenantId(1), 0..9).await.unwrap(), []);
    assert_eq!(shop.ledger.done_since(Timestamp(0)).await.unwrap(), Done::default());
}

async fn what_was_done_lately<L: Ledger + Overview>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b"]).await;
    shop.submitted(2, &["c"]).await;
    for claim in shop.claim(9).await {
        shop.pass(1_000);
        shop.end(claim.token, pixels(5)).await;
    }
    let done = async |since| shop.ledger.done_since(Timestamp(since)).await.unwrap();
    assert_eq!(done(0).await, Done { photos: 3, pixels: 15 }, "of all tenants");
    assert_eq!(done(2_000).await, Done { photos: 2, pixels: 10 }, "the moment itself too");
    assert_eq!(done(3_001).await, Done::default());
}

async fn who_works_on_what<L: Ledger + Overview>(shop: &Shop<L>) {
    let first = shop.submitted(1, &["a", "b"]).await;
    let second = shop.submitted(2, &["c"]).await;
    let house = batch_of(&shop.ledger, &["house"]).await;
    claim(&shop.ledger, house).await;
    shop.pass(7_000);
    let ask = async |worker: &str, lease| {
        let asking = Asking { worker: worker.into(), lease: Some(Duration::from_secs(lease)), ..anything(1) };
        shop.ledger.claim(&asking).await.unwrap().remove(0)
    };
    let (one, two, three) = (ask("z", 30).await, ask("Y", 60).await, ask("z", 30).await);
    let work = |claim: &Claim, worker: &str, until| AtWork {
        worker: worker.into(),
        token: claim.token,
        batch: claim.batch,
        tenant: claim.tenant,
        name: format!("tenant {}", claim.tenant.0),
        detail: format!("detail of {}", claim.input.name),
        since: Timestamp(7_000),
        until: Some(Timestamp(until)),
    };
    let mut of_z = [work(&one, "z", 37_000), work(&three, "z", 37_000)];
    of_z.sort_by_key(|work| work.token.task);
    let all = [&[work(&two, "Y", 67_000)], &of_z[..]].concat();
    assert!([first, second].iter().all(|batch| all.iter().any(|work| work.batch == *batch)));
    assert_eq!(
        shop.ledger.at_work(9).await.unwrap(),
        all,
        "by the bytes of the worker's name; not what the house does"
    );
    assert_eq!(shop.ledger.at_work(2).await.unwrap(), all[..2]);
    shop.pass(10_000);
    shop.ledger.renew(&[two.token], LEASE).await.unwrap();
    shop.end(one.token, pixels(1)).await;
    shop.end(three.token, Outcome::HandedBack).await;
    assert_eq!(shop.ledger.at_work(9).await.unwrap(), [work(&two, "Y", 47_000)]);
}

async fn the_newest_dead_letters_come_first<L: Ledger + Overview>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    shop.submitted(3, &["c"]).await;
    let claims = shop.claim(9).await;
    let mut dead = Vec::new();
    for claim in &claims {
        shop.pass(1_000);
        shop.end(claim.token, failed(FaultClass::Input)).await;
        dead.insert(0, claim);
    }
    let told = shop.ledger.dead_letters(9).await.unwrap();
    let known: Vec<_> = dead.iter().zip([3_000, 2_000, 1_000]).map(|(claim, since)| letter(claim, since)).collect();
    assert_eq!(told, known);
    assert_eq!(shop.ledger.dead_letters(1).await.unwrap(), known[..1]);
    shop.ledger.redrive(batch, None).await.unwrap();
    let left = shop.ledger.dead_letters(9).await.unwrap();
    assert!(left.len() == 1 && left[0].tenant == TenantId(3), "{left:?}");
}

fn letter(claim: &Claim, since: i64) -> DeadLetter {
    DeadLetter {
        task: claim.token.task,
        batch: claim.batch,
        tenant: claim.tenant,
        name: format!("tenant {}", claim.tenant.0),
        detail: format!("detail of {}", claim.input.name),
        attempts: 1,
        since: Timestamp(since),
        fault: Some(fault(FaultClass::Input)),
    }
}

async fn whoever_pauses_the_queue_is_told<L: Ledger + Overview + People>(shop: &Shop<L>) {
    shop.submitted(2, &["a"]).await;
    shop.ledger.pause_queue_by(true, TenantId(1), "user anna").await.unwrap();
    assert!(shop.ledger.depth().await.unwrap().paused && shop.claim(1).await.is_empty());
    shop.pass(1_000);
    shop.ledger.pause_queue_by(false, TenantId(1), "key 7").await.unwrap();
    assert!(!shop.ledger.depth().await.unwrap().paused && shop.claim(1).await.len() == 1);
    let page = Page { after: None, most: 9 };
    let told = shop.ledger.audit(TenantId(1), page).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.what, row.who.as_str(), row.about.as_str(), row.at.0)).collect();
    let known = [(Deed::QueueResumed, "key 7", "queue", 1_000), (Deed::QueuePaused, "user anna", "queue", 0)];
    assert_eq!(told, known);
    assert_eq!(shop.ledger.audit(TenantId(2), page).await.unwrap(), []);
}
