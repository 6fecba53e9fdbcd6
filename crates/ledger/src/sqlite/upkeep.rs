//! What any process does now and then: rings again, sweeps.

use super::writer::ms;
use super::{Sqlite, batch, people, record, sql};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{ABANDONED, BROOM, Ring, Swept, UNHEARD};

pub async fn to_ring(ledger: &Sqlite, most: usize) -> Result<Vec<Ring>, LedgerError> {
    let now = ledger.ticks().await?;
    let mut db = ledger.read().await?;
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let rows = sqlx::query_as(sql!("rings")).bind(now).bind(limit(most));
    let rows: Vec<(i64, i64)> = rows.fetch_all(&mut *db).await?;
    let mut rings: Vec<_> =
        rows.into_iter().map(|(row, batch)| Ring::Dispatch { row, batch: BatchId(batch) }).collect();
    let unheard = sqlx::query_scalar(sql!("unheard")).bind(now.saturating_sub(ms(UNHEARD)));
    let unheard: Vec<i64> = unheard.bind(limit(most - rings.len())).fetch_all(&mut *db).await?;
    rings.extend(unheard.into_iter().map(|task| Ring::Unheard(TaskId(task))));
    Ok(rings)
}

pub async fn rung(ledger: &Sqlite, rings: &[Ring]) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    for ring in rings {
        let query = match ring {
            Ring::Dispatch { row, .. } => sqlx::query(sql!("rung")).bind(*row),
            Ring::Unheard(task) => sqlx::query(sql!("heard")).bind(tx.ticks).bind(task.0),
        };
        query.execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn sweep(ledger: &Sqlite, holder: &str) -> Result<Option<Swept>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let take = sqlx::query(sql!("take_broom")).bind(holder).bind(tx.later(BROOM)).bind(tx.ticks);
    if take.execute(&mut *tx).await?.rows_affected() == 0 {
        tx.commit().await?;
        return Ok(None);
    }
    let names = sqlx::query(sql!("old_names")).bind(tx.wall.0).execute(&mut *tx).await?.rows_affected();
    people::sweep(&mut tx).await?;
    let old = tx.wall.0.saturating_sub(ms(ABANDONED));
    let abandoned: Vec<i64> = sqlx::query_scalar(sql!("abandoned")).bind(old).fetch_all(&mut *tx).await?;
    let expired = expire_all(ledger, tx).await?;
    for open in &abandoned {
        batch::remove(ledger, BatchId(*open)).await?;
    }
    Ok(Some(Swept { expired, names, abandoned: abandoned.len() as u64 }))
}

/// A transaction for each piece.
async fn expire_all(ledger: &Sqlite, mut tx: super::writer::Tx) -> Result<u64, LedgerError> {
    let mut all = 0;
    loop {
        let piece = record::expire(&mut tx).await?;
        tx.commit().await?;
        all += piece;
        if piece == 0 {
            return Ok(all);
        }
        tx = ledger.begin().await?;
    }
}
