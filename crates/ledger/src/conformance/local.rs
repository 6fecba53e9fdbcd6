//! A run on this machine: one batch of the house, no leases.

use super::kit::*;
use crate::*;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> L) {
    a_batch_from_open_to_closed(&fresh().await).await;
    tasks_are_numbered_and_claimed_in_order(&fresh().await).await;
    retries_come_after_first_tries(&fresh().await).await;
    a_photo_gets_three_tries(&fresh().await).await;
    an_input_fault_is_final(&fresh().await).await;
    environment_and_hand_back_count_nothing(&fresh().await).await;
    an_ending_counts_once(&fresh().await).await;
    a_replaced_token_is_refused(&fresh().await).await;
    an_ended_batch_takes_nothing(&fresh().await).await;
    an_unknown_batch_is_an_error(&fresh().await).await;
    the_newest_output_at_a_path_is_the_one(&fresh().await).await;
    names_survive(&fresh().await).await;
}

async fn a_batch_from_open_to_closed<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a", "b"]).await;
    ledger.add(batch, &[NewTask { skip: true, ..new("c") }]).await.unwrap();
    assert_eq!(ledger.unfinished().await.unwrap(), [batch]);
    let totals = ledger.totals(batch).await.unwrap();
    assert_eq!(totals, Totals { found: 3, skipped: 1, remaining: 2, ..Totals::default() });
    let claims = ledger.claim(&of(batch, 9)).await.unwrap();
    assert_eq!(ledger.totals(batch).await.unwrap().running, 2);
    ledger.seal(batch).await.unwrap();
    let endings: Vec<_> = claims.iter().map(|c| ending(c.token, succeeded(&[output(&c.input.name, "h")]))).collect();
    assert_eq!(ledger.record(&endings).await.unwrap(), [Verdict::Recorded(TaskState::Succeeded); 2]);
    let totals = ledger.totals(batch).await.unwrap();
    assert_eq!(totals, Totals { found: 3, succeeded: 2, skipped: 1, ..Totals::default() });
    assert_eq!(ledger.close(batch).await.unwrap(), BatchState::Closed);
    assert_eq!(ledger.close(batch).await.unwrap(), BatchState::Closed, "closing twice changes nothing");
    assert!(ledger.unfinished().await.unwrap().is_empty());
}

async fn tasks_are_numbered_and_claimed_in_order<L: Ledger>(ledger: &L) {
    let one = batch_of(ledger, &["a"]).await;
    let other = ledger.open_batch(&NewBatch::local("shop")).await.unwrap();
    let numbers = ledger.add(other, &[new("z"), new("y"), new("x")]).await.unwrap();
    assert_eq!(numbers, [TaskId(2), TaskId(3), TaskId(4)]);
    let claims = ledger.claim(&of(other, 2)).await.unwrap();
    let names: Vec<_> = claims.iter().map(|c| c.input.name.as_str()).collect();
    assert_eq!(names, ["z", "y"], "in the order of adding, and of this batch alone");
    assert_eq!(claims[0].token, Token { task: TaskId(2), attempt: 1 });
    assert!(ledger.claim(&of(one, 0)).await.unwrap().is_empty());
    assert!(ledger.add(other, &[]).await.unwrap().is_empty());
}

async fn retries_come_after_first_tries<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a", "b"]).await;
    let first = claim(ledger, batch).await;
    end(ledger, first, Outcome::Failed(fault(FaultClass::Photo))).await;
    let claims = ledger.claim(&of(batch, 2)).await.unwrap();
    let names: Vec<_> = claims.iter().map(|c| (c.input.name.as_str(), c.token.attempt)).collect();
    assert_eq!(names, [("b", 1), ("a", 2)]);
}

async fn a_photo_gets_three_tries<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a"]).await;
    for (number, after) in [(1, TaskState::Ready), (2, TaskState::Ready), (3, TaskState::Failed)] {
        let token = claim(ledger, batch).await;
        assert_eq!(token.attempt, number);
        let verdict = end(ledger, token, Outcome::Failed(fault(FaultClass::Photo))).await;
        assert_eq!(verdict, Verdict::Recorded(after));
    }
    assert!(ledger.claim(&of(batch, 1)).await.unwrap().is_empty());
    let failures = ledger.failures(batch).await.unwrap();
    let faults = vec![fault(FaultClass::Photo); 3];
    assert_eq!(failures, [Failure { task: TaskId(1), input: input("a"), attempts: 3, faults }]);
}

async fn an_input_fault_is_final<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a", "b"]).await;
    let token = claim(ledger, batch).await;
    let verdict = end(ledger, token, Outcome::Failed(fault(FaultClass::Input))).await;
    assert_eq!(verdict, Verdict::Recorded(TaskState::Failed));
    let totals = ledger.totals(batch).await.unwrap();
    assert_eq!(totals, Totals { found: 2, failed: 1, remaining: 1, ..Totals::default() });
    ledger.seal(batch).await.unwrap();
    assert_eq!(ledger.close(batch).await.unwrap(), BatchState::Stopped);
}

async fn environment_and_hand_back_count_nothing<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a"]).await;
    for number in 1..=25 {
        let token = claim(ledger, batch).await;
        assert_eq!(token.attempt, number, "the numbers grow all the same");
        let outcome =
            if number % 2 == 0 { Outcome::HandedBack } else { Outcome::Failed(fault(FaultClass::Environment)) };
        assert_eq!(end(ledger, token, outcome).await, Verdict::Recorded(TaskState::Ready));
    }
    let token = claim(ledger, batch).await;
    let verdict = end(ledger, token, Outcome::Failed(fault(FaultClass::Photo))).await;
    assert_eq!(verdict, Verdict::Recorded(TaskState::Ready), "the first photo fault");
}

