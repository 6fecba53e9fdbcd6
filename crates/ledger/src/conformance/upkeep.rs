//! Bells, brooms and what there is to look at.

use super::kit::*;
use super::shop::*;
use crate::*;
use std::time::Duration;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    new_work_is_rung_for(&fresh().await).await;
    a_retry_is_rung_for_when_it_is_due(&fresh().await).await;
    a_redrive_is_rung_for(&fresh().await).await;
    unheard_tasks_are_rung_for_again(&fresh().await).await;
    one_broom_at_a_time(&fresh().await).await;
    abandoned_batches_are_swept(&fresh().await).await;
    depth_is_what_waits(&fresh().await).await;
}

/// Rings for whatever there is to ring for.
async fn ring<L: Ledger>(shop: &Shop<L>) -> Vec<Ring> {
    let rings = shop.ledger.to_ring(100).await.unwrap();
    shop.ledger.rung(&rings).await.unwrap();
    rings
}

fn batches(rings: &[Ring]) -> Vec<BatchId> {
    rings.iter().filter_map(|r| if let Ring::Dispatch { batch, .. } = r { Some(*batch) } else { None }).collect()
}

async fn new_work_is_rung_for<L: Ledger>(shop: &Shop<L>) {
    let open = shop.opened(1, &["a"]).await;
    assert!(ring(shop).await.is_empty());
    shop.submit(open).await;
    let other = shop.submitted(2, &["b"]).await;
    let rings = shop.ledger.to_ring(100).await.unwrap();
    assert_eq!(batches(&rings), [open, other], "oldest first");
    assert_eq!(shop.ledger.to_ring(100).await.unwrap(), rings, "until somebody says that it rang");
    assert_eq!(shop.ledger.to_ring(1).await.unwrap(), rings[..1]);
    shop.ledger.rung(&rings[..1]).await.unwrap();
    assert_eq!(ring(shop).await, rings[1..]);
    shop.ledger.rung(&rings).await.unwrap();
    let third = shop.submitted(3, &["c"]).await;
    shop.ledger.rung(&rings).await.unwrap();
    assert_eq!(batches(&ring(shop).await), [third], "a late answer rings for no other row");
}

async fn a_retry_is_rung_for_when_it_is_due<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    ring(shop).await;
    let token = shop.claim_one().await;
    let retry_in = Duration::from_secs(9);
    shop.ledger.record(&[Ending { retry_in, ..ending(token, failed(FaultClass::Photo)) }]).await.unwrap();
    shop.pass(8_999);
    assert!(ring(shop).await.is_empty());
    shop.pass(1);
    assert_eq!(batches(&ring(shop).await), [batch]);
    let token = shop.claim_one().await;
    shop.end(token, Outcome::HandedBack).await;
    assert_eq!(batches(&ring(shop).await), [batch]);
    shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    assert_eq!(batches(&ring(shop).await), [batch], "after an expiry too");
}

async fn a_redrive_is_rung_for<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    ring(shop).await;
    let token = shop.claim_one().await;
    shop.end(token, failed(FaultClass::Input)).await;
    assert!(ring(shop).await.is_empty());
    shop.ledger.redrive(batch, None).await.unwrap();
    assert_eq!(batches(&ring(shop).await), [batch]);
}

async fn unheard_tasks_are_rung_for_again<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b", "c"]).await;
    shop.opened(1, &["open"]).await;
    shop.claim(1).await;
    ring(shop).await;
    shop.pass(59_999);
    assert!(ring(shop).await.is_empty());
    shop.pass(1);
    let unheard = [Ring::Unheard(TaskId(2)), Ring::Unheard(TaskId(3))];
    assert_eq!(shop.ledger.to_ring(100).await.unwrap(), unheard);
    assert_eq!(shop.ledger.to_ring(1).await.unwrap(), unheard[..1]);
    assert_eq!(ring(shop).await, unheard);
    shop.pass(59_999);
    assert!(ring(shop).await.is_empty());
    shop.pass(1);
    assert_eq!(ring(shop).await, unheard);
}

async fn one_broom_at_a_time<L: Ledger>(shop: &Shop<L>) {
    let sweep = async |holder| shop.ledger.sweep(holder).await.unwrap();
    assert_eq!(sweep("one").await, Some(Swept::default()));
    assert_eq!(sweep("other").await, None);
    shop.pass(14_999);
    assert_eq!(sweep("other").await, None);
    assert!(sweep("one").await.is_some());
    shop.pass(14_999);
    assert_eq!(sweep("other").await, None);
    shop.pass(1);
    assert!(sweep("other").await.is_some());
    assert_eq!(sweep("one").await, None);
}

async fn abandoned_batches_are_swept<L: Ledger>(shop: &Shop<L>) {
    let open = shop.opened(1, &["a"]).await;
    let house = batch_of(&shop.ledger, &["a"]).await;
    let submitted = shop.submitted(1, &["a"]).await;
    shop.pass(3_599_999);
    assert_eq!(shop.sweep().await.abandoned, 0);
    shop.pass(1);
    assert_eq!(shop.sweep().await.abandoned, 1);
    assert!(matches!(shop.ledger.batch(open).await, Err(LedgerError::UnknownBatch(_))));
    assert_eq!(shop.ledger.unfinished().await.unwrap(), [house, submitted]);
}

async fn depth_is_what_waits<L: Ledger>(shop: &Shop<L>) {
    assert_eq!(shop.ledger.depth().await.unwrap(), Depth::default());
    shop.pass(1_000);
    let open = shop.opened(1, &["a", "b", "c"]).await;
    shop.pass(1_000);
    assert_eq!(shop.ledger.depth().await.unwrap().ready, 0);
    shop.submit(open).await;
    shop.pass(1_000);
    shop.submitted(2, &["d"]).await;
    let claims = shop.claim(9).await;
    let since = Some(Timestamp(3_000));
    assert_eq!(shop.ledger.depth().await.unwrap(), Depth { running: 4, oldest_running: since, ..Depth::default() });
    shop.pass(200);
    let of = |name: &str| claims.iter().find(|c| c.input.name == name).unwrap().token;
    shop.end(of("a"), failed(FaultClass::Input)).await;
    shop.end(of("d"), succeeded(&[])).await;
    shop.pass(500);
    shop.end(of("b"), Outcome::HandedBack).await;
    let depth = shop.ledger.depth().await.unwrap();
    let (oldest_ready, oldest_dead) = (Some(Timestamp(3_700)), Some(Timestamp(3_200)));
    let expected =
        Depth { ready: 1, running: 1, dead: 1, oldest_ready, oldest_running: since, oldest_dead, ..Depth::default() };
    assert_eq!(depth, expected);
    shop.submitted(3, &["e"]).await;
    assert_eq!(shop.ledger.depth().await.unwrap().oldest_ready, oldest_ready);
}
