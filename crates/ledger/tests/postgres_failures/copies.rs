//! A copy takes over.

use crate::hosts::both;
use crate::mill::{DATABASE, LEASE, Mill, lost, new_server};
use ledger::conformance::{kit, shop};
use ledger::*;
use servers::{Cable, Postgres as Server};
use std::sync::Arc;
use std::time::Duration;

/// A server with a copy that has whatever it says is committed.
fn with_a_copy() -> (Arc<Server>, Server) {
    let first = new_server();
    let copy = first.standby("copy");
    first.commit_with("copy");
    (first, copy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_synchronous_copy_takes_over_and_nothing_is_lost() {
    let (first, copy) = with_a_copy();
    let mill = Mill::start_at(Arc::clone(&first), None, &[both(first.port(), copy.port(), DATABASE)], false).await;
    mill.some_more(120).await;
    first.kill();
    copy.promote();
    assert_eq!(lost(&copy, &mill.told()), 0);
    mill.end_at(&copy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_server_that_comes_back_fenced_is_passed_over() {
    let (first, copy) = with_a_copy();
    let options = both(first.port(), copy.port(), DATABASE);
    let mill = Mill::start_at(Arc::clone(&first), None, std::slice::from_ref(&options), false).await;
    mill.some_more(60).await;
    first.kill();
    copy.promote();
    first.fence();
    first.revive();
    // Who starts now finds it first.
    let ledger = Postgres::open(options).await.unwrap();
    ledger.put_tenant(&Tenant { name: "late".into(), ..shop::tenant(9) }).await.unwrap();
    let late = "SELECT count(*) FROM tenant WHERE name = 'late'";
    assert_eq!([copy.sql(DATABASE, late), first.sql(DATABASE, late)], ["1", "0"]);
    mill.end_at(&copy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_its_copy_nobody_is_told_anything() {
    let (first, copy) = with_a_copy();
    let options = PostgresOptions {
        acquire_timeout: Duration::from_secs(1),
        statement_timeout: Duration::from_secs(1),
        ..PostgresOptions::new(first.url(DATABASE))
    };
    let mill = Mill::start_at(Arc::clone(&first), None, &[options], false).await;
    mill.some_more(60).await;
    copy.kill();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = mill.told();
    tokio::time::sleep(LEASE).await;
    assert_eq!(mill.told(), told);
    copy.revive();
    mill.end().await;
}

/// What a server has done since its copy was cut off from it is lost. That is told here; the rest goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_an_asynchronous_copy_lacks_is_done_again() {
    let first = new_server();
    let cable = Cable::to(first.address());
    let copy = first.standby_through(cable.address(), "copy");
    let options = both(first.port(), copy.port(), DATABASE);
    let mill = Mill::start_at(Arc::clone(&first), None, std::slice::from_ref(&options), false).await;
    mill.some_more(60).await;
    cable.pull();
    let ledger = Postgres::open(options).await.unwrap();
    let tenant = ledger.put_tenant(&Tenant { name: "late".into(), ..shop::tenant(9) }).await.unwrap();
    let first_batch = submit(&ledger, tenant).await;
    mill.some_more(120).await;
    first.kill();
    cable.cut();
    copy.promote();
    let told = mill.told();
    println!("{} of {} outcomes and one batch are lost with the first server", lost(&copy, &told), told.len());
    mill.end_with_losses(&copy).await;
    // The customer asks again under the same name; the number may be that of what was lost.
    let tenant = ledger.put_tenant(&Tenant { name: "late".into(), ..shop::tenant(9) }).await.unwrap();
    assert_eq!(ledger.submitted(tenant, &once()).await.unwrap(), None, "{first_batch} is not known any more");
    let again = submit(&ledger, tenant).await;
    assert_eq!(ledger.submitted(tenant, &once()).await.unwrap(), Some(Submitted::Repeated(again)));
    let claim = ledger.claim(&shop::anything(1)).await.unwrap().remove(0);
    let ending = kit::ending(claim.token, kit::succeeded(&[kit::output("late.jpg", "h")]));
    assert_eq!(ledger.record(&[ending]).await.unwrap(), [Verdict::Recorded(TaskState::Succeeded)]);
}

fn once() -> Once {
    Once { key: "late".into(), fingerprint: "the same".into() }
}

async fn submit(ledger: &Postgres, tenant: TenantId) -> BatchId {
    let batch = ledger.open_batch(&NewBatch { tenant, ..NewBatch::local("web") }).await.unwrap();
    ledger.add(batch, &[kit::new("late")]).await.unwrap();
    let submitted = ledger.submit(batch, Some(&once()), Duration::from_secs(3600)).await.unwrap();
    assert_eq!(submitted, Submitted::Accepted);
    batch
}
