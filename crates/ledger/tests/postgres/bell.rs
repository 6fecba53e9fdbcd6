//! Hearing new work.

use crate::{POOLER, SERVER, database};
use ledger::conformance::{bells, kit, shop};
use ledger::*;
use std::time::Duration;

/// Long enough that only a broken bell waits for its end.
const LONG: Duration = Duration::from_secs(60);

/// Through the pooler, listening beside it.
async fn listening(database: &str) -> Postgres {
    let listen_url = Some(SERVER.url(database));
    Postgres::open(PostgresOptions { listen_url, ..PostgresOptions::new(POOLER.url(database)) }).await.unwrap()
}

async fn submit(ledger: &Postgres) {
    ledger.put_tenant(&shop::tenant(1)).await.unwrap();
    let batch = NewBatch { tenant: TenantId(1), ..NewBatch::local("web") };
    let batch = ledger.open_batch(&batch).await.unwrap();
    ledger.add(batch, &[kit::new("a")]).await.unwrap();
    ledger.submit(batch, None, Duration::from_secs(1)).await.unwrap();
}

#[tokio::test]
async fn the_bell_conforms() {
    let ledger = listening(&database()).await;
    bells(&NotifyBell::new(&ledger), async || submit(&ledger).await).await;
}

#[tokio::test]
async fn the_bell_conforms_where_nobody_can_be_heard() {
    let ledger = Postgres::open(PostgresOptions::new(POOLER.url(&database()))).await.unwrap();
    bells(&NotifyBell::new(&ledger), async || ()).await;
}

#[tokio::test]
async fn others_are_heard() {
    let database = database();
    let (one, other) = (listening(&database).await, listening(&database).await);
    let mut listener = NotifyBell::new(&one).listener().await.unwrap();
    assert!(listener.hears());
    submit(&other).await;
    assert!(listener.listen(LONG).await.unwrap(), "new work rings");
    NotifyBell::new(&other).ring(&[]).await.unwrap();
    assert!(listener.listen(LONG).await.unwrap(), "and so does a ring");
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let database = database();
    let (one, other) = (listening(&database).await, listening(&database).await);
    let mut listener = NotifyBell::new(&one).listener().await.unwrap();
    let listening = "query LIKE 'LISTEN%' AND datname = current_database()";
    SERVER.sql(&database, &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}"));
    while !listener.listen(LONG).await.unwrap() {}
    while SERVER.sql(&database, &format!("SELECT count(*) FROM pg_stat_activity WHERE {listening}")) == "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while !listener.hears() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while listener.listen(Duration::ZERO).await.unwrap() {}
    submit(&other).await;
    assert!(listener.listen(LONG).await.unwrap());
    assert!(listener.hears());
}

#[tokio::test]
async fn whoever_cannot_hear_looks_now_and_then() {
    let ledger = Postgres::open(PostgresOptions::new(SERVER.url(&database()))).await.unwrap();
    let mut listener = NotifyBell::new(&ledger).listener().await.unwrap();
    assert!(!listener.hears());
    assert!(listener.listen(LONG).await.unwrap(), "there may be work");
    assert!(!listener.listen(Duration::ZERO).await.unwrap());
}
