//! Leases: renewed, run out, noticed, replaced; redrives and reboots.

use super::kit::*;
use super::shop::*;
use crate::*;
use std::time::Duration;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    a_lease_keeps_others_out(&fresh().await).await;
    a_heartbeat_renews(&fresh().await).await;
    an_expired_lease_that_nobody_noticed_is_renewed(&fresh().await).await;
    an_expired_token_counts_until_it_is_replaced(&fresh().await).await;
    a_late_fault_of_an_expired_token_does_not_count(&fresh().await).await;
    the_fifth_expiry_makes_a_dead_letter(&fresh().await).await;
    a_claim_notices_an_expiry_itself(&fresh().await).await;
    twenty_hand_backs_count_nothing(&fresh().await).await;
    a_retry_waits(&fresh().await).await;
    a_redrive_goes_on_counting(&fresh().await).await;
    a_redrive_revives_no_old_token(&fresh().await).await;
    a_reboot_ends_leases_and_pauses(&fresh().await).await;
    the_wall_clock_moves_no_lease(&fresh().await).await;
    a_certain_task_says_why_not(&fresh().await).await;
}

async fn a_lease_keeps_others_out<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    let claims = shop.claim(9).await;
    assert_eq!(claims.len(), 1, "one lease, not two");
    assert_eq!((claims[0].batch, claims[0].tenant, claims[0].detail.as_str()), (batch, TenantId(1), "detail of a"));
    assert!(shop.claim(9).await.is_empty());
    shop.pass(29_999);
    assert!(shop.claim(9).await.is_empty(), "until the last moment");
    shop.pass(1);
    assert_eq!(shop.claim_one().await, Token { attempt: 2, ..claims[0].token });
}

async fn a_heartbeat_renews<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    let (kept, left) = (shop.claim_one().await, shop.claim_one().await);
    for _ in 0..5 {
        shop.pass(20_000);
        assert_eq!(shop.ledger.renew(&[kept], LEASE).await.unwrap(), [Renewal::Renewed]);
        if let Some(claim) = shop.claim(1).await.first() {
            shop.end(claim.token, Outcome::HandedBack).await;
        }
    }
    let unknown = Token { task: TaskId(99), attempt: 1 };
    let answers = shop.ledger.renew(&[left, kept, unknown], LEASE).await.unwrap();
    assert_eq!(answers, [Renewal::Lost, Renewal::Renewed, Renewal::Lost]);
    assert_eq!(shop.end(kept, succeeded(&[])).await, Verdict::Recorded(TaskState::Succeeded));
    assert_eq!(shop.ledger.renew(&[kept], LEASE).await.unwrap(), [Renewal::Lost]);
    assert_eq!(shop.folded(batch).await.totals.succeeded, 1);
}

async fn an_expired_lease_that_nobody_noticed_is_renewed<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    shop.pass(60_000);
    assert_eq!(shop.ledger.renew(&[token], LEASE).await.unwrap(), [Renewal::Renewed]);
    assert!(shop.claim(1).await.is_empty());
    shop.pass(30_000);
    assert_eq!(shop.sweep().await.expired, 1);
    assert_eq!(shop.ledger.renew(&[token], LEASE).await.unwrap(), [Renewal::Lost]);
}

async fn an_expired_token_counts_until_it_is_replaced<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    let (late, replaced) = (shop.claim_one().await, shop.claim_one().await);
    shop.pass(30_000);
    assert_eq!(shop.sweep().await.expired, 2);
    let made = succeeded(&[output("a.jpg", "h")]);
    assert_eq!(shop.end(late, made.clone()).await, Verdict::Recorded(TaskState::Succeeded));
    assert_eq!(shop.end(late, made).await, Verdict::AlreadyYours);
    let newer = shop.claim_one().await;
    assert_eq!(newer, Token { attempt: 2, ..replaced });
    assert_eq!(shop.end(replaced, succeeded(&[])).await, Verdict::Refused(Refusal::Replaced));
    assert_eq!(shop.end(newer, succeeded(&[])).await, Verdict::Recorded(TaskState::Succeeded));
    assert_eq!(shop.folded(batch).await.state, BatchState::Closed);
    let tasks = shop.tasks(batch).await;
    assert_eq!((&tasks[0].attempts[0].fault, tasks[0].outputs.len()), (&None, 1), "it made it after all");
    assert_eq!(tasks[1].attempts[0].fault.as_ref().unwrap().class, FaultClass::Expiry, "it stays in the chain");
}

