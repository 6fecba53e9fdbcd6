//! Tenants and what they have.

use super::pace;
use super::tx::Tx;
use super::{Postgres, sql, unnamed};
use crate::LedgerError;
use crate::record::TenantId;
use crate::tenant::{Standing, Tenant};
use sqlx::postgres::PgConnection;

/// The one database there is, in the directory.
const DATABASE: &str = "main";

/// Caps are stored so; nobody has more.
fn cap(cap: u64) -> i64 {
    i64::try_from(cap).unwrap_or(i64::MAX)
}

pub async fn put(ledger: &Postgres, tenant: &Tenant) -> Result<TenantId, LedgerError> {
    let mut tx = ledger.begin().await?;
    let taken = unnamed::query_scalar("SELECT EXISTS (SELECT 1 FROM tenant WHERE name = $1 AND id <> $2)");
    if taken.bind(&tenant.name).bind(tenant.id.0).fetch_one(&mut *tx).await? {
        return Err(LedgerError::NameTaken(tenant.name.clone()));
    }
    let id = match pace::lock(&mut tx, tenant.id).await? {
        Some((row, _)) => {
            change(&mut tx, tenant, row).await?;
            tenant.id
        }
        None => add(&mut tx, tenant).await?,
    };
    tx.commit().await?;
    Ok(id)
}

async fn change(tx: &mut Tx, tenant: &Tenant, mut row: pace::Pace) -> Result<(), LedgerError> {
    let rename = unnamed::query("UPDATE tenant SET name = $1 WHERE id = $2 AND name <> $1");
    let rename = rename.bind(&tenant.name).bind(tenant.id.0).execute(&mut **tx).await;
    rename.map_err(|e| taken(e, LedgerError::NameTaken(tenant.name.clone())))?;
    let Tenant { weight, queued_cap, running_cap, paused, .. } = tenant;
    let (weight, queued_cap, running_cap) = ((*weight).max(1), cap(*queued_cap), cap(*running_cap));
    let change = format!(
        "weight = {weight}, queued_cap = {queued_cap}, running_cap = {running_cap}, paused = {paused}, \
         pass = greatest(pass, {})",
        pace::WENT
    );
    tx.last.push_str(&row.next(&change));
    Ok(())
}

async fn add(tx: &mut Tx, tenant: &Tenant) -> Result<TenantId, LedgerError> {
    let add = unnamed::query_scalar("INSERT INTO tenant (name) VALUES ($1) RETURNING id").bind(&tenant.name);
    let id: i64 = add.fetch_one(&mut **tx).await.map_err(|e| taken(e, LedgerError::NameTaken(tenant.name.clone())))?;
    let place = unnamed::query("INSERT INTO directory (tenant, database) VALUES ($1, $2)").bind(id).bind(DATABASE);
    place.execute(&mut **tx).await?;
    let pace = unnamed::query(sql!("add_pace")).bind(id).bind(i64::from(tenant.weight.max(1)));
    let pace = pace.bind(cap(tenant.queued_cap)).bind(cap(tenant.running_cap)).bind(tenant.paused);
    pace.execute(&mut **tx).await?;
    Ok(TenantId(id))
}

/// What is said where a value must be unique and is not.
pub fn taken(error: sqlx::Error, what: LedgerError) -> LedgerError {
    let unique = error.as_database_error().is_some_and(|e| e.is_unique_violation());
    if unique { what } else { error.into() }
}

pub async fn pause_queue(ledger: &Postgres, paused: bool) -> Result<(), LedgerError> {
    let mut tx = ledger.begin().await?;
    pause(&mut tx, paused).await?;
    tx.commit().await
}

pub async fn pause(db: &mut PgConnection, paused: bool) -> Result<(), LedgerError> {
    unnamed::query("UPDATE house SET paused = $1").bind(paused).execute(db).await?;
    Ok(())
}

/// Number, name, weight, the most that may be queued and running, paused, what is queued and running.
type Row = (i64, String, i64, i64, i64, bool, i64, i64);

pub async fn all(db: &mut PgConnection) -> Result<Vec<Standing>, LedgerError> {
    let rows: Vec<Row> = unnamed::query_as(sql!("tenants")).fetch_all(db).await?;
    Ok(rows.into_iter().map(standing).collect())
}

pub async fn one(db: &mut PgConnection, tenant: TenantId) -> Result<Option<Standing>, LedgerError> {
    let row: Option<Row> = unnamed::query_as(sql!("tenant")).bind(tenant.0).fetch_optional(db).await?;
    Ok(row.map(standing))
}

fn standing((id, name, weight, queued, running, paused, now_queued, now_running): Row) -> Standing {
    let (queued_cap, running_cap) = (queued.cast_unsigned(), running.cast_unsigned());
    Standing {
        tenant: Tenant {
            id: TenantId(id),
            name,
            weight: u32::try_from(weight).unwrap_or(u32::MAX),
            queued_cap,
            running_cap,
            paused,
        },
        queued: now_queued.cast_unsigned(),
        running: now_running.cast_unsigned(),
    }
}

/// Is there such a tenant.
pub async fn is_known(db: &mut PgConnection, tenant: TenantId) -> Result<bool, LedgerError> {
    let known = unnamed::query_scalar("SELECT EXISTS (SELECT 1 FROM tenant WHERE id = $1)").bind(tenant.0);
    Ok(known.fetch_one(db).await?)
}
