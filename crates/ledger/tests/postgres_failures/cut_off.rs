//! Workers that the network parts from the database, and that come back.

use crate::mill::{DATABASE, LEASE, Mill, new_server};
use ledger::conformance::{kit, shop};
use ledger::*;
use servers::Cable;
use std::sync::Arc;
use std::time::Duration;

fn through(cable: &Cable) -> PostgresOptions {
    PostgresOptions {
        acquire_timeout: Duration::from_secs(1),
        statement_timeout: Duration::from_secs(2),
        ..PostgresOptions::new(format!("postgres://postgres@{}/{DATABASE}", cable.address()))
    }
}

/// Transactions of which nothing was heard for a while.
const LEFT_OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' \
                         AND state_change < now() - INTERVAL '200 ms'";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_the_middle_of_transactions_they_hold_up_nobody() {
    let server = new_server();
    let cable = Cable::to(server.address());
    let ways = [PostgresOptions::new(server.url(DATABASE)), through(&cable)];
    let mill = Mill::start_at(Arc::clone(&server), None, &ways, false).await;
    mill.some_more(40).await;
    cable.pull();
    tokio::time::sleep(Duration::from_millis(400)).await;
    while server.sql(DATABASE, LEFT_OPEN) == "0" {
        cable.plug();
        mill.some_more(1).await;
        cable.pull();
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    // Whoever is not cut off does all the work.
    tokio::time::timeout(Duration::from_secs(100), mill.all_done()).await.expect("nobody waits for those cut off");
    cable.plug();
    mill.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_late_result_is_refused() {
    let server = new_server();
    let cable = Cable::to(server.address());
    let near = Postgres::open(PostgresOptions::new(server.url(DATABASE))).await.unwrap();
    let far = Postgres::open(through(&cable)).await.unwrap();
    let tenant = near.put_tenant(&shop::tenant(1)).await.unwrap();
    let batch = near.open_batch(&NewBatch { tenant, ..NewBatch::local("web") }).await.unwrap();
    near.add(batch, &[kit::new("a"), kit::new("b"), kit::new("c")]).await.unwrap();
    near.submit(batch, None, Duration::from_secs(9)).await.unwrap();
    let asking = Asking { lease: Some(LEASE), ..shop::anything(3) };
    let early = far.claim(&asking).await.unwrap();
    cable.pull();
    assert!(far.renew(&[early[0].token], LEASE).await.unwrap_err().may_pass());
    let late = loop {
        let claims = near.claim(&asking).await.unwrap();
        if claims.len() == 3 {
            break claims;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let done = |claim: &Claim, name: &str| kit::ending(claim.token, kit::succeeded(&[kit::output(name, "h")]));
    // One of them is done by somebody else meanwhile, one was begun and waits again, one still runs.
    near.record(&[done(&late[0], "near.jpg")]).await.unwrap();
    near.record(&[kit::ending(late[1].token, Outcome::HandedBack)]).await.unwrap();
    cable.plug();
    let answers = far.renew(&early.iter().map(|claim| claim.token).collect::<Vec<_>>(), LEASE).await;
    assert_eq!(answers.unwrap(), [Renewal::Lost; 3]);
    for claim in &early {
        let verdict = far.record(&[done(claim, "far.jpg")]).await.unwrap();
        assert!(matches!(verdict[..], [Verdict::Refused(_)]), "{verdict:?}");
    }
    assert_eq!(server.sql(DATABASE, "SELECT path FROM output"), "near.jpg");
    assert_eq!(server.sql(DATABASE, "SELECT count(*) FROM usage"), "1");
    let verdict = near.record(&[done(&late[2], "last.jpg")]).await.unwrap();
    assert_eq!(verdict, [Verdict::Recorded(TaskState::Succeeded)], "who has it may go on");
}