async fn a_late_fault_of_an_expired_token_does_not_count<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    shop.pass(30_000);
    shop.sweep().await;
    assert_eq!(shop.end(token, failed(FaultClass::Input)).await, Verdict::Refused(Refusal::Ended));
    assert_eq!(shop.end(token, Outcome::HandedBack).await, Verdict::Refused(Refusal::Ended));
    assert_eq!(shop.claim_one().await.attempt, 2);
}

async fn the_fifth_expiry_makes_a_dead_letter<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    for number in 1..=5 {
        assert_eq!(shop.claim_one().await.attempt, number);
        assert_eq!(
            shop.end(Token { task: TaskId(1), attempt: 9 }, succeeded(&[])).await,
            Verdict::Refused(Refusal::Unknown)
        );
        shop.pass(30_000);
        assert_eq!(shop.sweep().await.expired, 1);
    }
    assert!(shop.claim(1).await.is_empty());
    let failures = shop.ledger.failures(batch).await.unwrap();
    assert_eq!((failures.len(), failures[0].attempts, failures[0].faults.len()), (1, 5, 5));
    assert_eq!(shop.kinds(batch).await, [EventKind::Submitted, EventKind::Dead, EventKind::Closed]);
}

async fn a_claim_notices_an_expiry_itself<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    for number in 1..=5 {
        assert_eq!(shop.claim_one().await.attempt, number);
        shop.pass(30_000);
    }
    assert!(shop.claim(1).await.is_empty(), "the fifth expiry was decided in the claim's own transaction");
    assert_eq!(shop.sweep().await.expired, 0);
    assert_eq!(shop.folded(batch).await.totals.failed, 1);
}

async fn twenty_hand_backs_count_nothing<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    for number in 1..=20 {
        let token = shop.claim_one().await;
        assert_eq!(token.attempt, number);
        assert_eq!(shop.end(token, Outcome::HandedBack).await, Verdict::Recorded(TaskState::Ready));
    }
    let token = shop.claim_one().await;
    assert_eq!(shop.end(token, failed(FaultClass::Photo)).await, Verdict::Recorded(TaskState::Ready));
}

async fn a_retry_waits<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    let token = shop.claim_one().await;
    let retry_in = Duration::from_secs(10);
    let ending = Ending { retry_in, ..ending(token, failed(FaultClass::Environment)) };
    shop.ledger.record(&[ending]).await.unwrap();
    shop.pass(9_999);
    assert!(shop.claim(1).await.is_empty());
    let answer = shop.ledger.claim_task(token.task, &anything(1)).await.unwrap();
    assert_eq!(answer, ClaimAnswer::NotDue(Duration::from_millis(1)));
    shop.pass(1);
    assert_eq!(shop.claim_one().await.attempt, 2);
}

