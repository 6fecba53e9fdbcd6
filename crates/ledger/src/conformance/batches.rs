//! Batches of the service: submitted once, folded, cancelled, redriven, forgotten.

use super::kit::*;
use super::shop::*;
use crate::*;
use std::time::Duration;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    nothing_is_claimed_before_it_is_submitted(&fresh().await).await;
    a_name_stands_for_one_submission(&fresh().await).await;
    a_batch_closes_when_it_is_folded(&fresh().await).await;
    a_batch_with_nothing_to_do_closes(&fresh().await).await;
    a_batch_is_cancelled_when_nothing_runs(&fresh().await).await;
    a_cancelled_batch_waits_for_lost_workers(&fresh().await).await;
    long_lists_are_cancelled_and_redriven(&fresh().await).await;
    a_batch_is_forgotten_and_its_bills_stay(&fresh().await).await;
    tokens_are_never_given_again(&fresh().await).await;
    usage_is_one_row_a_task(&fresh().await).await;
    outputs_that_nobody_can_name(&fresh().await).await;
    the_house_and_tenants_do_not_mix(&fresh().await).await;
    lists_come_in_pages(&fresh().await).await;
}

async fn nothing_is_claimed_before_it_is_submitted<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.opened(1, &["a"]).await;
    assert!(shop.claim(9).await.is_empty());
    assert!(shop.ledger.claim(&of(batch, 9)).await.unwrap().is_empty());
    shop.ledger.seal(batch).await.unwrap();
    assert_eq!(shop.ledger.batch(batch).await.unwrap().state, BatchState::Open, "a seal is for the house");
    shop.ledger.add(batch, &[new("b")]).await.unwrap();
    shop.submit(batch).await;
    let again = shop.ledger.submit(batch, None, LEASE).await;
    assert!(matches!(again, Err(LedgerError::NotOpen { state: BatchState::Sealed, .. })));
    assert!(matches!(shop.ledger.add(batch, &[new("c")]).await, Err(LedgerError::NotOpen { .. })));
    assert_eq!(shop.ledger.claim(&of(batch, 9)).await.unwrap().len(), 2);
}

async fn a_name_stands_for_one_submission<L: Ledger>(shop: &Shop<L>) {
    let once = |key: &str, body: &str| Once { key: key.into(), fingerprint: body.into() };
    let submit = async |batch, once: &Once| shop.ledger.submit(batch, Some(once), Duration::from_secs(100)).await;
    let first = shop.opened(1, &["a"]).await;
    assert_eq!(shop.ledger.submitted(TenantId(1), &once("k", "x")).await.unwrap(), None);
    assert_eq!(submit(first, &once("k", "x")).await.unwrap(), Submitted::Accepted);
    assert_eq!(submit(first, &once("k", "x")).await.unwrap(), Submitted::Accepted, "a reply got lost");
    for (body, answer) in [("x", Submitted::Repeated(first)), ("y", Submitted::OtherBody)] {
        let again = shop.opened(1, &["a"]).await;
        assert_eq!(submit(again, &once("k", body)).await.unwrap(), answer);
        assert!(matches!(shop.ledger.batch(again).await, Err(LedgerError::UnknownBatch(_))), "the new one is gone");
        assert_eq!(shop.ledger.submitted(TenantId(1), &once("k", body)).await.unwrap(), Some(answer));
    }
    let other = shop.opened(2, &["a"]).await;
    assert_eq!(submit(other, &once("k", "y")).await.unwrap(), Submitted::Accepted, "each tenant has its own names");
    assert_eq!(shop.ledger.tenants().await.unwrap()[0].queued, 1);
    shop.pass(100_000);
    let later = shop.opened(1, &["a"]).await;
    assert_eq!(submit(later, &once("k", "y")).await.unwrap(), Submitted::Accepted, "its time is over");
    assert_eq!(shop.sweep().await.names, 1);
}

