//! What any process does now and then: rings again, sweeps.

use super::tx::ms;
use super::{PIECE, Postgres, batch, pace, people, record, sql, unnamed};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{ABANDONED, BROOM, Ring, Swept, UNHEARD};

pub async fn to_ring(ledger: &Postgres, most: usize) -> Result<Vec<Ring>, LedgerError> {
    let mut tx = ledger.read().await?;
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let rows = unnamed::query_as(sql!("rings")).bind(tx.ticks).bind(limit(most));
    let rows: Vec<(i64, i64)> = rows.fetch_all(&mut *tx).await?;
    let mut rings: Vec<_> =
        rows.into_iter().map(|(row, batch)| Ring::Dispatch { row, batch: BatchId(batch) }).collect();
    let unheard = unnamed::query_scalar(sql!("unheard")).bind(tx.ticks.saturating_sub(ms(UNHEARD)));
    let unheard: Vec<i64> = unheard.bind(limit(most - rings.len())).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    rings.extend(unheard.into_iter().map(|task| Ring::Unheard(TaskId(task))));
    Ok(rings)
}

pub async fn rung(ledger: &Postgres, rings: &[Ring]) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    let rows: Vec<_> =
        rings.iter().filter_map(|ring| if let Ring::Dispatch { row, .. } = ring { Some(*row) } else { None }).collect();
    let tasks: Vec<_> =
        rings.iter().filter_map(|ring| if let Ring::Unheard(task) = ring { Some(task.0) } else { None }).collect();
    if !rows.is_empty() {
        unnamed::query(sql!("rung")).bind(rows).execute(&mut *tx).await?;
    }
    if !tasks.is_empty() {
        unnamed::query(sql!("heard")).bind(tx.ticks).bind(tasks).execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn sweep(ledger: &Postgres, holder: &str) -> Result<Option<Swept>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let take = unnamed::query(sql!("take_broom")).bind(holder).bind(tx.later(BROOM)).bind(tx.ticks);
    if take.execute(&mut *tx).await?.rows_affected() == 0 {
        tx.commit().await?;
        return Ok(None);
    }
    let names = unnamed::query(sql!("old_names")).bind(tx.wall.0).execute(&mut *tx).await?.rows_affected();
    people::sweep(&mut tx).await?;
    let old = tx.wall.0.saturating_sub(ms(ABANDONED));
    let abandoned: Vec<i64> = unnamed::query_scalar(sql!("abandoned")).bind(old).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    let expired = expire_all(ledger).await?;
    for open in &abandoned {
        batch::remove(ledger, BatchId(*open)).await?;
    }
    let mut tx = ledger.begin().await?;
    pace::catch_up(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(Swept { expired, names, abandoned: abandoned.len() as u64 }))
}

/// A transaction for each piece, without marks.
async fn expire_all(ledger: &Postgres) -> Result<u64, LedgerError> {
    let mut all = 0;
    loop {
        let mut tx = ledger.begin().await?;
        let piece = record::expire(&mut tx, i64::MIN).await?;
        tx.commit().await?;
        all += piece;
        if piece < PIECE.cast_unsigned() {
            return Ok(all);
        }
    }
}
