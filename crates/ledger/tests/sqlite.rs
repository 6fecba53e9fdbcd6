//! What only a ledger in a file has to show.

use ledger::conformance::kit::{ending, new, of, succeeded};
use ledger::conformance::shop::{anything, tenant};
use ledger::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::Duration;
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
    sqlx::query("PRAGMA user_version = 99").execute(&pool).await.unwrap();
    pool.close().await;
    let error = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger has schema 99, this version reads schema 15; use the version that wrote it"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::fs::write(&path, "this is a text of some length, surely no database\n".repeat(50)).unwrap();
    assert!(matches!(Sqlite::open(&path).await, Err(LedgerError::Database(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_share_a_transaction_but_not_their_errors() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = Sqlite::open(&path).await.unwrap();
    let (open, sealed) = (NewBatch::local("open"), NewBatch::local("sealed"));
    let (open, sealed) = (ledger.open_batch(&open).await.unwrap(), ledger.open_batch(&sealed).await.unwrap());
    ledger.seal(sealed).await.unwrap();
    let calls = (0..60).map(|at| {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            match at % 3 {
                0 => ledger.add(open, &tasks(1)).await.unwrap().len(),
                1 => ledger.add(sealed, &tasks(1)).await.map_or(0, |_| panic!("a sealed batch took a task")),
                // The caller goes away in the middle; what became of its task is open.
                _ => tokio::time::timeout(Duration::ZERO, ledger.add(open, &tasks(1))).await.map_or(0, |_| 0),
            }
        })
    });
    let mut added = 0;
    for call in calls.collect::<Vec<_>>() {
        added += call.await.unwrap();
    }
    assert_eq!(added, 20);
    let other = Sqlite::open(&path).await.unwrap();
    other.add(open, &tasks(1)).await.expect("nobody keeps the file from others");
    let found = other.totals(open).await.unwrap().found;
    assert!((21..=41).contains(&found), "{found}");
    assert_eq!(other.totals(sealed).await.unwrap().found, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_task_has_two_leases_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledgers = [Sqlite::open(&path).await.unwrap(), Sqlite::open(&path).await.unwrap()];
    let batch = ledgers[0].open_batch(&NewBatch::local("web")).await.unwrap();
    ledgers[0].add(batch, &tasks(200)).await.unwrap();
    let workers = (0..8).map(|at| {
        let ledger = ledgers[at % 2].clone();
        tokio::spawn(async move {
            let mut tokens = Vec::new();
            while let [claim, ..] = &ledger.claim(&of(batch, 1 + at % 3)).await.unwrap()[..] {
                tokens.push(claim.token);
                ledger.record(&[ending(claim.token, succeeded(&[]))]).await.unwrap();
            }
            tokens
        })
    });
    let mut tokens = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        tokens.extend(worker.await.unwrap());
    }
    tokens.sort();
    let count = tokens.len();
    tokens.dedup();
    assert_eq!(tokens.len(), count, "each was handed out once");
    let totals = ledgers[1].totals(batch).await.unwrap();
    assert_eq!((totals.succeeded, totals.remaining), (count as u64, 200 - count as u64));
}

/// A submitted batch of a tenant with so many tasks.
async fn submitted(ledger: &Sqlite, count: usize) -> BatchId {
    ledger.put_tenant(&tenant(1)).await.unwrap();
    let batch = NewBatch { tenant: TenantId(1), ..NewBatch::local("web") };
    let batch = ledger.open_batch(&batch).await.unwrap();
    ledger.add(batch, &tasks(count)).await.unwrap();
    assert_eq!(ledger.submit(batch, None, Duration::from_secs(1)).await.unwrap(), Submitted::Accepted);
    batch
}

#[tokio::test]
async fn the_last_events_and_the_end_of_a_batch_are_one_transaction() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = Sqlite::open(&path).await.unwrap();
    // With the event of its submission, as many events as one transaction folds.
    let batch = submitted(&ledger, 499).await;
    let claims = ledger.claim(&anything(499)).await.unwrap();
    let endings: Vec<_> = claims.iter().map(|claim| ending(claim.token, succeeded(&[]))).collect();
    ledger.record(&endings).await.unwrap();
    let killed = "CREATE TRIGGER killed BEFORE UPDATE ON batch WHEN new.state = 'closed' BEGIN SELECT RAISE(ABORT, 'killed'); END";
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::raw_sql(killed).execute(&pool).await.unwrap();
    ledger.fold().await.unwrap_err();
    sqlx::raw_sql("DROP TRIGGER killed").execute(&pool).await.unwrap();
    ledger.fold().await.unwrap();
    assert_eq!(ledger.batch(batch).await.unwrap().state, BatchState::Closed, "somebody came back for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_happened_is_added_up_once_whoever_folds() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledgers = [Sqlite::open(&path).await.unwrap(), Sqlite::open(&path).await.unwrap()];
    let batch = submitted(&ledgers[0], 150).await;
    let claims = ledgers[0].claim(&anything(150)).await.unwrap();
    let folders = (0..4).map(|at| {
        let ledger = ledgers[at % 2].clone();
        tokio::spawn(async move {
            while ledger.batch(batch).await.unwrap().state != BatchState::Closed {
                ledger.fold().await.unwrap();
            }
        })
    });
    let folders: Vec<_> = folders.collect();
    for claim in claims {
        ledgers[1].record(&[ending(claim.token, succeeded(&[]))]).await.unwrap();
    }
    for folder in folders {
        tokio::time::timeout(Duration::from_secs(60), folder).await.expect("the batch closes").unwrap();
    }
    let record = ledgers[0].batch(batch).await.unwrap();
    assert_eq!(record.totals, ledgers[0].totals(batch).await.unwrap());
    let events = ledgers[0].events(batch, 0, usize::MAX).await.unwrap();
    assert!(events.iter().map(|e| e.number).eq(1..=152), "{events:?}");
    assert_eq!(record.last_event, 152);
}

/// What a process leaves that is killed when it has just given a new file its log: the first page, and a journal that would
/// take it back (SQLite's file format, section 3).
async fn left_half_made(folder: &Path) -> PathBuf {
    let path = folder.join("ledger.sqlite");
    let options =
        SqliteConnectOptions::new().filename(&path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    SqliteConnection::connect_with(&options).await.unwrap().close().await.unwrap();
    let (sector, page) = (512_u32, 4_096_u32);
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for number in [0, 0, 0, sector, page] {
        journal.extend(number.to_be_bytes());
    }
    journal.resize(sector as usize, 0);
    std::fs::write(folder.join("ledger.sqlite-journal"), journal).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_half_made_file_may_be_opened_by_several_at_once() {
    for _ in 0..60 {
        let folder = TempDir::new().unwrap();
        let path = left_half_made(folder.path()).await;
        let opened = (0..6).map(|_| {
            let path = path.clone();
            tokio::spawn(async move { Sqlite::open(&path).await.map(drop) })
        });
        for opened in opened.collect::<Vec<_>>() {
            opened.await.unwrap().expect("others open it too");
        }
    }
}