async fn a_batch_closes_when_it_is_folded<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    shop.folded(batch).await;
    let claims = shop.claim(2).await;
    shop.pass(5_000);
    shop.end(claims[0].token, succeeded(&[])).await;
    shop.end(claims[1].token, failed(FaultClass::Input)).await;
    let before = shop.ledger.batch(batch).await.unwrap();
    assert_eq!((before.state, before.last_event), (BatchState::Sealed, 1), "completions only append");
    assert_eq!(shop.ledger.events(batch, 1, 9).await.unwrap(), []);
    let folded = shop.ledger.fold().await.unwrap();
    assert_eq!(folded, [Folded { batch, last_event: 4, state: BatchState::Closed }]);
    assert_eq!(shop.ledger.fold().await.unwrap(), []);
    let kinds = [EventKind::Submitted, EventKind::Succeeded, EventKind::Dead, EventKind::Closed];
    assert_eq!(shop.kinds(batch).await, kinds);
    let event = &shop.ledger.events(batch, 2, 1).await.unwrap()[0];
    let (task, at) = (Some(claims[1].token.task), Timestamp(5_000));
    assert_eq!(*event, Event { number: 3, tenant: TenantId(1), batch, task, kind: EventKind::Dead, at });
    let after = shop.ledger.batch(batch).await.unwrap();
    assert_eq!(after.totals, Totals { found: 2, succeeded: 1, failed: 1, ..Totals::default() });
    assert_eq!((after.opened, after.ended), (Timestamp(0), Some(Timestamp(5_000))));
}

async fn a_batch_with_nothing_to_do_closes<L: Ledger>(shop: &Shop<L>) {
    let empty = shop.submitted(1, &[]).await;
    let skipped = shop.opened(1, &[]).await;
    shop.ledger.add(skipped, &[NewTask { skip: true, ..new("a") }]).await.unwrap();
    shop.submit(skipped).await;
    for batch in [empty, skipped] {
        assert_eq!(shop.kinds(batch).await, [EventKind::Submitted, EventKind::Closed]);
    }
    assert_eq!(shop.ledger.batch(skipped).await.unwrap().totals.skipped, 1);
}

async fn a_batch_is_cancelled_when_nothing_runs<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b", "c", "d", "e"]).await;
    let claims = shop.claim(4).await;
    shop.end(claims[0].token, succeeded(&[])).await;
    assert_eq!(shop.ledger.cancel(batch).await.unwrap(), BatchState::Cancelling);
    assert_eq!(shop.ledger.cancel(batch).await.unwrap(), BatchState::Cancelling);
    assert!(shop.claim(9).await.is_empty());
    let [_, b, c, d] = [0, 1, 2, 3].map(|at: usize| claims[at].token);
    assert_eq!(shop.ledger.renew(&[b], LEASE).await.unwrap(), [Renewal::Cancelled]);
    assert_eq!(shop.end(b, succeeded(&[])).await, Verdict::Refused(Refusal::BatchEnded));
    assert_eq!(shop.folded(batch).await.state, BatchState::Cancelling, "some of it runs");
    assert_eq!(shop.end(b, Outcome::HandedBack).await, Verdict::Recorded(TaskState::Cancelled));
    assert_eq!(shop.end(b, Outcome::HandedBack).await, Verdict::AlreadyYours);
    assert_eq!(shop.end(c, failed(FaultClass::Photo)).await, Verdict::Recorded(TaskState::Cancelled));
    assert_eq!(shop.folded(batch).await.state, BatchState::Cancelling);
    assert_eq!(shop.ledger.redrive(batch, None).await.unwrap(), 0);
    shop.end(d, Outcome::HandedBack).await;
    let record = shop.folded(batch).await;
    assert_eq!(record.state, BatchState::Cancelled);
    assert_eq!(record.totals, Totals { found: 5, succeeded: 1, cancelled: 4, ..Totals::default() });
    assert_eq!(shop.kinds(batch).await.last(), Some(&EventKind::Cancelled));
    let standing = &shop.ledger.tenants().await.unwrap()[0];
    assert_eq!((standing.queued, standing.running), (0, 0));
    assert_eq!(shop.ledger.renew(&[d], LEASE).await.unwrap(), [Renewal::Lost]);
}

async fn a_cancelled_batch_waits_for_lost_workers<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    shop.ledger.cancel(batch).await.unwrap();
    assert_eq!(shop.folded(batch).await.state, BatchState::Cancelling);
    shop.pass(30_000);
    shop.sweep().await;
    assert_eq!(shop.folded(batch).await.state, BatchState::Cancelled);
    assert_eq!(shop.end(token, succeeded(&[])).await, Verdict::Refused(Refusal::BatchEnded));
}

