//! What only a ledger in a file has to show.

use ledger::conformance::kit::{ending, new, of, succeeded};
use ledger::*;
use tempfile::TempDir;

fn tasks(count: usize) -> Vec<NewTask> {
    (0..count).map(|at| new(&format!("/shoot/IMG_{at:05}.NEF"))).collect()
}

#[tokio::test]
async fn what_was_recorded_is_there_after_opening_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = Sqlite::open(&path).await.unwrap();
    let batch = ledger.open_batch(&NewBatch::local("web")).await.unwrap();
    ledger.add(batch, &tasks(10_000)).await.unwrap();
    let claims = ledger.claim(&of(batch, 3)).await.unwrap();
    ledger.record(&[ending(claims[1].token, succeeded(&[]))]).await.unwrap();
    // No orderly end: the connection stays open, as if the process had been killed.
    let again = Sqlite::open(&path).await.unwrap();
    let totals = again.totals(batch).await.unwrap();
    assert_eq!(totals, Totals { found: 10_000, succeeded: 1, remaining: 9_999, running: 2, ..Totals::default() });
    assert_eq!(again.unfinished().await.unwrap(), [batch]);
    assert_eq!(again.close(batch).await.unwrap(), BatchState::Stopped);
    assert_eq!(again.totals(batch).await.unwrap().running, 0);
}

#[tokio::test]
async fn the_file_is_durable_and_sound() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = Sqlite::open(&path).await.unwrap();
    let batch = ledger.open_batch(&NewBatch::local("web")).await.unwrap();
    ledger.add(batch, &tasks(3)).await.unwrap();
    ledger.shut().await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&pool).await.unwrap();
    let check: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool).await.unwrap();
    assert_eq!((mode.as_str(), check.as_str()), ("wal", "ok"));
}

#[tokio::test]
async fn a_ledger_of_another_schema_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}?mode=rwc", path.display())).await.unwrap();
    sqlx::query("PRAGMA user_version = 9").execute(&pool).await.unwrap();
    pool.close().await;
    let error = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger has schema 9, this version reads schema 2; use the version that wrote it"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::fs::write(&path, "this is a text of some length, surely no database\n".repeat(50)).unwrap();
    assert!(matches!(Sqlite::open(&path).await, Err(LedgerError::Database(_))));
}
