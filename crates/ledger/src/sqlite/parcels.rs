//! The archives' part of the file.

use super::Sqlite;
use crate::LedgerError;
use crate::parcels::rows::{ADD, DROP, SET, SWEEP, add, parcel, read, set};
use crate::parcels::*;
use crate::record::{BatchId, TenantId};
use sqlx::SqliteConnection;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Parcels for Sqlite {
    async fn want_parcel(&self, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
        let mut tx = self.begin().await?;
        add!(sqlx::query(ADD), new).execute(&mut *tx).await?;
        let found = find(&mut tx, new.tenant, new.batch, &new.name).await?;
        let parcel = found.ok_or(sqlx::Error::RowNotFound)?.wanted(tx.wall, kept);
        write(&mut tx, &parcel).await?;
        tx.commit().await?;
        Ok(parcel)
    }

    async fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
        find(&mut *self.read().await?, tenant, batch, name).await
    }

    async fn take_parcel(&self, lease: Duration) -> Answer<Option<Parcel>> {
        let mut tx = self.begin().await?;
        let sql =
            parcel!("WHERE state IN ('wanted', 'building') AND (until IS NULL OR until <= $1) ORDER BY id LIMIT 1");
        while let Some(row) = sqlx::query_as(sql).bind(tx.wall.0).fetch_optional(&mut *tx).await? {
            let parcel = read(row)?.taken(tx.wall, lease);
            write(&mut tx, &parcel).await?;
            if parcel.state == ParcelState::Building {
                tx.commit().await?;
                return Ok(Some(parcel));
            }
        }
        tx.commit().await?;
        Ok(None)
    }

    async fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> Answer<bool> {
        let mut tx = self.begin().await?;
        let renewed = numbered(&mut tx, id).await?.and_then(|parcel| parcel.renewed(build, done, tx.wall, lease));
        if let Some(parcel) = &renewed {
            write(&mut tx, parcel).await?;
        }
        tx.commit().await?;
        Ok(renewed.is_some())
    }

    async fn end_parcel(&self, id: i64, build: u32, built: &Built) -> Answer<bool> {
        let mut tx = self.begin().await?;
        let ended = numbered(&mut tx, id).await?.and_then(|parcel| parcel.ended(build, built, tx.wall));
        if let Some(parcel) = &ended {
            write(&mut tx, parcel).await?;
        }
        tx.commit().await?;
        Ok(ended.is_some())
    }

    async fn drop_parcels(&self, batch: BatchId) -> Answer<()> {
        let mut tx = self.begin().await?;
        sqlx::query(DROP).bind(batch.0).execute(&mut *tx).await?;
        tx.commit().await
    }

    async fn sweep_parcels(&self) -> Answer<u64> {
        let mut tx = self.begin().await?;
        let swept = sqlx::query(SWEEP).bind(tx.wall.0).execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(swept)
    }
}

async fn find(db: &mut SqliteConnection, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
    let sql = parcel!("WHERE tenant = $1 AND batch = $2 AND name = $3");
    let query = sqlx::query_as(sql).bind(tenant.0).bind(batch.0).bind(name);
    query.fetch_optional(db).await?.map(read).transpose()
}

async fn numbered(db: &mut SqliteConnection, id: i64) -> Answer<Option<Parcel>> {
    let query = sqlx::query_as(parcel!("WHERE id = $1")).bind(id);
    query.fetch_optional(db).await?.map(read).transpose()
}

async fn write(db: &mut SqliteConnection, parcel: &Parcel) -> Answer<()> {
    set!(sqlx::query(SET), parcel).execute(db).await?;
    Ok(())
}
