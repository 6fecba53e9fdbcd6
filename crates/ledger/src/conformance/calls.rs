//! Tasks for which a message is sent to a queue.

use super::kit::*;
use super::shop::*;
use crate::*;
use std::time::Duration;

/// Runs these examples.
pub async fn all<L: Ledger>(fresh: &impl AsyncFn() -> Shop<L>) {
    a_ready_task_is_called_once(&fresh().await).await;
    a_tenant_has_only_so_many_calls(&fresh().await).await;
    no_more_are_called_than_may_run(&fresh().await).await;
    paused_work_is_called_when_it_goes_on(&fresh().await).await;
    a_task_that_is_ready_again_is_called_again(&fresh().await).await;
    a_call_that_nobody_heard_is_repeated(&fresh().await).await;
    calls_come_in_order(&fresh().await).await;
    what_gives_no_work_is_not_called(&fresh().await).await;
    nothing_is_called_without_its_seats(&fresh().await).await;
    a_boot_forgets_no_task(&fresh().await).await;
}

/// Numbers of the tasks that are called now, at most so many of each tenant.
async fn called<L: Ledger>(shop: &Shop<L>, per_tenant: usize) -> Vec<i64> {
    shop.ledger.take_calls(per_tenant, 1_000).await.unwrap().into_iter().map(|call| call.task.0).collect()
}

/// A worker has heard the call of this task.
async fn begin<L: Ledger>(shop: &Shop<L>, task: i64) -> Token {
    match shop.ledger.claim_task(TaskId(task), &anything(1)).await.unwrap() {
        ClaimAnswer::Claimed(claim) => claim.token,
        other => panic!("{other:?}"),
    }
}

const MANY: usize = 100;

async fn a_ready_task_is_called_once<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(2, &["a", "b"]).await;
    let calls = shop.ledger.take_calls(MANY, 1_000).await.unwrap();
    let expected = [1, 2].map(|task| Call { tenant: TenantId(2), batch, task: TaskId(task) });
    assert_eq!(calls, expected);
    assert!(called(shop, MANY).await.is_empty());
    let token = begin(shop, 1).await;
    assert!(called(shop, MANY).await.is_empty(), "it runs");
    shop.end(token, succeeded(&[])).await;
    assert!(called(shop, MANY).await.is_empty(), "it has its outcome");
}

async fn a_tenant_has_only_so_many_calls<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b", "c", "d"]).await;
    shop.submitted(2, &["e", "f", "g"]).await;
    let mut first = called(shop, 2).await;
    first.sort();
    assert_eq!(first, [1, 2, 5, 6]);
    let token = begin(shop, 1).await;
    assert!(called(shop, 2).await.is_empty(), "what runs counts");
    shop.end(token, failed(FaultClass::Input)).await;
    assert_eq!(called(shop, 2).await, [3]);
    assert_eq!(shop.ledger.take_calls(MANY, 1).await.unwrap().len(), 1, "never more than asked for");
    let mut rest = called(shop, MANY).await;
    rest.sort();
    assert_eq!(rest.len(), 1, "{rest:?}");
}

async fn no_more_are_called_than_may_run<L: Ledger>(shop: &Shop<L>) {
    shop.put(Tenant { running_cap: 2, ..tenant(1) }).await;
    shop.submitted(1, &["a", "b", "c", "d"]).await;
    assert_eq!(called(shop, MANY).await, [1, 2]);
    let token = begin(shop, 2).await;
    assert!(called(shop, MANY).await.is_empty());
    shop.end(token, succeeded(&[])).await;
    assert_eq!(called(shop, MANY).await, [3]);
    shop.put(tenant(1)).await;
    assert_eq!(called(shop, MANY).await, [4]);
}

async fn paused_work_is_called_when_it_goes_on<L: Ledger>(shop: &Shop<L>) {
    shop.put(Tenant { paused: true, ..tenant(1) }).await;
    shop.submitted(1, &["a"]).await;
    assert!(called(shop, MANY).await.is_empty());
    shop.put(tenant(1)).await;
    shop.ledger.pause_queue(true).await.unwrap();
    assert!(called(shop, MANY).await.is_empty());
    shop.ledger.pause_queue(false).await.unwrap();
    assert_eq!(called(shop, MANY).await, [1]);
}

