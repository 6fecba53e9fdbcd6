//! Tasks for which a message is sent to a queue.

use super::writer::{Tx, ms};
use super::{Sqlite, claim, sql};
use crate::LedgerError;
use crate::record::*;
use crate::upkeep::{Call, UNHEARD};

pub async fn take(ledger: &Sqlite, per_tenant: usize, most: usize) -> Result<Vec<Call>, LedgerError> {
    let mut tx = ledger.begin().await?;
    claim::prepare(&mut tx).await?;
    let mut tenants = claim::candidates(&mut tx).await?;
    tenants.sort_by_key(|tenant| (tenant.turn, tenant.id));
    let mut calls = Vec::new();
    for tenant in tenants {
        let room = room(&mut tx, tenant.id, tenant.slots, per_tenant).await?.min(most - calls.len());
        calls.extend(of_tenant(&mut tx, tenant.id, room).await?);
    }
    tx.commit().await?;
    Ok(calls)
}

/// How many more tasks of a tenant may be called.
async fn room(tx: &mut Tx, tenant: i64, slots: i64, per_tenant: usize) -> Result<usize, LedgerError> {
    let end = sqlx::query(sql!("end_calls")).bind(tenant).bind(tx.ticks).bind(tx.ticks.saturating_sub(ms(UNHEARD)));
    end.execute(&mut **tx).await?;
    let (all, waiting): (i64, i64) = sqlx::query_as(sql!("calls")).bind(tenant).fetch_one(&mut **tx).await?;
    let per_tenant = i64::try_from(per_tenant).unwrap_or(i64::MAX);
    Ok(usize::try_from((per_tenant - all).min(slots - waiting)).unwrap_or(0))
}

async fn of_tenant(tx: &mut Tx, tenant: i64, mut room: usize) -> Result<Vec<Call>, LedgerError> {
    let mut calls = Vec::new();
    if room == 0 {
        return Ok(calls);
    }
    let batches: Vec<i64> = sqlx::query_scalar(sql!("callable")).bind(tenant).fetch_all(&mut **tx).await?;
    for batch in batches {
        let tasks = sqlx::query_as(sql!("to_call")).bind(batch).bind(i64::try_from(room).unwrap_or(i64::MAX));
        let tasks: Vec<(i64, i64)> = tasks.fetch_all(&mut **tx).await?;
        room -= tasks.len();
        for (task, attempt) in tasks {
            let call = sqlx::query(sql!("add_call")).bind(task).bind(tenant).bind(attempt).bind(tx.ticks);
            call.execute(&mut **tx).await?;
            calls.push(Call { tenant: TenantId(tenant), batch: BatchId(batch), task: TaskId(task) });
        }
        if room == 0 {
            break;
        }
    }
    Ok(calls)
}