async fn long_lists_are_cancelled_and_redriven<L: Ledger>(shop: &Shop<L>) {
    let names: Vec<_> = (0..1_203).map(|n| n.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let batch = shop.submitted(1, &names).await;
    let claims = shop.claim(1_203).await;
    let endings: Vec<_> = claims.iter().map(|c| ending(c.token, failed(FaultClass::Input))).collect();
    shop.ledger.record(&endings).await.unwrap();
    assert_eq!(shop.folded(batch).await.state, BatchState::Closed);
    assert_eq!(shop.ledger.redrive(batch, None).await.unwrap(), 1_203);
    assert_eq!(shop.folded(batch).await.state, BatchState::Sealed);
    shop.ledger.cancel(batch).await.unwrap();
    let record = shop.folded(batch).await;
    assert_eq!((record.state, record.totals.cancelled), (BatchState::Cancelled, 1_203));
    assert_eq!(shop.kinds(batch).await.len(), 3 * 1_203 + 4);
    assert_eq!(shop.usage(1).await.len(), 1_203);
    assert!(shop.ledger.forget(batch).await.unwrap().is_empty());
    assert!(matches!(shop.ledger.totals(batch).await, Err(LedgerError::UnknownBatch(_))));
}

async fn a_batch_is_forgotten_and_its_bills_stay<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    assert!(matches!(shop.ledger.forget(batch).await, Err(LedgerError::NotOver { .. })));
    shop.end(token, succeeded(&[output("a.jpg", "h"), output("b.jpg", "h")])).await;
    shop.folded(batch).await;
    assert_eq!(shop.ledger.forget(batch).await.unwrap(), ["a.jpg", "b.jpg"]);
    assert!(matches!(shop.ledger.batch(batch).await, Err(LedgerError::UnknownBatch(_))));
    assert!(matches!(shop.ledger.forget(batch).await, Err(LedgerError::UnknownBatch(_))));
    assert_eq!(shop.end(token, succeeded(&[])).await, Verdict::Refused(Refusal::Unknown));
    assert_eq!(shop.ledger.claim_task(token.task, &anything(1)).await.unwrap(), ClaimAnswer::Unknown);
    assert_eq!(shop.usage(1).await.len(), 1);
    let open = shop.opened(1, &["a"]).await;
    assert!(matches!(shop.ledger.forget(open).await, Err(LedgerError::NotOver { .. })));
    shop.pass(3_600_000);
    assert!(shop.ledger.forget(open).await.unwrap().is_empty(), "abandoned");
}

async fn tokens_are_never_given_again<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    shop.end(token, succeeded(&[])).await;
    shop.folded(batch).await;
    shop.ledger.forget(batch).await.unwrap();
    let next = shop.submitted(1, &["b"]).await;
    assert_ne!(next, batch);
    assert_ne!(shop.claim_one().await, token);
}

async fn usage_is_one_row_a_task<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    let claims = shop.claim(2).await;
    shop.end(claims[0].token, failed(FaultClass::Photo)).await;
    assert!(shop.usage(1).await.is_empty(), "no outcome yet");
    shop.end(claims[1].token, failed(FaultClass::Input)).await;
    let dead = shop.usage(1).await;
    assert_eq!((dead.len(), dead[0].task, dead[0].state), (1, claims[1].token.task, TaskState::Failed));
    shop.ledger.redrive(batch, None).await.unwrap();
    assert!(shop.usage(1).await.is_empty());
    for claim in shop.claim(2).await {
        shop.end(claim.token, succeeded(&[])).await;
    }
    let rows = shop.usage(1).await;
    assert!(rows.iter().all(|row| row.id > dead[0].id), "whoever read on to the last row misses none");
    let billed = Usage { stages_s: Vec::new(), ..usage() };
    assert_eq!((rows.len(), rows[0].batch, &rows[0].usage), (2, batch, &billed));
    let attempts = shop.tasks(batch).await.into_iter().map(|mut task| task.attempts.pop().unwrap());
    assert!(attempts.into_iter().all(|a| a.usage == Some(usage())), "the stages stay with the attempt");
    assert!(shop.usage(2).await.is_empty());
}

