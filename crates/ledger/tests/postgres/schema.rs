//! Programs of two versions on one database.

use crate::{SERVER, database};
use ledger::conformance::{kit, shop};
use ledger::*;
use std::time::Duration;

async fn open(database: &str) -> Result<Postgres, LedgerError> {
    Postgres::open(PostgresOptions::new(SERVER.url(database))).await
}

async fn works(ledger: &Postgres) {
    ledger.put_tenant(&shop::tenant(1)).await.unwrap();
    let batch = NewBatch { tenant: TenantId(1), ..NewBatch::local("web") };
    let batch = ledger.open_batch(&batch).await.unwrap();
    ledger.add(batch, &[kit::new("a")]).await.unwrap();
    ledger.submit(batch, None, Duration::from_secs(1)).await.unwrap();
    let claim = ledger.claim(&shop::anything(1)).await.unwrap().remove(0);
    let ended = ledger.record(&[kit::ending(claim.token, kit::succeeded(&[kit::output("a.jpg", "h")]))]).await.unwrap();
    assert_eq!(ended, [Verdict::Recorded(TaskState::Succeeded)]);
    ledger.fold().await.unwrap();
    assert_eq!(ledger.batch(batch).await.unwrap().state, BatchState::Closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_empty_database_may_be_opened_by_several_at_once() {
    let database = database();
    let opened = (0..8).map(|_| {
        let database = database.clone();
        tokio::spawn(async move { open(&database).await.map(drop) })
    });
    for opened in opened.collect::<Vec<_>>() {
        opened.await.unwrap().expect("others open it too");
    }
    assert_eq!(SERVER.sql(&database, "SELECT version, oldest_reader FROM schema_version"), "11|1");
}

#[tokio::test]
async fn a_newer_schema_that_only_adds_is_worked_with() {
    let database = database();
    let before = open(&database).await.unwrap();
    // What version 12 might do: columns, tables and indexes that this version does not see.
    SERVER.sql(
        &database,
        "ALTER TABLE task ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'; ALTER TABLE pace ADD COLUMN burst BIGINT; \
         CREATE TABLE shelf (id BIGINT); CREATE INDEX task_colour ON task (colour); \
         UPDATE schema_version SET version = 12",
    );
    works(&before).await;
    works(&open(&database).await.unwrap()).await;
    assert_eq!(SERVER.sql(&database, "SELECT version FROM schema_version"), "12", "it is left as it is");
}

#[tokio::test]
async fn a_newer_schema_that_takes_away_is_refused() {
    let database = database();
    open(&database).await.unwrap();
    SERVER.sql(&database, "UPDATE schema_version SET version = 13, oldest_reader = 12");
    let error = open(&database).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger has schema 13, which needs a program of schema 12 or newer, this one knows 11; use the newer version"
    );
    assert!(!error.may_pass());
}
