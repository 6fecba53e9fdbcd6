//! Many at once: no cap, no pool and no task is ever given out twice, and nobody waits in a circle.

use crate::{POOLER, SERVER, database};
use ledger::conformance::{kit, shop};
use ledger::transfers::{Begun, NewTransfer, TransferKind, Transfers};
use ledger::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const CAP: u64 = 3;
const SEATS: u32 = 2;

async fn submit(ledger: &Postgres, tenant: i64, tasks: usize, seats: u32) {
    let needs = BTreeMap::from([("denoise".to_owned(), seats)]).into_iter().filter(|(_, seats)| *seats > 0).collect();
    let batch = NewBatch { tenant: TenantId(tenant), seats: needs, ..NewBatch::local("web") };
    let batch = ledger.open_batch(&batch).await.unwrap();
    let tasks: Vec<_> = (0..tasks).map(|at| kit::new(&at.to_string())).collect();
    ledger.add(batch, &tasks).await.unwrap();
    assert_eq!(ledger.submit(batch, None, Duration::from_secs(9)).await.unwrap(), Submitted::Accepted);
}

async fn work(ledger: Postgres, most: usize, left: Arc<AtomicUsize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    while left.load(Ordering::SeqCst) > 0 {
        let claims = ledger.claim(&shop::anything(most)).await.unwrap();
        ledger.renew(&claims.iter().map(|c| c.token).collect::<Vec<_>>(), shop::LEASE).await.unwrap();
        for claim in claims {
            tokens.push(claim.token);
            let path = format!("{}.jpg", claim.token);
            let output = kit::succeeded(&[kit::output(&path, "h")]);
            let verdict = ledger.record(&[kit::ending(claim.token, output)]).await.unwrap();
            assert_eq!(verdict, [Verdict::Recorded(TaskState::Succeeded)]);
            left.fetch_sub(1, Ordering::SeqCst);
        }
    }
    tokens
}

/// The most that ran and sat at any moment at which somebody looked.
fn watch(database: &str, over: &AtomicBool) -> (u64, u64) {
    let running = "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM task JOIN batch ON batch.id = task.batch \
                   WHERE task.state = 'running' GROUP BY tenant) AS counts";
    let seats = "SELECT coalesce(sum(count), 0) FROM seat";
    let mut most = (0, 0);
    while !over.load(Ordering::SeqCst) {
        let number = |sql| SERVER.sql(database, sql).parse::<u64>().unwrap();
        most = (most.0.max(number(running)), most.1.max(number(seats)));
    }
    most
}

async fn crowd(url: impl Fn(&str) -> String) {
    let database = database();
    let ledger = Postgres::open(PostgresOptions::new(url(&database))).await.unwrap();
    for id in 1..=4 {
        ledger.put_tenant(&Tenant { running_cap: CAP, ..shop::tenant(id) }).await.unwrap();
        submit(&ledger, id, 40, 0).await;
        submit(&ledger, id, 10, u32::from(id > 2)).await;
    }
    ledger.set_seats(&BTreeMap::from([("denoise".to_owned(), SEATS)])).await.unwrap();
    let (left, over) = (Arc::new(AtomicUsize::new(200)), Arc::new(AtomicBool::new(false)));
    let watcher = std::thread::spawn({
        let (database, over) = (database.clone(), Arc::clone(&over));
        move || watch(&database, &over)
    });
    let mut workers = Vec::new();
    for at in 0..12 {
        // Each is a process of its own.
        let ledger = Postgres::open(PostgresOptions::new(url(&database))).await.unwrap();
        workers.push(tokio::spawn(work(ledger, 1 + at % 3, Arc::clone(&left))));
    }
    let mut tokens = Vec::new();
    for worker in workers {
        tokens.extend(tokio::time::timeout(Duration::from_secs(120), worker).await.expect("nobody is stuck").unwrap());
    }
    over.store(true, Ordering::SeqCst);
    let (running, seated) = watcher.join().unwrap();
    let count = tokens.len();
    tokens.sort();
    tokens.dedup();
    assert_eq!((count, tokens.len()), (200, 200), "each was handed out once");
    assert!(running <= CAP && seated <= u64::from(SEATS), "{running} ran, {seated} sat");
    let sums = "SELECT (SELECT sum(running) FROM pace), (SELECT sum(queued) FROM pace), (SELECT sum(used) FROM pool), \
                (SELECT count(*) FROM seat), (SELECT count(*) FROM usage), (SELECT count(DISTINCT tenant) FROM directory)";
    assert_eq!(SERVER.sql(&database, sums), "0|0|0|0|200|4");
}

#[tokio::test]
async fn senders_of_three_processes_share_a_database() {
    let (database, clock) = (database(), Arc::<HeldClock>::default());
    let open = async || Postgres::open_at(PostgresOptions::new(SERVER.url(&database)), clock.clone()).await.unwrap();
    ledger::conformance::hooks::crowd(&[open().await, open().await, open().await]).await;
}

/// Imports and batches of one name, all at once: it stands for one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_stands_for_one_request() {
    let database = database();
    let open = async || Postgres::open(PostgresOptions::new(SERVER.url(&database))).await.unwrap();
    open().await.put_tenant(&shop::tenant(1)).await.unwrap();
    for round in 0..10 {
        let mut asking = Vec::new();
        for at in 0..8 {
            asking.push(tokio::spawn(named(open().await, format!("k{round}"), at % 4 == 0)));
        }
        let mut begun = 0;
        for asking in asking {
            begun += u32::from(asking.await.unwrap());
        }
        assert_eq!(begun, 1, "in round {round}");
    }
}

/// Was a batch, or an import, begun under this name.
async fn named(ledger: Postgres, key: String, batch: bool) -> bool {
    let (once, day) = (Once { key, fingerprint: batch.to_string() }, Duration::from_secs(86_400));
    if batch {
        let batch = NewBatch { tenant: TenantId(1), ..NewBatch::local("web") };
        let batch = ledger.open_batch(&batch).await.unwrap();
        return ledger.submit(batch, Some(&once), day).await.unwrap() == Submitted::Accepted;
    }
    let new = NewTransfer { tenant: TenantId(1), kind: TransferKind::Import, what: "{}".into(), batch: None };
    let id = ledger.open_transfer(&new, day).await.unwrap();
    ledger.seal_transfer(id, day, Some((&once, day))).await.unwrap() == Begun::Sealed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_keeps_to_caps_and_seats() {
    crowd(|database| SERVER.url(database)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_at_a_pooler_does_too() {
    crowd(|database| POOLER.url(database)).await;
}
