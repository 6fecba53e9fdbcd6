//! What the SQLite ledger bears on this disk: `cargo run --release -p ledger --example ledger_bench [FOLDER]`.
//!
//! Four workers claim and complete one task at a time while 100,000 wait; then heartbeats while 10,000 tasks are added,
//! cancelled and redriven. Beside each figure stands what the disk does.

use ledger::conformance::kit::{ending, new, output, succeeded};
use ledger::*;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const WORKERS: usize = 4;
const LEASE: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let folder = tempfile::TempDir::new_in(folder).expect("a folder on a real disk");
    println!("fsync/s              {:8.0}", fsyncs(folder.path()));
    let ledger = Sqlite::open(&folder.path().join("ledger.sqlite")).await.expect("a new ledger");
    let tenants = tenants(&ledger, 10).await;
    lists(&ledger, &tenants).await;
    claims(&ledger).await;
    pairs(&ledger, "pairs/s, 4 workers").await;
    heartbeats(&ledger, tenants[0]).await;
    println!("fsync/s              {:8.0}", fsyncs(folder.path()));
}

/// Appends of 4 KiB, each made durable.
fn fsyncs(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("probe")).expect("a file");
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(2) {
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).expect("a disk");
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

async fn tenants(ledger: &Sqlite, count: i64) -> Vec<TenantId> {
    let mut ids = Vec::new();
    for at in 0..count {
        let (id, name, weight) = (TenantId(0), format!("tenant {at}"), 1 + at as u32 % 3);
        let tenant = Tenant { id, name, weight, queued_cap: 1_000_000, running_cap: 1_000, paused: false };
        ids.push(ledger.put_tenant(&tenant).await.expect("a tenant"));
    }
    ids
}

fn asking(most: usize) -> Asking {
    Asking { from: None, most, worker: "bench".into(), lease: Some(LEASE) }
}

/// Ten batches of 10,000.
async fn lists(ledger: &Sqlite, tenants: &[TenantId]) {
    let (mut add, mut submit) = (Longest::default(), Longest::default());
    for tenant in tenants {
        let batch = NewBatch { tenant: *tenant, ..NewBatch::local("web") };
        let batch = ledger.open_batch(&batch).await.expect("a batch");
        for piece in 0..10 {
            let tasks: Vec<_> = (0..1_000).map(|at| new(&format!("{}/IMG_{piece}{at:03}.NEF", tenant.0))).collect();
            add.time(ledger.add(batch, &tasks)).await;
        }
        submit.time(ledger.submit(batch, None, LEASE)).await;
        ledger.fold().await.expect("folded");
    }
    println!("add 1,000            {add}");
    println!("submit 10,000        {submit}");
}

/// One at a time, nobody else there.
async fn claims(ledger: &Sqlite) {
    let (mut claim, mut record) = (Longest::default(), Longest::default());
    for _ in 0..500 {
        let claims = claim.time(ledger.claim(&asking(1))).await;
        record.time(ledger.record(&[done(claims[0].token)])).await;
    }
    println!("claim of 100,000     {claim}");
    println!("record               {record}");
}

fn done(token: Token) -> Ending {
    let outputs: Vec<_> = ["3840", "1920", "320"].map(|r| output(&format!("{token}/{r}.jpg"), "hash")).into();
    ending(token, succeeded(&outputs))
}

/// Each worker claims a task, completes it, claims the next.
async fn pairs(ledger: &Sqlite, what: &str) {
    let began = Instant::now();
    let workers = (0..WORKERS).map(|_| {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            let mut done_here = 0;
            while began.elapsed() < Duration::from_secs(5) {
                let claim = ledger.claim(&asking(1)).await.expect("a claim").remove(0);
                ledger.record(&[done(claim.token)]).await.expect("a verdict");
                done_here += 1;
            }
            done_here
        })
    });
    let mut all = 0;
    for worker in workers.collect::<Vec<_>>() {
        all += worker.await.expect("a worker");
    }
    println!("{what:20} {:8.0}", f64::from(all) / began.elapsed().as_secs_f64());
}

/// Heartbeats every 5 ms while someone adds, cancels and folds 10,000 tasks.
async fn heartbeats(ledger: &Sqlite, tenant: TenantId) {
    let tokens: Vec<_> = ledger.claim(&asking(4)).await.expect("claims").iter().map(|c| c.token).collect();
    let other = ledger.clone();
    let busy = tokio::spawn(async move {
        let batch = NewBatch { tenant, ..NewBatch::local("web") };
        let batch = other.open_batch(&batch).await.expect("a batch");
        let tasks: Vec<_> = (0..1_000).map(|at| new(&format!("late/IMG_{at:03}.NEF"))).collect();
        for _ in 0..10 {
            other.add(batch, &tasks).await.expect("added");
        }
        other.submit(batch, None, LEASE).await.expect("submitted");
        other.cancel(batch).await.expect("cancelled");
        other.fold().await.expect("folded");
        other.forget(batch).await.expect("forgotten");
    });
    let (mut renew, mut look) = (Longest::default(), Longest::default());
    while !busy.is_finished() {
        renew.time(ledger.renew(&tokens, LEASE)).await;
        look.time(ledger.depth()).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    busy.await.expect("done");
    println!("heartbeat meanwhile  {renew}");
    println!("depth meanwhile      {look}");
}

/// How long calls took.
#[derive(Default)]
struct Longest {
    all: Vec<f64>,
}

impl Longest {
    async fn time<T>(&mut self, call: impl Future<Output = Result<T, LedgerError>>) -> T {
        let began = Instant::now();
        let answer = call.await.expect("an answer");
        self.all.push(began.elapsed().as_secs_f64() * 1e3);
        answer
    }
}

impl std::fmt::Display for Longest {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let mut all = self.all.clone();
        all.sort_by(f64::total_cmp);
        let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
        write!(f, "{:8.2} ms median {:8.2} ms 99 % {:8.2} ms longest", at(0.5), at(0.99), at(1.0))
    }
}
