//! The end of a batch, and dead letters that live again.

use super::list::{dispatch, queue, state_of, tell};
use super::writer::{Tx, ms};
use super::{PIECE, Sqlite, look, seats, sql};
use crate::event::EventKind;
use crate::record::*;
use crate::rows::json;
use crate::states::Budget;
use crate::tenant::BatchRecord;
use crate::upkeep::ABANDONED;
use crate::{BatchState, LedgerError};

pub async fn close(ledger: &Sqlite, batch: BatchId) -> Result<BatchState, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (before, tenant) = state_of(&mut tx, batch).await?;
    let remaining = look::totals(&mut tx, batch).await?.remaining;
    let after = if tenant == TenantId::HOUSE { before.closed(remaining) } else { before };
    if before != after {
        lose(&mut tx, batch).await?;
        let end = sqlx::query(sql!("end_batch")).bind(after.word()).bind(tx.wall.0).bind(batch.0);
        end.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// Whatever runs is lost: its workers are gone.
async fn lose(tx: &mut Tx, batch: BatchId) -> Result<(), LedgerError> {
    let running: Vec<(i64, u32)> = sqlx::query_as(sql!("running")).bind(batch.0).fetch_all(&mut **tx).await?;
    for (task, attempt) in running {
        seats::free(tx, Token { task: TaskId(task), attempt }).await?;
    }
    sqlx::query(sql!("lose_attempts")).bind(tx.wall.0).bind(batch.0).execute(&mut **tx).await?;
    sqlx::query(sql!("free_tasks")).bind(batch.0).execute(&mut **tx).await?;
    Ok(())
}

/// The state alone: no claim looks at the tasks any more, and folding cancels them piece by piece.
pub async fn cancel(ledger: &Sqlite, batch: BatchId) -> Result<BatchState, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = state_of(&mut tx, batch).await?;
    let ours = state == BatchState::Sealed && tenant != TenantId::HOUSE;
    if ours {
        sqlx::query(sql!("begin_cancel")).bind(batch.0).execute(&mut *tx).await?;
        tell(&mut tx, batch, None, EventKind::Cancelling).await?;
    }
    tx.commit().await?;
    Ok(if ours { BatchState::Cancelling } else { state })
}

pub async fn redrive(ledger: &Sqlite, batch: BatchId, only: Option<&[TaskId]>) -> Result<u64, LedgerError> {
    let mut revived = 0;
    match only {
        Some(only) => {
            for piece in only.chunks(PIECE as usize) {
                revived += redrive_piece(ledger, batch, Some(piece)).await?;
            }
        }
        None => loop {
            match redrive_piece(ledger, batch, None).await? {
                0 => break,
                piece => revived += piece,
            }
        },
    }
    Ok(revived)
}

async fn redrive_piece(ledger: &Sqlite, batch: BatchId, only: Option<&[TaskId]>) -> Result<u64, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = state_of(&mut tx, batch).await?;
    let mut revived = Vec::new();
    if tenant != TenantId::HOUSE && matches!(state, BatchState::Sealed | BatchState::Closed) {
        revived = dead(&mut tx, batch, only).await?;
        revived.truncate(super::tenants::room(&mut tx, tenant).await?);
    }
    if !revived.is_empty() {
        queue(&mut tx, tenant, revived.len() as i64).await?;
        revive(&mut tx, batch, &json(&revived)?).await?;
    }
    tx.commit().await?;
    Ok(revived.len() as u64)
}

async fn dead(tx: &mut Tx, batch: BatchId, only: Option<&[TaskId]>) -> Result<Vec<i64>, LedgerError> {
    let query = match only {
        None => sqlx::query_scalar(sql!("dead")).bind(batch.0).bind(PIECE),
        Some(only) => sqlx::query_scalar(sql!("dead_of")).bind(batch.0).bind(json(&only)?),
    };
    Ok(query.fetch_all(&mut **tx).await?)
}

/// A task without an outcome has no usage row; it gets a new one with the next.
async fn revive(tx: &mut Tx, batch: BatchId, tasks: &str) -> Result<(), LedgerError> {
    let Budget { photo_faults, expiries } = Budget::FULL;
    let revive = sqlx::query(sql!("revive_tasks")).bind(tasks).bind(photo_faults).bind(expiries);
    revive.bind(tx.ticks).bind(tx.wall.0).execute(&mut **tx).await?;
    sqlx::query(sql!("drop_usage")).bind(tasks).execute(&mut **tx).await?;
    sqlx::query(sql!("revive_batch")).bind(batch.0).execute(&mut **tx).await?;
    tell_of(tx, batch, EventKind::Redriven, tasks).await?;
    dispatch(tx, batch, 0).await
}

/// An event for each of the tasks in this JSON array.
pub async fn tell_of(tx: &mut Tx, batch: BatchId, kind: EventKind, tasks: &str) -> Result<(), LedgerError> {
    let tell = sqlx::query(sql!("tell_of")).bind(batch.0).bind(kind.word()).bind(tx.wall.0).bind(tasks);
    tell.execute(&mut **tx).await?;
    Ok(())
}

pub async fn forget(ledger: &Sqlite, batch: BatchId) -> Result<Vec<String>, LedgerError> {
    let mut db = ledger.read().await?;
    let BatchRecord { state, opened, new, .. } = look::batch(&mut db, batch).await?;
    let age = ledger.clock.wall().0 - opened.0;
    let abandoned = state == BatchState::Open && new.tenant != TenantId::HOUSE && age >= ms(ABANDONED);
    if !state.is_over() && !abandoned {
        return Err(LedgerError::NotOver { batch, state });
    }
    let paths = sqlx::query_scalar(sql!("paths")).bind(batch.0).fetch_all(&mut *db).await?;
    drop(db);
    remove(ledger, batch).await?;
    Ok(paths)
}

/// Removes a batch that nobody works at, piece by piece; the batch itself goes last.
pub async fn remove(ledger: &Sqlite, batch: BatchId) -> Result<(), LedgerError> {
    loop {
        let mut tx = ledger.begin().await?;
        let events = sqlx::query(sql!("remove_events")).bind(batch.0).bind(PIECE);
        let events = events.execute(&mut *tx).await?.rows_affected();
        let piece = sqlx::query_scalar(sql!("some_tasks")).bind(batch.0).bind(PIECE);
        let piece: Vec<i64> = piece.fetch_all(&mut *tx).await?;
        if piece.is_empty() && events == 0 {
            sqlx::query(sql!("remove_rest")).bind(batch.0).execute(&mut *tx).await?;
            return tx.commit().await;
        }
        sqlx::query(sql!("remove_tasks")).bind(json(&piece)?).execute(&mut *tx).await?;
        tx.commit().await?;
    }
}
