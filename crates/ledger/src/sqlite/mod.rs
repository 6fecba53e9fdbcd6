//! The ledger in one SQLite file: write-ahead log, `synchronous = FULL`, one writer.
//!
//! What a call returned as recorded is on the disk. A transaction costs one fsync however many endings it holds.

mod rows;

use crate::record::*;
use crate::states::{Standing, judge};
use crate::{BatchState, Ledger, LedgerError, Refusal, TaskState, Verdict};
use rows::{ClaimRow, FailureRow, StandingRow, WrittenRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{QueryBuilder, Sqlite as Engine, Transaction};
use std::path::Path;
use std::time::Duration;

const SCHEMA: i64 = 1;

/// Eight values a row; SQLite takes 32,766 values a statement.
const ROWS_A_STATEMENT: usize = 1_000;

/// The SQL of this name beside the code.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}

/// A ledger in a SQLite file.
#[derive(Debug, Clone)]
pub struct Sqlite {
    pool: SqlitePool,
}

impl Sqlite {
    /// Opens the file, and makes it where it is missing. A ledger of another schema is refused.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let ledger = Self { pool };
        ledger.prepare().await?;
        Ok(ledger)
    }

    /// Writes everything back into the one file and closes it.
    pub async fn shut(self) {
        self.pool.close().await;
    }

    async fn prepare(&self) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await?;
        match found {
            0 => sqlx::raw_sql(sql!("schema")).execute(&mut *tx).await.map(drop)?,
            SCHEMA => {}
            found => return Err(LedgerError::Schema { found, expected: SCHEMA }),
        }
        Ok(tx.commit().await?)
    }

    async fn begin(&self) -> Result<Transaction<'static, Engine>, LedgerError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

