//! A batch and its list of tasks.

use super::batch::remove;
use super::writer::{Tx, ms};
use super::{Sqlite, sql};
use crate::event::EventKind;
use crate::record::*;
use crate::rows::json;
use crate::tenant::{Once, Submitted};
use crate::{BatchState, LedgerError, TaskState};
use sqlx::sqlite::SqliteConnection;
use std::time::Duration;

pub async fn open_batch(ledger: &Sqlite, new: &NewBatch) -> Result<BatchId, LedgerError> {
    let mut tx = ledger.begin().await?;
    if new.tenant != TenantId::HOUSE {
        super::tenants::known(&mut tx, new.tenant).await?;
    }
    let id: i64 = sqlx::query_scalar(sql!("next_batch")).fetch_one(&mut *tx).await?;
    let open = sqlx::query(sql!("open_batch")).bind(id).bind(new.tenant.0).bind(&new.recipe).bind(&new.order);
    open.bind(new.priority).bind(!new.seats.is_empty()).bind(tx.wall.0).execute(&mut *tx).await?;
    for (pool, count) in &new.seats {
        sqlx::query(sql!("add_need")).bind(id).bind(pool).bind(count).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(BatchId(id))
}

/// Where a batch stands, and whose it is.
pub async fn state_of(db: &mut SqliteConnection, batch: BatchId) -> Result<(BatchState, TenantId), LedgerError> {
    let row: Option<(String, i64)> = sqlx::query_as(sql!("batch_state")).bind(batch.0).fetch_optional(db).await?;
    let (state, tenant) = row.ok_or(LedgerError::UnknownBatch(batch))?;
    Ok((state.parse()?, TenantId(tenant)))
}

pub async fn add(ledger: &Sqlite, batch: BatchId, tasks: &[NewTask]) -> Result<Vec<TaskId>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = state_of(&mut tx, batch).await?;
    if state != BatchState::Open {
        return Err(LedgerError::NotOpen { batch, state });
    }
    let count = tasks.len() as i64;
    let last: i64 = sqlx::query_scalar(sql!("next_tasks")).bind(count).fetch_one(&mut *tx).await?;
    let first = last - count + 1;
    let heard = (tenant != TenantId::HOUSE).then_some(tx.ticks);
    let add = sqlx::query(sql!("add_tasks")).bind(batch.0).bind(heard).bind(first).bind(rows(tasks)?);
    add.execute(&mut *tx).await?;
    let skipped = tasks.iter().filter(|t| t.skip).count() as i64;
    sqlx::query(sql!("grow_batch")).bind(count).bind(skipped).bind(batch.0).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok((first..=last).map(TaskId).collect())
}

/// What the statement takes: a call for each row would cost most of the time.
fn rows(tasks: &[NewTask]) -> Result<String, LedgerError> {
    let state = |skip| if skip { TaskState::Skipped } else { TaskState::Ready }.word();
    let row = |t: &NewTask| {
        let Input { name, size, modified_ns, hash } = t.input.clone();
        (state(t.skip), t.detail.clone(), name, size, modified_ns, hash)
    };
    json(&tasks.iter().map(row).collect::<Vec<_>>())
}

pub async fn seal(ledger: &Sqlite, batch: BatchId) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    if state_of(&mut tx, batch).await? == (BatchState::Open, TenantId::HOUSE) {
        let sealed = BatchState::Sealed.word();
        sqlx::query(sql!("set_batch_state")).bind(sealed).bind(batch.0).execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn submit(
    ledger: &Sqlite,
    batch: BatchId,
    once: Option<&Once>,
    kept: Duration,
) -> Result<Submitted, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = state_of(&mut tx, batch).await?;
    if tenant == TenantId::HOUSE {
        return Err(LedgerError::UnknownTenant(tenant));
    }
    let named = if let Some(once) = once { name_of(&mut tx, tenant, once).await? } else { None };
    match named {
        Some(Submitted::Repeated(before)) if before == batch => {
            tx.commit().await?;
            return Ok(Submitted::Accepted);
        }
        _ if state != BatchState::Open => return Err(LedgerError::NotOpen { batch, state }),
        Some(refused) => {
            tx.commit().await?;
            remove(ledger, batch).await?;
            return Ok(refused);
        }
        None => {}
    }
    let submitted = accept(&mut tx, batch, tenant).await?;
    if let (Submitted::Accepted, Some(once)) = (submitted, once) {
        let keep = sqlx::query(sql!("keep_name")).bind(tenant.0).bind(&once.key).bind(&once.fingerprint);
        let until = tx.wall.0.saturating_add(ms(kept));
        keep.bind(batch.0).bind(until).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(submitted)
}

/// Takes the tasks from the tenant's cap, seals the batch, says so.
async fn accept(tx: &mut Tx, batch: BatchId, tenant: TenantId) -> Result<Submitted, LedgerError> {
    let list = "SELECT found - skipped FROM batch WHERE id = ?";
    let tasks: i64 = sqlx::query_scalar(list).bind(batch.0).fetch_one(&mut **tx).await?;
    if !queue(tx, tenant, tasks).await? {
        return super::tenants::over_cap(tx, tenant).await;
    }
    sqlx::query(sql!("submit")).bind(tx.wall.0).bind(batch.0).execute(&mut **tx).await?;
    tell(tx, batch, None, EventKind::Submitted).await?;
    dispatch(tx, batch, 0).await?;
    Ok(Submitted::Accepted)
}

/// Takes so many tasks from the tenant's cap, if they fit.
pub async fn queue(tx: &mut Tx, tenant: TenantId, tasks: i64) -> Result<bool, LedgerError> {
    let taken = sqlx::query(sql!("take_queue")).bind(tasks).bind(tenant.0).execute(&mut **tx).await?;
    Ok(taken.rows_affected() > 0)
}

/// Writes an event.
pub async fn tell(tx: &mut Tx, batch: BatchId, task: Option<TaskId>, kind: EventKind) -> Result<(), LedgerError> {
    let event = sqlx::query(sql!("add_event")).bind(batch.0).bind(task.map(|t| t.0));
    event.bind(kind.word()).bind(tx.wall.0).execute(&mut **tx).await?;
    Ok(())
}

/// Writes a dispatch row: there is work from then on.
pub async fn dispatch(tx: &mut Tx, batch: BatchId, due: i64) -> Result<(), LedgerError> {
    sqlx::query(sql!("add_dispatch")).bind(batch.0).bind(due).execute(&mut **tx).await?;
    Ok(())
}

pub async fn submitted(
    db: &mut SqliteConnection,
    tenant: TenantId,
    once: &Once,
    now: Timestamp,
) -> Result<Option<Submitted>, LedgerError> {
    let name = sqlx::query_as(sql!("name_of")).bind(tenant.0).bind(&once.key).bind(now.0);
    let row: Option<(String, i64)> = name.fetch_optional(db).await?;
    Ok(row.map(|(fingerprint, batch)| match fingerprint == once.fingerprint && batch != 0 {
        true => Submitted::Repeated(BatchId(batch)),
        false => Submitted::OtherBody,
    }))
}

async fn name_of(tx: &mut Tx, tenant: TenantId, once: &Once) -> Result<Option<Submitted>, LedgerError> {
    let now = tx.wall;
    submitted(tx, tenant, once, now).await
}
