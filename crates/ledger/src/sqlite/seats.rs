//! Seats: N licences a pool, taken together with the task.
//!
//! `pool.used` is the sum of the pool's rows in `seat`. A seat whose holder vanished rests until the holder must have
//! killed its task; only then is it given out again. A batch that has waited for seats long enough has the first right to
//! every pool that it needs (`pool.first_right`); the one that waits longest goes first in all of them, so that two
//! batches never wait for each other.

use super::writer::{Tx, ms};
use super::{Sqlite, sql};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{AGED, KILL_MARGIN, SEAT_REST};

/// Frees seats that have rested.
pub async fn wake(tx: &mut Tx) -> Result<(), LedgerError> {
    let rested: Vec<(i64, u32)> = sqlx::query_as(sql!("rested")).bind(tx.ticks).fetch_all(&mut **tx).await?;
    for (task, attempt) in rested {
        free(tx, Token { task: TaskId(task), attempt }).await?;
    }
    Ok(())
}

/// Frees the seats of an attempt, if it has any.
pub async fn free(tx: &mut Tx, Token { task, attempt }: Token) -> Result<(), LedgerError> {
    sqlx::query(sql!("unuse_seats")).bind(task.0).bind(attempt).execute(&mut **tx).await?;
    sqlx::query(sql!("free_seats")).bind(task.0).bind(attempt).execute(&mut **tx).await?;
    Ok(())
}

/// Its holder was not heard of when its lease ended: they rest.
pub async fn rest(tx: &mut Tx, Token { task, attempt }: Token, lease: i64) -> Result<(), LedgerError> {
    let until = lease - ms(KILL_MARGIN) + ms(SEAT_REST);
    sqlx::query(sql!("rest_seats")).bind(until).bind(task.0).bind(attempt).execute(&mut **tx).await?;
    wake(tx).await
}

/// Are seats missing for a task of this batch, or does another batch have the first right to them.
pub async fn are_taken(tx: &mut Tx, batch: BatchId) -> Result<bool, LedgerError> {
    Ok(sqlx::query_scalar(sql!("is_seatless")).bind(batch.0).fetch_one(&mut **tx).await?)
}

/// Takes free seats for an attempt.
pub async fn take(tx: &mut Tx, Token { task, attempt }: Token, batch: BatchId) -> Result<(), LedgerError> {
    let seats = sqlx::query(sql!("take_seats")).bind(task.0).bind(attempt).bind(batch.0);
    seats.execute(&mut **tx).await?;
    sqlx::query(sql!("use_seats")).bind(batch.0).execute(&mut **tx).await?;
    sqlx::query(sql!("seated")).bind(batch.0).execute(&mut **tx).await?;
    give_rights(tx).await
}

/// Says which batch has the first right to each pool.
pub async fn give_rights(tx: &mut Tx) -> Result<(), LedgerError> {
    sqlx::query(sql!("drop_rights")).execute(&mut **tx).await?;
    let aged = tx.ticks.saturating_sub(ms(AGED));
    let aged: Vec<i64> = sqlx::query_scalar(sql!("aged")).bind(aged).fetch_all(&mut **tx).await?;
    for batch in aged {
        sqlx::query(sql!("give_right")).bind(batch).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Notes since when batches wait that have nothing but seats to wait for.
pub async fn start_waiting(tx: &mut Tx) -> Result<(), LedgerError> {
    sqlx::query(sql!("start_waiting")).bind(tx.ticks).execute(&mut **tx).await?;
    Ok(())
}

pub async fn set(ledger: &Sqlite, pools: &SeatNeeds) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    sqlx::query(sql!("no_seats")).execute(&mut *tx).await?;
    for (pool, capacity) in pools {
        sqlx::query(sql!("set_seats")).bind(pool).bind(capacity).execute(&mut *tx).await?;
    }
    tx.commit().await
}
