//! What people look at. Everything here reads on a connection that never waits for a writer.

use super::list::state_of;
use super::sql;
use crate::event::Event;
use crate::record::*;
use crate::rows::{self, BatchRow, FailureRow, StandingRow, WrittenRow, json};
use crate::states::{End, judge};
use crate::tenant::BatchRecord;
use crate::upkeep::{Depth, Page, TaskRecord, UsageRow};
use crate::{LedgerError, TaskState, Verdict};
use sqlx::sqlite::SqliteConnection;

pub fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

pub async fn unfinished(db: &mut SqliteConnection) -> Result<Vec<BatchId>, LedgerError> {
    let ids: Vec<i64> = sqlx::query_scalar(sql!("unfinished")).fetch_all(db).await?;
    Ok(ids.into_iter().map(BatchId).collect())
}

pub async fn totals_of(db: &mut SqliteConnection, batch: BatchId) -> Result<Totals, LedgerError> {
    state_of(db, batch).await?;
    totals(db, batch).await
}

/// Counted from the rows of its tasks.
pub async fn totals(db: &mut SqliteConnection, batch: BatchId) -> Result<Totals, LedgerError> {
    let counts: Vec<(String, i64)> = sqlx::query_as(sql!("totals")).bind(batch.0).fetch_all(db).await?;
    let mut totals = Totals::default();
    for (word, count) in counts {
        let (state, count) = (word.parse()?, count as u64);
        totals.found += count;
        match state {
            TaskState::Succeeded => totals.succeeded = count,
            TaskState::Failed => totals.failed = count,
            TaskState::Skipped => totals.skipped = count,
            TaskState::Cancelled => totals.cancelled = count,
            TaskState::Ready => totals.remaining += count,
            TaskState::Running => (totals.remaining, totals.running) = (totals.remaining + count, count),
        }
    }
    Ok(totals)
}

pub async fn failures(db: &mut SqliteConnection, batch: BatchId) -> Result<Vec<Failure>, LedgerError> {
    state_of(db, batch).await?;
    let found: Vec<FailureRow> = sqlx::query_as(sql!("failures")).bind(batch.0).fetch_all(db).await?;
    rows::failures(found)
}

pub async fn written(db: &mut SqliteConnection, names: &[String]) -> Result<Vec<Written>, LedgerError> {
    let found: Vec<WrittenRow> = sqlx::query_as(sql!("written")).bind(json(&names)?).fetch_all(db).await?;
    found.into_iter().map(rows::written).collect()
}

pub async fn batch(db: &mut SqliteConnection, batch: BatchId) -> Result<BatchRecord, LedgerError> {
    let row: Option<BatchRow> = sqlx::query_as(sql!("batch")).bind(batch.0).fetch_optional(&mut *db).await?;
    let mut record = rows::batch(row.ok_or(LedgerError::UnknownBatch(batch))?)?;
    if record.new.tenant == TenantId::HOUSE {
        record.totals = totals(db, batch).await?;
    }
    Ok(record)
}

pub async fn batches(db: &mut SqliteConnection, tenant: TenantId, page: Page) -> Result<Vec<BatchRecord>, LedgerError> {
    let rows = sqlx::query_as(sql!("batches")).bind(tenant.0).bind(page.after.unwrap_or(i64::MAX));
    let rows: Vec<BatchRow> = rows.bind(limit(page.most)).fetch_all(db).await?;
    rows.into_iter().map(rows::batch).collect()
}

pub async fn tasks(
    db: &mut SqliteConnection,
    batch: BatchId,
    state: Option<TaskState>,
    page: Page,
) -> Result<Vec<TaskRecord>, LedgerError> {
    state_of(db, batch).await?;
    let tasks = sqlx::query_as(sql!("tasks")).bind(batch.0).bind(page.after.unwrap_or(0));
    let tasks = tasks.bind(state.map(TaskState::word)).bind(limit(page.most)).fetch_all(&mut *db).await?;
    let mut tasks = tasks.into_iter().map(rows::task).collect::<Result<Vec<_>, _>>()?;
    let list = json(&tasks.iter().map(|t| t.id).collect::<Vec<_>>())?;
    let attempts = sqlx::query_as(sql!("attempts_of")).bind(&list).fetch_all(&mut *db).await?;
    let outputs = sqlx::query_as(sql!("outputs_of")).bind(&list).fetch_all(&mut *db).await?;
    rows::attach(&mut tasks, attempts, outputs)?;
    Ok(tasks)
}

pub async fn events(
    db: &mut SqliteConnection,
    batch: BatchId,
    after: u64,
    most: usize,
) -> Result<Vec<Event>, LedgerError> {
    state_of(db, batch).await?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = sqlx::query_as(sql!("events")).bind(batch.0).bind(after).bind(limit(most)).fetch_all(db).await?;
    rows.into_iter().map(|row| rows::event(row, batch)).collect()
}

pub async fn unnamed(db: &mut SqliteConnection, paths: &[(Token, String)]) -> Result<Vec<String>, LedgerError> {
    let mut unnamed = Vec::new();
    for (token, path) in paths {
        let Token { task, attempt } = *token;
        let named = sqlx::query_scalar(sql!("is_named")).bind(path).bind(task.0).bind(attempt);
        let named: bool = named.fetch_one(&mut *db).await?;
        if !named && !may_complete(db, *token).await? {
            unnamed.push(path.clone());
        }
    }
    Ok(unnamed)
}

/// Would a completion with this token count.
async fn may_complete(db: &mut SqliteConnection, token: Token) -> Result<bool, LedgerError> {
    let query = sqlx::query_as(sql!("standing")).bind(token.task.0).bind(token.attempt);
    let row: Option<StandingRow> = query.fetch_optional(db).await?;
    let Some(row) = row else { return Ok(false) };
    let verdict = judge(rows::standing(row, token.attempt)?.standing, End::Succeeded);
    Ok(matches!(verdict, Verdict::Recorded(_)))
}

pub async fn usage(db: &mut SqliteConnection, tenant: TenantId, page: Page) -> Result<Vec<UsageRow>, LedgerError> {
    let rows = sqlx::query_as(sql!("usage")).bind(tenant.0).bind(page.after.unwrap_or(0)).bind(limit(page.most));
    rows.fetch_all(db).await?.into_iter().map(rows::usage).collect()
}

pub async fn depth(db: &mut SqliteConnection) -> Result<Depth, LedgerError> {
    let (ready, running, dead): (i64, i64, i64) = sqlx::query_as(sql!("depth")).fetch_one(&mut *db).await?;
    let paused = sqlx::query_scalar("SELECT paused FROM house").fetch_one(&mut *db).await?;
    let mut oldest = [None; 3];
    for (sql, oldest) in
        [sql!("oldest_ready"), sql!("oldest_running"), sql!("oldest_dead")].into_iter().zip(&mut oldest)
    {
        let found: Option<i64> = sqlx::query_scalar(sql).fetch_one(&mut *db).await?;
        *oldest = found.map(Timestamp);
    }
    let [oldest_ready, oldest_running, oldest_dead] = oldest;
    let seats = sqlx::query_as(sql!("pools")).fetch_all(db).await?;
    Ok(Depth {
        paused,
        ready: ready.cast_unsigned(),
        running: running.cast_unsigned(),
        dead: dead.cast_unsigned(),
        oldest_ready,
        oldest_running,
        oldest_dead,
        seats,
    })
}