async fn an_ending_counts_once<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a"]).await;
    let token = claim(ledger, batch).await;
    let done = succeeded(&[output("a.jpg", "h")]);
    assert_eq!(end(ledger, token, done.clone()).await, Verdict::Recorded(TaskState::Succeeded));
    assert_eq!(end(ledger, token, done).await, Verdict::AlreadyYours);
    let other = end(ledger, token, Outcome::Failed(fault(FaultClass::Photo))).await;
    assert_eq!(other, Verdict::Refused(Refusal::Ended));
    assert_eq!(ledger.written(&["a".into()]).await.unwrap().len(), 1);
    assert_eq!(ledger.totals(batch).await.unwrap().succeeded, 1);
}

async fn a_replaced_token_is_refused<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a"]).await;
    let old = claim(ledger, batch).await;
    end(ledger, old, Outcome::Failed(fault(FaultClass::Environment))).await;
    let newer = claim(ledger, batch).await;
    let late = end(ledger, old, succeeded(&[output("a.jpg", "old")])).await;
    assert_eq!(late, Verdict::Refused(Refusal::Replaced));
    let made = end(ledger, newer, succeeded(&[output("a.jpg", "new")])).await;
    assert_eq!(made, Verdict::Recorded(TaskState::Succeeded));
    let unknown = Token { task: newer.task, attempt: newer.attempt + 1 };
    assert_eq!(end(ledger, unknown, Outcome::HandedBack).await, Verdict::Refused(Refusal::Unknown));
    let unknown = Token { task: TaskId(i64::MIN), attempt: 0 };
    assert_eq!(end(ledger, unknown, Outcome::HandedBack).await, Verdict::Refused(Refusal::Unknown));
}

async fn an_ended_batch_takes_nothing<L: Ledger>(ledger: &L) {
    let batch = batch_of(ledger, &["a", "b"]).await;
    let token = claim(ledger, batch).await;
    ledger.seal(batch).await.unwrap();
    let sealed = ledger.add(batch, &[new("c")]).await;
    assert!(matches!(sealed, Err(LedgerError::NotOpen { state: BatchState::Sealed, .. })));
    assert_eq!(ledger.close(batch).await.unwrap(), BatchState::Stopped);
    assert_eq!(end(ledger, token, succeeded(&[])).await, Verdict::Refused(Refusal::BatchEnded));
    assert!(ledger.claim(&of(batch, 9)).await.unwrap().is_empty());
    let totals = ledger.totals(batch).await.unwrap();
    assert_eq!(totals, Totals { found: 2, remaining: 2, ..Totals::default() }, "what ran is lost, and remains to do");
}

async fn an_unknown_batch_is_an_error<L: Ledger>(ledger: &L) {
    let nobody = BatchId(7);
    assert!(matches!(ledger.add(nobody, &[]).await, Err(LedgerError::UnknownBatch(b)) if b == nobody));
    assert!(matches!(ledger.claim(&of(nobody, 1)).await, Err(LedgerError::UnknownBatch(_))));
    assert!(matches!(ledger.seal(nobody).await, Err(LedgerError::UnknownBatch(_))));
    assert!(matches!(ledger.close(nobody).await, Err(LedgerError::UnknownBatch(_))));
    assert!(matches!(ledger.totals(nobody).await, Err(LedgerError::UnknownBatch(_))));
    assert!(matches!(ledger.failures(BatchId(i64::MIN)).await, Err(LedgerError::UnknownBatch(_))));
}

async fn the_newest_output_at_a_path_is_the_one<L: Ledger>(ledger: &L) {
    let mut changed = input("a");
    changed.modified_ns += 1;
    for (input, hash) in [(input("a"), "one"), (changed.clone(), "two")] {
        let batch = batch_of(ledger, &[]).await;
        ledger.add(batch, &[NewTask { input, ..new("") }]).await.unwrap();
        let token = claim(ledger, batch).await;
        end(ledger, token, succeeded(&[output("a.jpg", hash), output(hash, hash)])).await;
    }
    let written = ledger.written(&["a".into(), "b".into()]).await.unwrap();
    let expected = [
        (input("a"), output("one", "one")),
        (changed.clone(), output("a.jpg", "two")),
        (changed, output("two", "two")),
    ];
    assert_eq!(written, expected.map(|(input, output)| Written { input, output }));
    assert!(ledger.written(&["b".into()]).await.unwrap().is_empty());
}

async fn names_survive<L: Ledger>(ledger: &L) {
    let names = ["사진/결혼식 'ㄱ'.NEF", "quote\"back\\slash\n", "null", "12", "{\"a\":1}"];
    let batch = batch_of(ledger, &names).await;
    let claims = ledger.claim(&of(batch, 9)).await.unwrap();
    let found: Vec<_> = claims.iter().map(|c| c.input.clone()).collect();
    assert_eq!(found, names.map(input));
    let mut hashed = input("h");
    hashed.hash = Some("00ff".into());
    ledger.add(batch, &[NewTask { input: hashed.clone(), ..new("") }]).await.unwrap();
    assert_eq!(ledger.claim(&of(batch, 1)).await.unwrap()[0].input, hashed);
}
