//! The archives' part of the database.

use super::{Postgres, again, read, unnamed};
use crate::LedgerError;
use crate::parcels::rows::{self, ADD, DROP, SET, SWEEP, add, parcel, set};
use crate::parcels::*;
use crate::record::{BatchId, TenantId};
use sqlx::postgres::PgConnection;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Parcels for Postgres {
    async fn want_parcel(&self, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
        again!(self, want(self, new, kept))
    }

    async fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
        let sql = parcel!("WHERE tenant = $1 AND batch = $2 AND name = $3");
        read!(self, tx => find(&mut tx, sql, tenant, batch, name))
    }

    async fn take_parcel(&self, lease: Duration) -> Answer<Option<Parcel>> {
        again!(self, take(self, lease))
    }

    async fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> Answer<bool> {
        again!(self, change(self, id, |parcel, now| parcel.renewed(build, done, now, lease)))
    }

    async fn end_parcel(&self, id: i64, build: u32, built: &Built) -> Answer<bool> {
        again!(self, change(self, id, |parcel, now| parcel.ended(build, built, now)))
    }

    async fn drop_parcels(&self, batch: BatchId) -> Answer<()> {
        again!(self, remove(self, batch))
    }

    async fn sweep_parcels(&self) -> Answer<u64> {
        again!(self, sweep(self))
    }
}

async fn want(ledger: &Postgres, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
    let mut tx = ledger.begin().await?;
    add!(unnamed::query(ADD), new).execute(&mut *tx).await?;
    let sql = parcel!("WHERE tenant = $1 AND batch = $2 AND name = $3 FOR UPDATE");
    let found = find(&mut tx, sql, new.tenant, new.batch, &new.name).await?;
    let parcel = found.ok_or(sqlx::Error::RowNotFound)?.wanted(tx.wall, kept);
    write(&mut tx, &parcel).await?;
    tx.commit().await?;
    Ok(parcel)
}

/// Those that somebody else is about to take are passed over.
async fn take(ledger: &Postgres, lease: Duration) -> Answer<Option<Parcel>> {
    let mut tx = ledger.begin().await?;
    let sql = parcel!(
        "WHERE state IN ('wanted', 'building') AND (until IS NULL OR until <= $1) ORDER BY id LIMIT 1 ",
        "FOR UPDATE SKIP LOCKED"
    );
    while let Some(row) = unnamed::query_as(sql).bind(tx.wall.0).fetch_optional(&mut *tx).await? {
        let parcel = rows::read(row)?.taken(tx.wall, lease);
        write(&mut tx, &parcel).await?;
        if parcel.state == ParcelState::Building {
            tx.commit().await?;
            return Ok(Some(parcel));
        }
    }
    tx.commit().await?;
    Ok(None)
}

/// Changes an archive if a rule says so.
async fn change(
    ledger: &Postgres,
    id: i64,
    rule: impl FnOnce(Parcel, crate::Timestamp) -> Option<Parcel>,
) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let query = unnamed::query_as(parcel!("WHERE id = $1 FOR UPDATE")).bind(id);
    let found = query.fetch_optional(&mut *tx).await?.map(rows::read).transpose()?;
    let changed = found.and_then(|parcel| rule(parcel, tx.wall));
    if let Some(parcel) = &changed {
        write(&mut tx, parcel).await?;
    }
    tx.commit().await?;
    Ok(changed.is_some())
}

async fn remove(ledger: &Postgres, batch: BatchId) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    unnamed::query(DROP).bind(batch.0).execute(&mut *tx).await?;
    tx.commit().await
}

async fn sweep(ledger: &Postgres) -> Answer<u64> {
    let mut tx = ledger.begin().await?;
    let swept = unnamed::query(SWEEP).bind(tx.wall.0).execute(&mut *tx).await?.rows_affected();
    tx.commit().await?;
    Ok(swept)
}

async fn find(
    db: &mut PgConnection,
    sql: &'static str,
    tenant: TenantId,
    batch: BatchId,
    name: &str,
) -> Answer<Option<Parcel>> {
    let query = unnamed::query_as(sql).bind(tenant.0).bind(batch.0).bind(name);
    query.fetch_optional(db).await?.map(rows::read).transpose()
}

async fn write(db: &mut PgConnection, parcel: &Parcel) -> Answer<()> {
    set!(unnamed::query(SET), parcel).execute(db).await?;
    Ok(())
}
