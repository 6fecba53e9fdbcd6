//! A batch and its list of tasks.

use super::batch::remove;
use super::pace::{self, Pace};
use super::tx::{Tx, ms};
use super::{Postgres, sql, tenants, unnamed};
use crate::event::EventKind;
use crate::record::*;
use crate::tenant::{Once, Submitted};
use crate::{BatchState, LedgerError, TaskState};
use sqlx::postgres::PgConnection;
use std::time::Duration;

pub async fn open_batch(ledger: &Postgres, new: &NewBatch) -> Result<BatchId, LedgerError> {
    let mut tx = ledger.begin().await?;
    if new.tenant != TenantId::HOUSE && !tenants::is_known(&mut tx, new.tenant).await? {
        return Err(LedgerError::UnknownTenant(new.tenant));
    }
    let open = unnamed::query_scalar(sql!("open_batch")).bind(new.tenant.0).bind(&new.recipe).bind(&new.order);
    let open = open.bind(i64::from(new.priority)).bind(!new.seats.is_empty()).bind(tx.wall.0);
    let id: i64 = open.fetch_one(&mut *tx).await?;
    for (pool, count) in &new.seats {
        unnamed::query(sql!("add_need")).bind(id).bind(pool).bind(i64::from(*count)).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(BatchId(id))
}

/// Where a batch stands, and whose it is.
pub async fn state_of(db: &mut PgConnection, batch: BatchId) -> Result<(BatchState, TenantId), LedgerError> {
    stands(sql!("batch_state"), db, batch).await
}

/// The same, and nobody changes it before the transaction ends.
pub async fn lock(tx: &mut Tx, batch: BatchId) -> Result<(BatchState, TenantId), LedgerError> {
    stands(sql!("lock_batch"), tx, batch).await
}

/// The same, but others may hold it too.
pub async fn share(tx: &mut Tx, batch: BatchId) -> Result<(BatchState, TenantId), LedgerError> {
    stands(sql!("share_batch"), tx, batch).await
}

async fn stands(
    sql: &'static str,
    db: &mut PgConnection,
    batch: BatchId,
) -> Result<(BatchState, TenantId), LedgerError> {
    let row: Option<(String, i64)> = unnamed::query_as(sql).bind(batch.0).fetch_optional(db).await?;
    let (state, tenant) = row.ok_or(LedgerError::UnknownBatch(batch))?;
    Ok((state.parse()?, TenantId(tenant)))
}

pub async fn add(ledger: &Postgres, batch: BatchId, tasks: &[NewTask]) -> Result<Vec<TaskId>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = lock(&mut tx, batch).await?;
    if state != BatchState::Open {
        return tx.refuse(LedgerError::NotOpen { batch, state }).await;
    }
    let heard = (tenant != TenantId::HOUSE).then_some(tx.ticks);
    let state = |task: &NewTask| if task.skip { TaskState::Skipped } else { TaskState::Ready }.word();
    let of = |what: fn(&NewTask) -> &str| tasks.iter().map(what).collect::<Vec<_>>();
    let add = unnamed::query_scalar(sql!("add_tasks")).bind(batch.0).bind(heard);
    let add = add.bind(tasks.iter().map(state).collect::<Vec<_>>());
    let add = add.bind(of(|task| &task.detail)).bind(of(|task| &task.input.name));
    let add = add.bind(tasks.iter().map(|task| task.input.size.cast_signed()).collect::<Vec<_>>());
    let add = add.bind(tasks.iter().map(|task| task.input.modified_ns).collect::<Vec<_>>());
    let add = add.bind(tasks.iter().map(|task| task.input.hash.as_deref()).collect::<Vec<_>>());
    let mut ids: Vec<i64> = add.fetch_all(&mut *tx).await?;
    ids.sort_unstable();
    let skipped = tasks.iter().filter(|t| t.skip).count() as i64;
    let grow = unnamed::query(sql!("grow_batch")).bind(ids.len() as i64).bind(skipped).bind(batch.0);
    grow.execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(ids.into_iter().map(TaskId).collect())
}

