//! What each operation does, for each engine that speaks SQL. It is compiled once for each, with the words of that engine
//! that the module above brings.

use super::{Answer, Connection, Engine, query, query_as, query_scalar, tell};
use crate::people::{Deed, later};
use crate::record::{BatchId, TenantId, Timestamp};
use crate::shares::rows::{share, text};
use crate::shares::*;
use std::time::Duration;

pub async fn add(ledger: &Engine, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
    let mut tx = ledger.begin().await?;
    let sql = "INSERT INTO share (tenant, batch, label, hash, secret, passcode, marked, renditions, maker, created, expires, views) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) RETURNING id";
    let add = query_scalar(sql).bind(new.tenant.0).bind(new.batch.0).bind(&new.label).bind(&new.hash);
    let add = add.bind(new.secret.reveal()).bind(new.passcode.as_ref().map(|hash| &hash.0));
    let add = add.bind(i64::from(new.watermarked_only)).bind(new.renditions.as_ref().map(text));
    let add = add.bind(by).bind(tx.wall.0).bind(later(tx.wall, lasts).0);
    let id = add.fetch_one(&mut *tx).await?;
    tell(&mut tx, new.tenant, by, Deed::ShareMade, &told(id, new)).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn list(db: &mut Connection, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
    let sql = concat!(share!(), " WHERE tenant = $1 AND batch = $2 ORDER BY id DESC");
    Ok(query_as(sql).bind(tenant.0).bind(batch.0).fetch_all(db).await?)
}

pub async fn good(now: Timestamp, db: &mut Connection, hash: &str) -> Answer<Option<Share>> {
    let sql = concat!(share!(), " WHERE hash = $1 AND revoked IS NULL AND expires > $2");
    Ok(query_as(sql).bind(hash).bind(now.0).fetch_optional(db).await?)
}

pub async fn see(ledger: &Engine, id: i64) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    let sql = "UPDATE share SET views = views + 1, seen = $1 WHERE id = $2 AND (seen IS NULL OR seen <= $3)";
    query(sql).bind(tx.wall.0).bind(id).bind(counted(tx.wall)).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn revoke(ledger: &Engine, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let sql = "UPDATE share SET revoked = $1 WHERE id = $2 AND tenant = $3 AND batch = $4 AND revoked IS NULL";
    let revoke = query(sql).bind(tx.wall.0).bind(id).bind(tenant.0).bind(batch.0);
    if revoke.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let revoked: Share = query_as(concat!(share!(), " WHERE id = $1")).bind(id).fetch_one(&mut *tx).await?;
    tell(&mut tx, tenant, by, Deed::ShareRevoked, &revoked.told()).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn forget(ledger: &Engine, batch: BatchId) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    query("DELETE FROM share WHERE batch = $1").bind(batch.0).execute(&mut *tx).await?;
    tx.commit().await
}
