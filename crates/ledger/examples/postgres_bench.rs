//! What the PostgreSQL ledger bears: `cargo run --release -p ledger --example postgres_bench [pairs|claims] [READY]`.
//!
//! It starts a server of its own, durable, with nothing set but its memory. `pairs`: workers that each claim a task (or
//! eight, as a machine with many cores does), complete it and claim the next. `claims`: what one claim takes on a ledger that is nearly empty, with a million tasks
//! ready in one tenant, and over a thousand tenants; each also while a transaction is held open.

use ledger::conformance::kit::{ending, new, output, succeeded};
use ledger::*;
use servers::Postgres as Server;
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

const LEASE: Duration = Duration::from_secs(30);
/// Claims that are timed.
const CLAIMS: usize = 1_000;
/// Claims and completions before a transaction that is held open is looked at.
const CHURN: usize = 5_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    let ready = std::env::args().nth(2).map_or(1_000_000, |ready| ready.parse().expect("a number"));
    println!("fsync/s                         {:8.0}", fsyncs());
    let server = Server::start_with(&["shared_buffers=512MB", "max_wal_size=4GB"]);
    if what != "claims" {
        for tenants in [1, 16] {
            for (workers, most) in [(1, 1), (4, 1), (16, 1), (16, 8)] {
                pairs(&server, tenants, workers, most).await;
            }
        }
    }
    if what != "pairs" {
        nearly_empty(&server).await;
        for (tenants, each) in [(1, 20_000), (1, ready), (1_000, ready / 1_000)] {
            claims(&server, tenants, each).await;
        }
    }
}

/// Appends of 4 KiB, each made durable.
fn fsyncs() -> f64 {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut file = File::create(folder.path().join("probe")).expect("a file");
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(2) {
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).expect("a disk");
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

async fn open(url: &str) -> Postgres {
    Postgres::open(PostgresOptions { max_connections: 4, ..PostgresOptions::new(url) }).await.expect("a ledger")
}

/// A ledger in a database of its own, with so many tasks ready in each tenant.
async fn filled(server: &Server, name: &str, tenants: usize, each: usize) -> Postgres {
    let ledger = open(&server.create(name)).await;
    for at in 0..tenants {
        let (id, name) = (TenantId(0), format!("tenant {at}"));
        let tenant = Tenant { id, name, weight: 1, queued_cap: 1 << 40, running_cap: 1 << 40, paused: false };
        let tenant = ledger.put_tenant(&tenant).await.expect("a tenant");
        fill(&ledger, tenant, each).await;
    }
    server.sql(name, "VACUUM ANALYZE");
    ledger
}

/// Batches of up to 10,000.
async fn fill(ledger: &Postgres, tenant: TenantId, mut tasks: usize) {
    while tasks > 0 {
        let batch = NewBatch { tenant, ..NewBatch::local("web") };
        let batch = ledger.open_batch(&batch).await.expect("a batch");
        let count = tasks.min(10_000);
        let list: Vec<_> = (0..count).map(|at| new(&format!("IMG_{at:05}.NEF"))).collect();
        ledger.add(batch, &list).await.expect("tasks");
        ledger.submit(batch, None, LEASE).await.expect("submitted");
        tasks -= count;
    }
}

fn asking(most: usize) -> Asking {
    Asking { from: None, most, worker: "bench".into(), lease: Some(LEASE) }
}

fn done(token: Token) -> Ending {
    let outputs: Vec<_> = ["3840", "1920", "320"].map(|r| output(&format!("{token}/{r}.jpg"), "hash")).into();
    ending(token, succeeded(&outputs))
}

/// Claims up to so many tasks and completes them; returns how many.
async fn pair(ledger: &Postgres, most: usize) -> u32 {
    let claims = ledger.claim(&asking(most)).await.expect("a claim");
    let endings: Vec<_> = claims.iter().map(|claim| done(claim.token)).collect();
    ledger.record(&endings).await.expect("a verdict");
    endings.len() as u32
}

/// Each worker is a process of its own, as far as the database knows.
async fn pairs(server: &Server, tenants: usize, workers: usize, most: usize) {
    let name = format!("pairs_{tenants}_{workers}_{most}");
    let _first = filled(server, &name, tenants, 100_000 / tenants).await;
    let mut all = Vec::new();
    for _ in 0..workers {
        all.push(open(&server.url(&name)).await);
    }
    let began = Instant::now();
    let mut tasks = Vec::new();
    for ledger in all {
        tasks.push(tokio::spawn(async move {
            let mut count = 0;
            while began.elapsed() < Duration::from_secs(10) {
                count += 2 * pair(&ledger, most).await;
            }
            count
        }));
    }
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a worker");
    }
    let rate = f64::from(count) / began.elapsed().as_secs_f64();
    println!("claims+completions/s, {workers:2} workers, {tenants:2} tenants, {most} at once  {rate:8.0}");
}

async fn claims(server: &Server, tenants: usize, each: usize) {
    let name = format!("claims_{tenants}_{each}");
    let ledger = filled(server, &name, tenants, each).await;
    println!("{:>9} ready, {tenants:4} tenants            {}", each * tenants, timed(&ledger).await);
    // An old snapshot: nothing that ends from now on can be removed.
    let url = server.url(&name);
    let mut psql = std::process::Command::new("psql");
    let held = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM house; SELECT pg_sleep(3600)";
    let mut psql = psql.args(["-Xqt", "-d", &url, "-c", held]).spawn().expect("psql");
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..CHURN {
        pair(&ledger, 1).await;
    }
    println!("  and a transaction held open for {CHURN}   {}", timed(&ledger).await);
    psql.kill().and_then(|()| psql.wait()).expect("psql ends");
    server.sql("postgres", &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND datname = '{name}'"));
}

/// A ledger that empties while it is timed.
async fn nearly_empty(server: &Server) {
    let ledger = filled(server, "nearly_empty", 1, CLAIMS).await;
    println!("{CLAIMS:>9} ready,    1 tenants, then none {}", timed(&ledger).await);
}

/// One claim at a time, nobody else there.
async fn timed(ledger: &Postgres) -> String {
    let mut all = Vec::new();
    for _ in 0..CLAIMS {
        all.push(claim(ledger).await);
    }
    quantiles(all)
}

/// Milliseconds of a claim; the completion is not timed.
async fn claim(ledger: &Postgres) -> f64 {
    let began = Instant::now();
    let claim = ledger.claim(&asking(1)).await.expect("a claim").pop().expect("a task");
    let ms = began.elapsed().as_secs_f64() * 1e3;
    ledger.record(&[done(claim.token)]).await.expect("a verdict");
    ms
}

fn quantiles(mut all: Vec<f64>) -> String {
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    format!("{:8.2} ms median {:8.2} ms 99 %", at(0.5), at(0.99))
}