pub async fn seal(ledger: &Postgres, batch: BatchId) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    if lock(&mut tx, batch).await? == (BatchState::Open, TenantId::HOUSE) {
        let sealed = BatchState::Sealed.word();
        unnamed::query(sql!("set_batch_state")).bind(sealed).bind(batch.0).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// The tenant's pace is locked first: of two submissions under one name the second sees the first.
pub async fn submit(
    ledger: &Postgres,
    batch: BatchId,
    once: Option<&Once>,
    kept: Duration,
) -> Result<Submitted, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (_, tenant) = state_of(&mut tx, batch).await?;
    if tenant == TenantId::HOUSE {
        return Err(LedgerError::UnknownTenant(tenant));
    }
    let mut pace = pace::known(&mut tx, tenant).await?;
    let (state, _) = lock(&mut tx, batch).await?;
    let named = if let Some(once) = once { name_of(&mut tx, tenant, once).await? } else { None };
    match named {
        Some(Submitted::Repeated(before)) if before == batch => {
            tx.commit().await?;
            return Ok(Submitted::Accepted);
        }
        _ if state != BatchState::Open => return tx.refuse(LedgerError::NotOpen { batch, state }).await,
        Some(refused) => {
            tx.commit().await?;
            remove(ledger, batch).await?;
            return Ok(refused);
        }
        None => {}
    }
    let submitted = accept(&mut tx, batch, &mut pace).await?;
    if let (Submitted::Accepted, Some(once)) = (submitted, once) {
        let keep = unnamed::query(sql!("keep_name")).bind(tenant.0).bind(&once.key).bind(&once.fingerprint);
        let until = tx.wall.0.saturating_add(ms(kept));
        keep.bind(batch.0).bind(until).execute(&mut *tx).await?;
    }
    if submitted == Submitted::Accepted {
        ledger.call(&mut tx);
    }
    tx.commit().await?;
    ledger.called();
    Ok(submitted)
}

/// Takes the tasks from the tenant's cap, seals the batch, says so.
async fn accept(tx: &mut Tx, batch: BatchId, pace: &mut Pace) -> Result<Submitted, LedgerError> {
    let list = "SELECT found - skipped FROM batch WHERE id = $1";
    let tasks: i64 = unnamed::query_scalar(list).bind(batch.0).fetch_one(&mut **tx).await?;
    if pace.queued.saturating_add(tasks) > pace.queued_cap {
        let (queued, cap) = (pace.queued.cast_unsigned(), pace.queued_cap.cast_unsigned());
        return Ok(Submitted::OverCap { queued, cap });
    }
    queue(tx, pace, tasks);
    unnamed::query(sql!("submit")).bind(tx.wall.0).bind(batch.0).execute(&mut **tx).await?;
    tell(tx, batch, None, EventKind::Submitted).await?;
    dispatch(tx, batch, 0).await?;
    Ok(Submitted::Accepted)
}

/// Takes so many tasks from the tenant's cap, with the commit.
pub fn queue(tx: &mut Tx, pace: &mut Pace, tasks: i64) {
    let change = format!("queued = queued + {tasks}, pass = greatest(pass, {})", pace::WENT);
    tx.last.push_str(&pace.next(&change));
}

/// Writes an event.
pub async fn tell(tx: &mut Tx, batch: BatchId, task: Option<TaskId>, kind: EventKind) -> Result<(), LedgerError> {
    let event = unnamed::query(sql!("add_event")).bind(batch.0).bind(task.map(|t| t.0));
    event.bind(kind.word()).bind(tx.wall.0).execute(&mut **tx).await?;
    Ok(())
}

/// Writes a dispatch row: there is work from then on.
pub async fn dispatch(tx: &mut Tx, batch: BatchId, due: i64) -> Result<(), LedgerError> {
    unnamed::query(sql!("add_dispatch")).bind(batch.0).bind(due).execute(&mut **tx).await?;
    Ok(())
}

async fn submitted(
    db: &mut PgConnection,
    tenant: TenantId,
    once: &Once,
    now: Timestamp,
) -> Result<Option<Submitted>, LedgerError> {
    let name = unnamed::query_as(sql!("name_of")).bind(tenant.0).bind(&once.key).bind(now.0);
    let row: Option<(String, i64)> = name.fetch_optional(db).await?;
    Ok(row.map(|(fingerprint, batch)| match fingerprint == once.fingerprint && batch != 0 {
        true => Submitted::Repeated(BatchId(batch)),
        false => Submitted::OtherBody,
    }))
}

/// What became of the submission of this name by now.
pub async fn name_of(tx: &mut Tx, tenant: TenantId, once: &Once) -> Result<Option<Submitted>, LedgerError> {
    let now = tx.wall;
    submitted(tx, tenant, once, now).await
}
