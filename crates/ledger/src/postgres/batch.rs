//! The end of a batch, and dead letters that live again.

use super::list::{dispatch, lock, queue, state_of};
use super::tx::{Tx, ms};
use super::{PIECE, Postgres, look, pace, seats, sql, unnamed};
use crate::event::EventKind;
use crate::record::*;
use crate::states::Budget;
use crate::tenant::BatchRecord;
use crate::upkeep::ABANDONED;
use crate::{BatchState, LedgerError};

pub async fn close(ledger: &Postgres, batch: BatchId) -> Result<BatchState, LedgerError> {
    let mut tx = ledger.begin().await?;
    // Whoever ends a task has locked it, and asks for the batch then.
    let running = format!("SELECT 1 FROM task WHERE batch = {batch} AND state = 'running' ORDER BY id FOR UPDATE");
    tx.sets(&running).await?;
    let (before, tenant) = lock(&mut tx, batch).await?;
    let remaining = look::totals(&mut tx, batch).await?.remaining;
    let after = if tenant == TenantId::HOUSE { before.closed(remaining) } else { before };
    if before != after {
        lose(&mut tx, batch).await?;
        let end = unnamed::query(sql!("end_batch")).bind(after.word()).bind(tx.wall.0).bind(batch.0);
        end.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// Whatever runs is lost: its workers are gone.
async fn lose(tx: &mut Tx, batch: BatchId) -> Result<(), LedgerError> {
    let running: Vec<(i64, i64)> = unnamed::query_as(sql!("running")).bind(batch.0).fetch_all(&mut **tx).await?;
    seats::lock(tx).await?;
    for (task, attempt) in running {
        let attempt = crate::rows::small("attempt", attempt)?;
        seats::free(tx, Token { task: TaskId(task), attempt }).await?;
    }
    unnamed::query(sql!("lose_attempts")).bind(tx.wall.0).bind(batch.0).execute(&mut **tx).await?;
    unnamed::query(sql!("free_tasks")).bind(batch.0).execute(&mut **tx).await?;
    Ok(())
}

/// The state alone: no claim looks at the tasks any more, and folding cancels them piece by piece.
pub async fn cancel(ledger: &Postgres, batch: BatchId) -> Result<BatchState, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = lock(&mut tx, batch).await?;
    let ours = state == BatchState::Sealed && tenant != TenantId::HOUSE;
    if ours {
        unnamed::query(sql!("begin_cancel")).bind(batch.0).execute(&mut *tx).await?;
        super::list::tell(&mut tx, batch, None, EventKind::Cancelling).await?;
    }
    tx.commit().await?;
    Ok(if ours { BatchState::Cancelling } else { state })
}

pub async fn redrive(ledger: &Postgres, batch: BatchId, only: Option<&[TaskId]>) -> Result<u64, LedgerError> {
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

async fn redrive_piece(ledger: &Postgres, batch: BatchId, only: Option<&[TaskId]>) -> Result<u64, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (_, tenant) = state_of(&mut tx, batch).await?;
    let pace = pace::lock(&mut tx, tenant).await?;
    let (state, _) = lock(&mut tx, batch).await?;
    let mut revived = Vec::new();
    if let (Some((mut pace, _)), BatchState::Sealed | BatchState::Closed) = (pace, state) {
        revived = dead(&mut tx, batch, only).await?;
        revived.truncate(usize::try_from(pace.queued_cap - pace.queued).unwrap_or(0));
        if !revived.is_empty() {
            queue(&mut tx, &mut pace, revived.len() as i64);
            revive(&mut tx, batch, &revived).await?;
            ledger.call(&mut tx);
        }
    }
    tx.commit().await?;
    if !revived.is_empty() {
        ledger.called();
    }
    Ok(revived.len() as u64)
}

async fn dead(tx: &mut Tx, batch: BatchId, only: Option<&[TaskId]>) -> Result<Vec<i64>, LedgerError> {
    let query = match only {
        None => unnamed::query_scalar(sql!("dead")).bind(batch.0).bind(PIECE),
        Some(only) => {
            let only: Vec<_> = only.iter().map(|task| task.0).collect();
            unnamed::query_scalar(sql!("dead_of")).bind(batch.0).bind(only)
        }
    };
    Ok(query.fetch_all(&mut **tx).await?)
}

/// A task without an outcome has no usage row; it gets a new one with the next.
async fn revive(tx: &mut Tx, batch: BatchId, tasks: &[i64]) -> Result<(), LedgerError> {
    let Budget { photo_faults, expiries } = Budget::FULL;
    let revive =
        unnamed::query(sql!("revive_tasks")).bind(tasks).bind(i64::from(photo_faults)).bind(i64::from(expiries));
    revive.bind(tx.ticks).bind(tx.wall.0).execute(&mut **tx).await?;
    unnamed::query(sql!("drop_usage")).bind(tasks).execute(&mut **tx).await?;
    unnamed::query(sql!("revive_batch")).bind(batch.0).execute(&mut **tx).await?;
    tell_of(tx, batch, EventKind::Redriven, tasks).await?;
    dispatch(tx, batch, 0).await
}

/// An event for each of these tasks.
pub async fn tell_of(tx: &mut Tx, batch: BatchId, kind: EventKind, tasks: &[i64]) -> Result<(), LedgerError> {
    let tell = unnamed::query(sql!("tell_of")).bind(batch.0).bind(kind.word()).bind(tx.wall.0).bind(tasks);
    tell.execute(&mut **tx).await?;
    Ok(())
}

pub async fn forget(ledger: &Postgres, batch: BatchId) -> Result<Vec<String>, LedgerError> {
    let mut tx = ledger.read().await?;
    let BatchRecord { state, opened, new, .. } = look::batch(&mut tx, batch).await?;
    let age = tx.wall.0 - opened.0;
    let abandoned = state == BatchState::Open && new.tenant != TenantId::HOUSE && age >= ms(ABANDONED);
    if !state.is_over() && !abandoned {
        return Err(LedgerError::NotOver { batch, state });
    }
    let paths = unnamed::query_scalar(sql!("paths")).bind(batch.0).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    remove(ledger, batch).await?;
    Ok(paths)
}

/// Removes a batch that nobody works at, piece by piece; the batch itself goes last.
pub async fn remove(ledger: &Postgres, batch: BatchId) -> Result<(), LedgerError> {
    loop {
        let mut tx = ledger.begin().await?;
        let events = unnamed::query(sql!("remove_events")).bind(batch.0).bind(PIECE);
        let events = events.execute(&mut *tx).await?.rows_affected();
        let piece = unnamed::query_scalar(sql!("some_tasks")).bind(batch.0).bind(PIECE);
        let piece: Vec<i64> = piece.fetch_all(&mut *tx).await?;
        if piece.is_empty() && events == 0 {
            unnamed::query(sql!("remove_rest")).bind(batch.0).execute(&mut *tx).await?;
            return tx.commit().await;
        }
        unnamed::query(sql!("remove_tasks")).bind(piece).execute(&mut *tx).await?;
        tx.commit().await?;
    }
}