async fn a_redrive_goes_on_counting<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    for _ in 0..2 {
        let token = shop.claim_one().await;
        shop.end(token, failed(FaultClass::Input)).await;
    }
    assert_eq!(shop.folded(batch).await.state, BatchState::Closed);
    assert_eq!(shop.ledger.redrive(batch, Some(&[TaskId(2), TaskId(77)])).await.unwrap(), 1);
    assert_eq!(shop.folded(batch).await.state, BatchState::Sealed, "it lives again");
    for number in 2..=4 {
        let token = shop.claim_one().await;
        assert_eq!(token, Token { task: TaskId(2), attempt: number });
        shop.end(token, failed(FaultClass::Photo)).await;
    }
    let failures = shop.ledger.failures(batch).await.unwrap();
    assert_eq!(failures[1].faults.len(), 4, "the whole chain");
    assert_eq!(shop.folded(batch).await.state, BatchState::Closed);
    assert_eq!(shop.ledger.redrive(batch, None).await.unwrap(), 2);
    assert_eq!(shop.ledger.redrive(batch, None).await.unwrap(), 0);
    let record = shop.folded(batch).await;
    assert_eq!((record.totals.failed, record.totals.remaining), (0, 2));
}

async fn a_redrive_revives_no_old_token<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    let mut token = shop.claim_one().await;
    for _ in 1..5 {
        shop.pass(30_000);
        token = shop.claim_one().await;
    }
    shop.pass(30_000);
    shop.sweep().await;
    let path = [(token, "a.jpg".to_string())];
    assert_eq!(shop.ledger.unnamed(&path).await.unwrap(), ["a.jpg"]);
    shop.ledger.redrive(batch, None).await.unwrap();
    assert_eq!(shop.end(token, succeeded(&[output("a.jpg", "h")])).await, Verdict::Refused(Refusal::Ended));
}

async fn a_reboot_ends_leases_and_pauses<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b"]).await;
    shop.pass(1_000_000);
    let (running, paused) = (shop.claim_one().await, shop.claim_one().await);
    let retry_in = Duration::from_secs(1_000);
    shop.ledger.record(&[Ending { retry_in, ..ending(paused, Outcome::HandedBack) }]).await.unwrap();
    assert!(shop.claim(1).await.is_empty());
    shop.clock.reboot();
    let tokens: Vec<_> = shop.claim(9).await.iter().map(|c| c.token).collect();
    assert_eq!(tokens, [Token { attempt: 2, ..running }, Token { attempt: 2, ..paused }]);
}

async fn the_wall_clock_moves_no_lease<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a"]).await;
    shop.claim_one().await;
    shop.clock.set_wall(Timestamp(1 << 50));
    assert!(shop.claim(1).await.is_empty());
    shop.clock.set_wall(Timestamp(0));
    shop.pass(30_000);
    assert_eq!(shop.claim_one().await.attempt, 2);
}

async fn a_certain_task_says_why_not<L: Ledger>(shop: &Shop<L>) {
    let answer = async |task, most| shop.ledger.claim_task(TaskId(task), &anything(most)).await.unwrap();
    let open = shop.opened(1, &["a", "b"]).await;
    assert_eq!(answer(99, 1).await, ClaimAnswer::Unknown);
    assert_eq!(answer(1, 1).await, ClaimAnswer::Unknown, "not before it is submitted");
    shop.submit(open).await;
    assert_eq!(answer(1, 0).await, ClaimAnswer::Blocked, "no slot is free");
    let ClaimAnswer::Claimed(claim) = answer(2, 1).await else { panic!("it is ready") };
    assert_eq!((claim.token, claim.input), (Token { task: TaskId(2), attempt: 1 }, input("b")));
    shop.pass(10_000);
    assert_eq!(answer(2, 1).await, ClaimAnswer::Leased(Duration::from_secs(20)));
    shop.end(claim.token, succeeded(&[])).await;
    assert_eq!(answer(2, 1).await, ClaimAnswer::Terminal(TaskState::Succeeded));
    shop.put(Tenant { paused: true, ..tenant(1) }).await;
    assert_eq!(answer(1, 1).await, ClaimAnswer::Blocked);
    shop.ledger.cancel(open).await.unwrap();
    assert_eq!(answer(1, 1).await, ClaimAnswer::Terminal(TaskState::Cancelled));
    shop.ledger.fold().await.unwrap();
    assert_eq!(answer(1, 1).await, ClaimAnswer::Terminal(TaskState::Cancelled));
}