impl Ledger for Sqlite {
    async fn open_batch(&self, new: &NewBatch, now: Timestamp) -> Result<BatchId, LedgerError> {
        let id = sqlx::query_scalar(sql!("open_batch")).bind(&new.recipe).bind(now.0).fetch_one(&self.pool).await?;
        Ok(BatchId(id))
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Result<Vec<TaskId>, LedgerError> {
        let mut tx = self.begin().await?;
        let state = batch_state(&mut tx, batch).await?;
        if state != BatchState::Open {
            return Err(LedgerError::NotOpen { batch, state });
        }
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM task").fetch_one(&mut *tx).await?;
        let rows: Vec<_> = (last + 1..).zip(tasks).collect();
        for rows in rows.chunks(ROWS_A_STATEMENT) {
            insert(batch, rows).build().persistent(false).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok((last + 1..).map(TaskId).take(tasks.len()).collect())
    }

    async fn seal(&self, batch: BatchId) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        if batch_state(&mut tx, batch).await? == BatchState::Open {
            let sealed = BatchState::Sealed.word();
            sqlx::query(sql!("set_batch_state")).bind(sealed).bind(batch.0).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn claim(&self, batch: BatchId, most: usize, now: Timestamp) -> Result<Vec<Claim>, LedgerError> {
        let mut tx = self.begin().await?;
        if !batch_state(&mut tx, batch).await?.is_live() {
            return Ok(Vec::new());
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let claim = sqlx::query_as(sql!("claim")).bind(batch.0).bind(most);
        let found: Vec<ClaimRow> = claim.fetch_all(&mut *tx).await?;
        let mut claims: Vec<_> = found.into_iter().map(rows::claim).collect::<Result<_, _>>()?;
        claims.sort_by_key(|c| (c.token.attempt, c.token.task));
        for Claim { token, .. } in &claims {
            let begin = sqlx::query(sql!("begin_attempt")).bind(token.task.0).bind(token.attempt);
            begin.bind(now.0).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(claims)
    }

    async fn record(&self, endings: &[Ending], now: Timestamp) -> Result<Vec<Verdict>, LedgerError> {
        let mut tx = self.begin().await?;
        let mut verdicts = Vec::with_capacity(endings.len());
        for ending in endings {
            verdicts.push(end(&mut tx, ending, now).await?);
        }
        tx.commit().await?;
        Ok(verdicts)
    }

    async fn close(&self, batch: BatchId, now: Timestamp) -> Result<BatchState, LedgerError> {
        let mut tx = self.begin().await?;
        let before = batch_state(&mut tx, batch).await?;
        let after = before.closed(totals(&mut tx, batch).await?.remaining);
        if before != after {
            sqlx::query(sql!("lose_attempts")).bind(now.0).bind(batch.0).execute(&mut *tx).await?;
            sqlx::query(sql!("free_tasks")).bind(batch.0).execute(&mut *tx).await?;
            let close = sqlx::query(sql!("close_batch")).bind(after.word()).bind(now.0).bind(batch.0);
            close.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    async fn unfinished(&self) -> Result<Vec<BatchId>, LedgerError> {
        let ids: Vec<i64> = sqlx::query_scalar(sql!("unfinished")).fetch_all(&self.pool).await?;
        Ok(ids.into_iter().map(BatchId).collect())
    }

    async fn totals(&self, batch: BatchId) -> Result<Totals, LedgerError> {
        let mut db = self.pool.acquire().await?;
        batch_state(&mut db, batch).await?;
        totals(&mut db, batch).await
    }

    async fn failures(&self, batch: BatchId) -> Result<Vec<Failure>, LedgerError> {
        let mut db = self.pool.acquire().await?;
        batch_state(&mut db, batch).await?;
        let found: Vec<FailureRow> = sqlx::query_as(sql!("failures")).bind(batch.0).fetch_all(&mut *db).await?;
        rows::failures(found)
    }

    async fn written(&self, names: &[String]) -> Result<Vec<Written>, LedgerError> {
        let names = serde_json::to_string(names).map_err(|e| sqlx::Error::Encode(e.into()))?;
        let found: Vec<WrittenRow> = sqlx::query_as(sql!("written")).bind(names).fetch_all(&self.pool).await?;
        found.into_iter().map(rows::written).collect()
    }
}

async fn batch_state(db: &mut SqliteConnection, batch: BatchId) -> Result<BatchState, LedgerError> {
    let word: Option<String> = sqlx::query_scalar(sql!("batch_state")).bind(batch.0).fetch_optional(db).await?;
    word.ok_or(LedgerError::UnknownBatch(batch))?.parse()
}

/// One statement for many rows: a call for each would cost most of the time.
fn insert<'a>(batch: BatchId, rows: &'a [(i64, &'a NewTask)]) -> QueryBuilder<Engine> {
    let mut query = QueryBuilder::new(sql!("add_tasks"));
    query.push_values(rows, |mut row, (id, NewTask { input, skip })| {
        let state = if *skip { TaskState::Skipped } else { TaskState::Ready };
        row.push_bind(*id).push_bind(batch.0).push_bind(state.word()).push_bind(0);
        row.push_bind(&input.name)
            .push_bind(input.size.cast_signed())
            .push_bind(input.modified_ns)
            .push_bind(&input.hash);
    });
    query
}

async fn totals(db: &mut SqliteConnection, batch: BatchId) -> Result<Totals, LedgerError> {
    let counts: Vec<(String, i64)> = sqlx::query_as(sql!("totals")).bind(batch.0).fetch_all(db).await?;
    let mut totals = Totals::default();
    for (word, count) in counts {
        let (state, count) = (word.parse()?, count as u64);
        totals.found += count;
        match state {
            TaskState::Succeeded => totals.succeeded = count,
            TaskState::Failed => totals.failed = count,
            TaskState::Skipped => totals.skipped = count,
            TaskState::Ready => totals.remaining += count,
            TaskState::Running => (totals.remaining, totals.running) = (totals.remaining + count, count),
        }
    }
    Ok(totals)
}

/// One ending: read where its attempt stands, ask the rules, write what they say.
async fn end(db: &mut SqliteConnection, ending: &Ending, now: Timestamp) -> Result<Verdict, LedgerError> {
    let Some(standing) = standing(db, ending.token).await? else { return Ok(Verdict::Refused(Refusal::Unknown)) };
    let verdict = judge(standing, ending.outcome.end());
    if let Verdict::Recorded(state) = verdict {
        let Token { task, attempt } = ending.token;
        end_attempt(db, ending, now).await?;
        sqlx::query(sql!("set_task_state")).bind(state.word()).bind(task.0).execute(&mut *db).await?;
        if let Outcome::Succeeded { outputs, .. } = &ending.outcome {
            for output in outputs {
                add_output(db, task, attempt, output).await?;
            }
        }
    }
    Ok(verdict)
}

async fn standing(db: &mut SqliteConnection, token: Token) -> Result<Option<Standing>, LedgerError> {
    let query = sqlx::query_as(sql!("standing")).bind(token.task.0).bind(token.attempt);
    let row: Option<StandingRow> = query.fetch_optional(db).await?;
    row.map(|row| rows::standing(row, token.attempt)).transpose()
}

async fn end_attempt(db: &mut SqliteConnection, ending: &Ending, now: Timestamp) -> Result<(), LedgerError> {
    let fault = if let Outcome::Failed(fault) = &ending.outcome { Some(fault) } else { None };
    let usage = if let Outcome::Succeeded { usage, .. } = &ending.outcome { Some(usage) } else { None };
    let usage = usage.map(serde_json::to_string).transpose().map_err(|e| sqlx::Error::Encode(e.into()))?;
    let query = sqlx::query(sql!("end_attempt"))
        .bind(ending.outcome.end().attempt().word())
        .bind(now.0)
        .bind(fault.map(|f| f.class.word()))
        .bind(fault.map(|f| &f.what))
        .bind(fault.map(|f| &f.why))
        .bind(fault.map(|f| &f.advice))
        .bind(usage);
    query.bind(ending.token.task.0).bind(ending.token.attempt).execute(db).await?;
    Ok(())
}

async fn add_output(db: &mut SqliteConnection, task: TaskId, attempt: u32, output: &Output) -> Result<(), LedgerError> {
    let query = sqlx::query(sql!("add_output")).bind(task.0).bind(attempt);
    let query = query.bind(&output.rendition).bind(&output.rendition_hash).bind(&output.path);
    query.bind(output.size.cast_signed()).bind(output.crc32).execute(db).await?;
    Ok(())
}
