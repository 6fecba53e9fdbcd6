//! Seats: N licences a pool, taken together with the task.
//!
//! `pool.used` is the sum of the pool's rows in `seat`. A seat whose holder vanished rests until the holder must have
//! killed its task; only then is it given out again. A batch that has waited for seats long enough has the first right to
//! every pool that it needs (`pool.first_right`); the one that waits longest goes first in all of them, so that two
//! batches never wait for each other.
//!
//! Whoever changes pools has locked them by name; whoever gives seats out has locked all.

use super::tx::{Tx, ms};
use super::{Postgres, sql, unnamed};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{AGED, KILL_MARGIN, SEAT_REST};

/// Locks all pools: one transaction at a time gives seats out.
pub async fn lock(tx: &mut Tx) -> Result<(), LedgerError> {
    tx.sets("SELECT 1 FROM pool ORDER BY name FOR UPDATE").await.map(drop)
}

/// Frees seats that have rested; the pools are locked.
pub async fn wake(tx: &mut Tx) -> Result<(), LedgerError> {
    let rested: Vec<(i64, i64)> = unnamed::query_as(sql!("rested")).bind(tx.ticks).fetch_all(&mut **tx).await?;
    for (task, attempt) in rested {
        free_of(tx, task, attempt).await?;
    }
    Ok(())
}

/// Frees the seats of an attempt, if it has any.
pub async fn free(tx: &mut Tx, Token { task, attempt }: Token) -> Result<(), LedgerError> {
    free_of(tx, task.0, i64::from(attempt)).await
}

async fn free_of(tx: &mut Tx, task: i64, attempt: i64) -> Result<(), LedgerError> {
    unnamed::query(sql!("lock_pools_of")).bind(task).bind(attempt).execute(&mut **tx).await?;
    // Whoever had the lock may have freed them.
    unnamed::query(sql!("free_seats")).bind(task).bind(attempt).execute(&mut **tx).await?;
    Ok(())
}

/// Its holder was not heard of when its lease ended: they rest.
pub async fn rest(tx: &mut Tx, Token { task, attempt }: Token, lease: i64) -> Result<(), LedgerError> {
    let until = lease - ms(KILL_MARGIN) + ms(SEAT_REST);
    unnamed::query(sql!("rest_seats")).bind(until).bind(task.0).bind(i64::from(attempt)).execute(&mut **tx).await?;
    Ok(())
}

/// Are seats missing for a task of this batch, or does another batch have the first right to them.
pub async fn are_taken(tx: &mut Tx, batch: BatchId) -> Result<bool, LedgerError> {
    Ok(unnamed::query_scalar(sql!("is_seatless")).bind(batch.0).fetch_one(&mut **tx).await?)
}

/// Takes free seats for an attempt.
pub async fn take(tx: &mut Tx, Token { task, attempt }: Token, batch: BatchId) -> Result<(), LedgerError> {
    let seats = unnamed::query(sql!("take_seats")).bind(task.0).bind(i64::from(attempt)).bind(batch.0);
    seats.execute(&mut **tx).await?;
    unnamed::query(sql!("use_seats")).bind(batch.0).execute(&mut **tx).await?;
    unnamed::query(sql!("seated")).bind(batch.0).execute(&mut **tx).await?;
    give_rights(tx).await
}

/// Says which batch has the first right to each pool.
pub async fn give_rights(tx: &mut Tx) -> Result<(), LedgerError> {
    unnamed::query(sql!("drop_rights")).execute(&mut **tx).await?;
    let aged = tx.ticks.saturating_sub(ms(AGED));
    let aged: Vec<i64> = unnamed::query_scalar(sql!("aged")).bind(aged).fetch_all(&mut **tx).await?;
    for batch in aged {
        unnamed::query(sql!("give_right")).bind(batch).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Notes since when batches wait that have nothing but seats to wait for.
pub async fn start_waiting(tx: &mut Tx) -> Result<(), LedgerError> {
    unnamed::query(sql!("start_waiting")).bind(tx.ticks).execute(&mut **tx).await?;
    Ok(())
}

pub async fn set(ledger: &Postgres, pools: &SeatNeeds) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    lock(&mut tx).await?;
    unnamed::query(sql!("no_seats")).execute(&mut *tx).await?;
    for (pool, capacity) in pools {
        unnamed::query(sql!("set_seats")).bind(pool).bind(i64::from(*capacity)).execute(&mut *tx).await?;
    }
    tx.commit().await
}
