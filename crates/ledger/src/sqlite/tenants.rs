//! Tenants and what they have.

use super::writer::Tx;
use super::{Sqlite, sql};
use crate::LedgerError;
use crate::record::TenantId;
use crate::tenant::{Standing, Submitted, Tenant};
use sqlx::sqlite::SqliteConnection;

/// Caps are stored so; nobody has more.
fn cap(cap: u64) -> i64 {
    i64::try_from(cap).unwrap_or(i64::MAX)
}

pub async fn put(ledger: &Sqlite, tenant: &Tenant) -> Result<TenantId, LedgerError> {
    let mut tx = ledger.begin().await?;
    let Tenant { id, name, weight, queued_cap, running_cap, paused } = tenant;
    let values = |sql| {
        let query = sqlx::query_scalar(sql).bind(name).bind((*weight).max(1));
        query.bind(cap(*queued_cap)).bind(cap(*running_cap)).bind(*paused)
    };
    let named = |e| taken(e, LedgerError::NameTaken(name.clone()));
    let changed: Option<i64> = values(sql!("put_tenant")).bind(id.0).fetch_optional(&mut *tx).await.map_err(named)?;
    let id = match changed {
        Some(id) => id,
        None => values(sql!("add_tenant")).fetch_one(&mut *tx).await.map_err(named)?,
    };
    tx.commit().await?;
    Ok(TenantId(id))
}

/// What is said where a value must be unique and is not.
pub fn taken(error: sqlx::Error, what: LedgerError) -> LedgerError {
    let unique = error.as_database_error().is_some_and(|e| e.is_unique_violation());
    if unique { what } else { error.into() }
}

pub async fn pause_queue(ledger: &Sqlite, paused: bool) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    pause(&mut tx, paused).await?;
    tx.commit().await
}

pub async fn pause(db: &mut SqliteConnection, paused: bool) -> Result<(), LedgerError> {
    sqlx::query("UPDATE house SET paused = ?").bind(paused).execute(db).await?;
    Ok(())
}

/// Number, name, weight, the most that may be queued and running, paused, what is queued and running.
type Row = (i64, String, u32, i64, i64, bool, i64, i64);

pub async fn all(db: &mut SqliteConnection) -> Result<Vec<Standing>, LedgerError> {
    let rows: Vec<Row> = sqlx::query_as(sql!("tenants")).fetch_all(db).await?;
    Ok(rows.into_iter().map(standing).collect())
}

pub async fn one(db: &mut SqliteConnection, tenant: TenantId) -> Result<Option<Standing>, LedgerError> {
    let row: Option<Row> = sqlx::query_as(sql!("tenant")).bind(tenant.0).fetch_optional(db).await?;
    Ok(row.map(standing))
}

fn standing((id, name, weight, queued, running, paused, now_queued, now_running): Row) -> Standing {
    let (queued_cap, running_cap) = (queued.cast_unsigned(), running.cast_unsigned());
    Standing {
        tenant: Tenant { id: TenantId(id), name, weight, queued_cap, running_cap, paused },
        queued: now_queued.cast_unsigned(),
        running: now_running.cast_unsigned(),
    }
}

/// Is there such a tenant.
pub async fn known(tx: &mut Tx, tenant: TenantId) -> Result<(), LedgerError> {
    queue(tx, tenant).await.map(drop)
}

/// Tasks without an outcome, and as many as there may be.
async fn queue(tx: &mut Tx, tenant: TenantId) -> Result<(i64, i64), LedgerError> {
    let queue = sqlx::query_as("SELECT queued, queued_cap FROM tenant WHERE id = ?").bind(tenant.0);
    queue.fetch_optional(&mut **tx).await?.ok_or(LedgerError::UnknownTenant(tenant))
}

/// How many more tasks may be queued.
pub async fn room(tx: &mut Tx, tenant: TenantId) -> Result<usize, LedgerError> {
    let (queued, cap) = queue(tx, tenant).await?;
    Ok(usize::try_from(cap - queued).unwrap_or(0))
}

/// Says how full the tenant's queue is.
pub async fn over_cap(tx: &mut Tx, tenant: TenantId) -> Result<Submitted, LedgerError> {
    let (queued, cap) = queue(tx, tenant).await?;
    Ok(Submitted::OverCap { queued: queued.cast_unsigned(), cap: cap.cast_unsigned() })
}