async fn a_task_that_is_ready_again_is_called_again<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a"]).await;
    assert_eq!(called(shop, MANY).await, [1]);
    let token = begin(shop, 1).await;
    shop.end(token, Outcome::HandedBack).await;
    assert_eq!(called(shop, MANY).await, [1], "handed back");
    let token = begin(shop, 1).await;
    let retry_in = Duration::from_secs(9);
    shop.ledger.record(&[Ending { retry_in, ..ending(token, failed(FaultClass::Photo)) }]).await.unwrap();
    shop.pass(8_999);
    assert!(called(shop, MANY).await.is_empty());
    shop.pass(1);
    assert_eq!(called(shop, MANY).await, [1], "a retry that is due");
    begin(shop, 1).await;
    shop.pass(30_000);
    assert_eq!(called(shop, MANY).await, [1], "its lease ran out, which is noticed here");
    let token = begin(shop, 1).await;
    shop.end(token, failed(FaultClass::Input)).await;
    shop.folded(batch).await;
    shop.ledger.redrive(batch, None).await.unwrap();
    assert_eq!(called(shop, MANY).await, [1], "redriven");
}

async fn a_call_that_nobody_heard_is_repeated<L: Ledger>(shop: &Shop<L>) {
    shop.submitted(1, &["a", "b", "c"]).await;
    assert_eq!(called(shop, 2).await, [1, 2]);
    let token = begin(shop, 1).await;
    shop.pass(20_000);
    shop.ledger.renew(&[token], LEASE * 9).await.unwrap();
    shop.pass(39_999);
    assert!(called(shop, 2).await.is_empty());
    shop.pass(1);
    assert_eq!(called(shop, 2).await, [2], "the other one was heard");
    shop.pass(59_999);
    assert!(called(shop, 2).await.is_empty());
    shop.pass(1);
    assert_eq!(called(shop, 2).await, [2]);
}

async fn calls_come_in_order<L: Ledger>(shop: &Shop<L>) {
    let batch = shop.submitted(1, &["a", "b"]).await;
    let token = begin(shop, 1).await;
    shop.end(token, Outcome::HandedBack).await;
    let new = NewBatch { tenant: TenantId(1), priority: 5, ..NewBatch::local("web") };
    let urgent = shop.opened_as(new, &["c"]).await;
    shop.submit(urgent).await;
    assert!(urgent > batch);
    assert_eq!(called(shop, MANY).await, [3, 2, 1], "priority, then first tries");
}

async fn what_gives_no_work_is_not_called<L: Ledger>(shop: &Shop<L>) {
    let open = shop.opened(1, &["a"]).await;
    batch_of(&shop.ledger, &["of the house"]).await;
    let gone = shop.submitted(1, &["b"]).await;
    shop.ledger.cancel(gone).await.unwrap();
    assert!(called(shop, MANY).await.is_empty());
    shop.submit(open).await;
    assert_eq!(called(shop, MANY).await, [1]);
}

async fn nothing_is_called_without_its_seats<L: Ledger>(shop: &Shop<L>) {
    shop.ledger.set_seats(&[("denoise".into(), 1)].into()).await.unwrap();
    shop.seated(1, &["a"], &[("denoise", 1)]).await;
    assert_eq!(called(shop, MANY).await, [1]);
    let token = begin(shop, 1).await;
    shop.seated(1, &["b"], &[("denoise", 1)]).await;
    shop.submitted(1, &["c"]).await;
    assert_eq!(called(shop, MANY).await, [3]);
    shop.end(token, succeeded(&[])).await;
    assert_eq!(called(shop, MANY).await, [2]);
}

async fn a_boot_forgets_no_task<L: Ledger>(shop: &Shop<L>) {
    shop.pass(100_000);
    shop.submitted(1, &["a"]).await;
    assert_eq!(called(shop, MANY).await, [1]);
    shop.clock.reboot();
    assert_eq!(called(shop, MANY).await, [1]);
}
