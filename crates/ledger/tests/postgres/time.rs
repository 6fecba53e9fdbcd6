//! Whose clock counts.

use crate::{SERVER, database};
use ledger::conformance::{kit, shop};
use ledger::*;
use std::time::Duration;

/// From now on this database's clock is so far off. Names are looked for in `public` before `pg_catalog`.
fn step(database: &str, seconds: i64) {
    let sql = "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS TIMESTAMPTZ LANGUAGE SQL AS";
    SERVER.sql(database, &format!("{sql} $$SELECT pg_catalog.clock_timestamp() + INTERVAL '{seconds} s'$$"));
    SERVER.sql(database, &format!("ALTER DATABASE \"{database}\" SET search_path = public, pg_catalog"));
}

/// Clocks of hosts differ; that of the database alone says when a lease ends.
#[tokio::test]
async fn leases_end_by_the_clock_of_the_database() {
    let database = database();
    step(&database, -3_600);
    let open = || Postgres::open(PostgresOptions::new(SERVER.url(&database)));
    let ledger = open().await.unwrap();
    ledger.put_tenant(&shop::tenant(1)).await.unwrap();
    let batch = ledger.open_batch(&NewBatch { tenant: TenantId(1), ..NewBatch::local("web") }).await.unwrap();
    ledger.add(batch, &[kit::new("a")]).await.unwrap();
    ledger.submit(batch, None, Duration::from_secs(9)).await.unwrap();
    let asking = Asking { lease: Some(Duration::from_secs(600)), ..shop::anything(1) };
    let first = ledger.claim(&asking).await.unwrap().remove(0);
    let hosts_now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let lease: u64 = SERVER.sql(&database, "SELECT lease / 1000 FROM task").parse().unwrap();
    assert!(lease < hosts_now - 2_000, "{lease} is no time of the database, which is an hour behind {hosts_now}");
    assert!(ledger.claim(&asking).await.unwrap().is_empty(), "the lease runs");
    step(&database, -3_600 + 601);
    let second = open().await.unwrap().claim(&asking).await.unwrap().remove(0);
    assert_eq!((second.token.task, second.token.attempt), (first.token.task, first.token.attempt + 1));
}