async fn outputs_that_nobody_can_name<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b"]).await;
    let old = shop.claim_one().await;
    let path = |token: Token| (token, token.to_string());
    assert!(shop.ledger.unnamed(&[path(old)]).await.unwrap().is_empty(), "it runs");
    shop.pass(30_000);
    shop.sweep().await;
    assert!(shop.ledger.unnamed(&[path(old)]).await.unwrap().is_empty(), "nobody replaced it");
    let claims = shop.claim(2).await;
    let newer = claims.iter().map(|c| c.token).find(|t| t.task == old.task).unwrap();
    assert_eq!(shop.ledger.unnamed(&[path(old), path(newer)]).await.unwrap(), [old.to_string()]);
    shop.end(newer, succeeded(&[output(&newer.to_string(), "h")])).await;
    let (left, unknown) = ((newer, "left over".to_string()), path(Token { task: TaskId(99), attempt: 1 }));
    let unnamed = shop.ledger.unnamed(&[path(newer), left, unknown]).await.unwrap();
    assert_eq!(unnamed, ["left over", "99.1"]);
}

async fn the_house_and_tenants_do_not_mix<L: Ledger>(shop: &Shop<L>) {
    let house = batch_of(&shop.ledger, &["a"]).await;
    let theirs = shop.submitted(1, &["b"]).await;
    assert_eq!(shop.claim(9).await.iter().map(|c| c.batch).collect::<Vec<_>>(), [theirs]);
    assert_eq!(shop.ledger.close(theirs).await.unwrap(), BatchState::Sealed, "closing is for the house");
    assert_eq!(shop.ledger.cancel(house).await.unwrap(), BatchState::Open);
    assert_eq!(shop.ledger.redrive(house, None).await.unwrap(), 0);
    assert!(matches!(shop.ledger.submit(house, None, LEASE).await, Err(LedgerError::UnknownTenant(_))));
    let stranger = NewBatch { tenant: TenantId(77), ..NewBatch::local("web") };
    assert!(matches!(shop.ledger.open_batch(&stranger).await, Err(LedgerError::UnknownTenant(TenantId(77)))));
    let token = claim(&shop.ledger, house).await;
    shop.end(token, succeeded(&[])).await;
    assert_eq!(shop.ledger.batch(house).await.unwrap().totals.succeeded, 1, "counted, for nobody folds it");
    shop.ledger.fold().await.unwrap();
    assert!(shop.ledger.events(house, 0, 9).await.unwrap().is_empty());
    assert!(
        shop.ledger
            .to_ring(9)
            .await
            .unwrap()
            .iter()
            .all(|r| matches!(r, Ring::Dispatch { batch, .. } if *batch == theirs))
    );
}

async fn lists_come_in_pages<L: Ledger>(shop: &Shop<L>) {
    let mut batches = Vec::new();
    for name in ["a", "b", "c"] {
        batches.push(shop.submitted(1, &[name, "x"]).await);
    }
    shop.opened(1, &["open"]).await;
    shop.submitted(2, &["other"]).await;
    let page = |after, most| Page { after, most };
    let ids = async |page| {
        let found = shop.ledger.batches(TenantId(1), page).await.unwrap();
        found.iter().map(|b| b.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(page(None, 2)).await, [batches[2], batches[1]], "newest first");
    assert_eq!(ids(page(Some(batches[1].0), 2)).await, [batches[0]]);
    let token = shop.ledger.claim(&of(batches[1], 1)).await.unwrap()[0].token;
    shop.end(token, failed(FaultClass::Input)).await;
    let tasks = async |state, page| {
        let found = shop.ledger.tasks(batches[1], state, page).await.unwrap();
        found.iter().map(|t| (t.id.0, t.state, t.attempts.len())).collect::<Vec<_>>()
    };
    let (dead, ready) = ((3, TaskState::Failed, 1), (4, TaskState::Ready, 0));
    assert_eq!(tasks(None, page(None, 9)).await, [dead, ready]);
    assert_eq!(tasks(None, page(Some(3), 9)).await, [ready]);
    assert_eq!(tasks(None, page(None, 1)).await, [dead]);
    assert_eq!(tasks(Some(TaskState::Failed), page(None, 9)).await, [dead]);
}
