//! A ledger that an older version left in somebody's output folder.

use ledger::conformance::kit::{ending, input, of, succeeded};
use ledger::*;
use sqlx::SqlitePool;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file as the first version wrote it: a batch that was killed, with a photo in each state, and one that is over.
const LEFT: &str = "
INSERT INTO batch (id, recipe, state, opened, ended) VALUES (1, 'web', 'closed', 5, 6), (2, 'web', 'sealed', 7, NULL);
INSERT INTO task (id, batch, state, attempt, input_name, input_size, input_modified) VALUES
    (1, 1, 'succeeded', 1, 'a', 48000000, 1700000000123456789),
    (2, 2, 'succeeded', 1, 'b', 48000000, 1700000000123456789), (3, 2, 'failed', 1, 'c', 48000000, 1700000000123456789),
    (4, 2, 'running', 1, 'd', 48000000, 1700000000123456789), (5, 2, 'ready', 2, 'e', 48000000, 1700000000123456789),
    (6, 2, 'skipped', 0, 'f', 48000000, 1700000000123456789), (7, 2, 'ready', 0, 'g', 48000000, 1700000000123456789);
INSERT INTO attempt (task, number, state, started, ended, class, what, why, advice) VALUES
    (1, 1, 'succeeded', 5, 6, NULL, NULL, NULL, NULL), (2, 1, 'succeeded', 7, 8, NULL, NULL, NULL, NULL),
    (3, 1, 'failed', 7, 8, 'input', 'corrupt', 'no end', 'copy it again'), (4, 1, 'running', 7, NULL, NULL, NULL, NULL, NULL),
    (5, 1, 'failed', 7, 8, 'photo', 'crashed', '', ''), (5, 2, 'failed', 8, 9, 'photo', 'crashed', '', '');
INSERT INTO output (task, attempt, rendition, rendition_hash, path, size, crc32) VALUES (1, 1, 'web', 'h', 'a.jpg', 9, 1);
";

async fn left_by_schema_1(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("ledger.sqlite");
    let pool = SqlitePool::connect(&format!("sqlite:{}?mode=rwc", path.display())).await.unwrap();
    sqlx::raw_sql(include_str!("../src/sqlite/sql/schema/1.sql")).execute(&pool).await.unwrap();
    sqlx::raw_sql(LEFT).execute(&pool).await.unwrap();
    pool.close().await;
    path
}

async fn version(path: &Path) -> i64 {
    let pool = SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await.unwrap()
}

#[tokio::test]
async fn a_ledger_of_the_first_schema_is_resumed() {
    let folder = TempDir::new().unwrap();
    let path = left_by_schema_1(&folder).await;
    assert_eq!(version(&path).await, 1);
    let ledger = Sqlite::open(&path).await.unwrap();
    assert_eq!(ledger.unfinished().await.unwrap(), [BatchId(2)]);
    let counts = Totals { found: 6, succeeded: 1, failed: 1, skipped: 1, remaining: 3, running: 1, cancelled: 0 };
    assert_eq!(ledger.batch(BatchId(2)).await.unwrap().totals, counts);
    assert_eq!(ledger.failures(BatchId(2)).await.unwrap()[0].faults[0].what, "corrupt");
    assert_eq!(ledger.written(&["a".into()]).await.unwrap()[0].input, input("a"));
    let claims = ledger.claim(&of(BatchId(2), 9)).await.unwrap();
    let tokens: Vec<_> = claims.iter().map(|c| (c.token.task.0, c.token.attempt)).collect();
    assert_eq!(tokens, [(7, 1), (5, 3)], "first tries first");
    let third = Outcome::Failed(ledger::conformance::kit::fault(FaultClass::Photo));
    assert_eq!(ledger.record(&[ending(claims[1].token, third)]).await.unwrap(), [Verdict::Recorded(TaskState::Failed)]);
    assert_eq!(ledger.close(BatchId(2)).await.unwrap(), BatchState::Stopped);
    assert_eq!(ledger.open_batch(&NewBatch::local("web")).await.unwrap(), BatchId(3));
    let late = ledger.record(&[ending(Token { task: TaskId(4), attempt: 1 }, succeeded(&[]))]).await.unwrap();
    assert_eq!(late, [Verdict::Refused(Refusal::BatchEnded)]);
    ledger.shut().await;
    assert_eq!(version(&path).await, 15);
    Sqlite::open(&path).await.unwrap();
}
