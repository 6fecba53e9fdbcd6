//! Tasks for which a message is sent to a queue.

use super::claim::{self, POOLS, Start};
use super::tx::ms;
use super::{Postgres, sql, unnamed};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{Call, UNHEARD};
use sqlx::Row;

/// Two at once would call twice as many; whoever comes second has nothing to do. The number is as good as any.
const ALONE: &str = "SELECT pg_try_advisory_xact_lock(7296456); ";

pub async fn take(ledger: &Postgres, per_tenant: usize, most: usize) -> Result<Vec<Call>, LedgerError> {
    let (mut tx, start, found) = claim::start(ledger, || format!("{ALONE}{POOLS}{}", Start::ask(ledger)), 2).await?;
    let alone = found[0].first().map(|row| row.try_get(0)).transpose()?.unwrap_or(false);
    if !alone || start.paused {
        tx.commit().await?;
        return Ok(Vec::new());
    }
    if start.seats(found[1].len()) {
        claim::prepare_seats(&mut tx).await?;
        tx.run_last().await?;
    }
    let end = unnamed::query(sql!("end_calls")).bind(tx.ticks).bind(tx.ticks.saturating_sub(ms(UNHEARD)));
    end.execute(&mut *tx).await?;
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let take = unnamed::query_as(sql!("take_calls")).bind(limit(per_tenant)).bind(limit(most)).bind(tx.ticks);
    let calls: Vec<(i64, i64, i64)> = take.fetch_all(&mut *tx).await?;
    tx.commit().await?;
    let call = |(tenant, batch, task)| Call { tenant: TenantId(tenant), batch: BatchId(batch), task: TaskId(task) };
    Ok(calls.into_iter().map(call).collect())
}
