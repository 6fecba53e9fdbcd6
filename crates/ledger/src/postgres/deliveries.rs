//! Webhooks and their deliveries. Whoever locks both a hook and its deliveries locks the hook first.

use super::tx::Tx;
use super::{PIECE, Postgres, sql, unnamed};
use crate::LedgerError;
use crate::hooks::record::kinds_text;
use crate::hooks::rows::{StandingRow, TriedRow, attach, delivery, hook, standing};
use crate::hooks::rules::{self, REMEMBERED};
use crate::hooks::*;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;
use sqlx::postgres::PgConnection;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

pub async fn add_hook(ledger: &Postgres, new: &NewHook) -> Answer<i64> {
    let mut tx = ledger.begin().await?;
    let sql = "INSERT INTO hook (tenant, url, events, secrets, created) VALUES ($1, $2, $3, $4, $5) RETURNING id";
    let query = unnamed::query_scalar(sql).bind(new.tenant.0).bind(&new.url).bind(kinds_text(&new.events));
    let id = query.bind(new.secret.reveal()).bind(tx.wall.0).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn hooks(db: &mut PgConnection, tenant: TenantId) -> Answer<Vec<Hook>> {
    let sql = concat!(hook!(), " WHERE tenant = $1 ORDER BY id");
    Ok(unnamed::query_as(sql).bind(tenant.0).fetch_all(db).await?)
}

pub async fn hook(db: &mut PgConnection, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
    let sql = concat!(hook!(), " WHERE tenant = $1 AND id = $2");
    Ok(unnamed::query_as(sql).bind(tenant.0).bind(id).fetch_optional(db).await?)
}

pub async fn change_hook(ledger: &Postgres, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
    let mut tx = ledger.begin().await?;
    let sql = concat!(hook!(), " WHERE tenant = $1 AND id = $2 FOR UPDATE");
    let mut found: Option<Hook> = unnamed::query_as(sql).bind(tenant.0).bind(id).fetch_optional(&mut *tx).await?;
    if let Some(hook) = &mut found {
        changes.iter().for_each(|change| hook.change(change, tx.wall));
        write(&mut tx, hook).await?;
    }
    tx.commit().await?;
    Ok(found)
}

pub async fn drop_hook(ledger: &Postgres, tenant: TenantId, id: i64) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let query = unnamed::query("DELETE FROM hook WHERE tenant = $1 AND id = $2").bind(tenant.0).bind(id);
    let dropped = query.execute(&mut *tx).await?.rows_affected() > 0;
    tx.commit().await?;
    while dropped && forget(ledger, sql!("drop_deliveries"), id, PIECE).await? > 0 {}
    Ok(dropped)
}

pub async fn test_hook(ledger: &Postgres, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
    let mut tx = ledger.begin().await?;
    let query = unnamed::query_scalar(sql!("test_hook")).bind(tx.ticks).bind(tx.wall.0).bind(tenant.0).bind(id);
    let made = query.fetch_optional(&mut *tx).await?;
    tx.commit().await?;
    Ok(made)
}

pub async fn list(tx: &mut Tx, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
    let sql = concat!(
        delivery!(),
        " WHERE hook.tenant = $1 AND delivery.hook = $2 AND delivery.id < $3 ORDER BY delivery.id DESC LIMIT $4"
    );
    let query = unnamed::query_as(sql).bind(tenant.0).bind(hook).bind(page.after.unwrap_or(i64::MAX));
    let rows: Vec<Delivery> = query.bind(limit(page.most)).fetch_all(&mut **tx).await?;
    let mut deliveries: Vec<_> = rows.into_iter().map(|d| d.on_the_wall(tx.wall.0 - tx.ticks)).collect();
    attach_log(tx, &mut deliveries).await?;
    Ok(deliveries)
}

pub async fn redeliver(ledger: &Postgres, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
    let mut tx = ledger.begin().await?;
    let sql = "SELECT id FROM hook WHERE tenant = $1 AND id = $2 FOR UPDATE";
    let theirs: Option<i64> = unnamed::query_scalar(sql).bind(tenant.0).bind(hook).fetch_optional(&mut *tx).await?;
    let mut found = None;
    if theirs.is_some() {
        unnamed::query(sql!("redeliver")).bind(tx.ticks).bind(hook).bind(id).execute(&mut *tx).await?;
        let sql = concat!(delivery!(), " WHERE delivery.hook = $1 AND delivery.id = $2");
        let row: Option<Delivery> = unnamed::query_as(sql).bind(hook).bind(id).fetch_optional(&mut *tx).await?;
        found = row.map(|d| d.on_the_wall(tx.wall.0 - tx.ticks));
        attach_log(&mut tx, found.as_mut_slice()).await?;
    }
    tx.commit().await?;
    Ok(found)
}

pub async fn take(ledger: &Postgres, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
    let mut tx = ledger.begin().await?;
    let hooks: Vec<i64> = unnamed::query_scalar(sql!("due_hooks")).bind(tx.ticks).fetch_all(&mut *tx).await?;
    let mut errands = Vec::new();
    if !hooks.is_empty() {
        let take = unnamed::query_scalar(sql!("take_deliveries")).bind(hooks).bind(tx.ticks).bind(limit(per_hook));
        let taken: Vec<i64> = take.bind(limit(most)).bind(tx.later(lease)).fetch_all(&mut *tx).await?;
        errands = taken_ones(&mut tx, taken).await?;
    }
    tx.commit().await?;
    Ok(errands)
}

async fn taken_ones(tx: &mut Tx, ids: Vec<i64>) -> Answer<Vec<Errand>> {
    let sql = concat!(delivery!(), " WHERE delivery.id = ANY ($1) ORDER BY delivery.id");
    let taken: Vec<Delivery> = unnamed::query_as(sql).bind(ids).fetch_all(&mut **tx).await?;
    let hooks: Vec<_> = taken.iter().map(|d| d.hook).collect();
    let sql = concat!(hook!(), " WHERE id = ANY ($1)");
    let hooks: Vec<Hook> = unnamed::query_as(sql).bind(hooks).fetch_all(&mut **tx).await?;
    let ahead = tx.wall.0 - tx.ticks;
    let errand = |delivery: Delivery| {
        let hook = hooks.iter().find(|hook| hook.id == delivery.hook)?.clone();
        Some(Errand { hook, delivery: delivery.on_the_wall(ahead) })
    };
    Ok(taken.into_iter().filter_map(errand).collect())
}

pub async fn end(ledger: &Postgres, ended: &Ended) -> Answer<Option<DeliveryState>> {
    let mut tx = ledger.begin().await?;
    let sql = concat!(hook!(), " WHERE id = $1 FOR UPDATE");
    let hook: Option<Hook> = unnamed::query_as(sql).bind(ended.hook).fetch_optional(&mut *tx).await?;
    let sql = "SELECT state, attempt, forgiven, lease FROM delivery WHERE hook = $1 AND id = $2";
    let row = unnamed::query_as(sql).bind(ended.hook).bind(ended.delivery).fetch_optional(&mut *tx).await?;
    let mut state = None;
    if let (Some(before), Some(row)) = (hook, row as Option<StandingRow>) {
        let mut hook = before.clone();
        if let Some(next) = rules::settle(&mut hook, &standing(row)?, ended, tx.wall) {
            let end = unnamed::query(sql!("end_delivery")).bind(next.state.word()).bind(tx.later(next.pause));
            end.bind(ended.delivery).execute(&mut *tx).await?;
            log(&mut tx, ended).await?;
            if hook != before {
                write(&mut tx, &hook).await?;
            }
            state = Some(next.state);
        }
    }
    tx.commit().await?;
    Ok(state)
}

/// Removes deliveries with their log, as this statement finds them; returns how many.
pub async fn forget(ledger: &Postgres, sql: &'static str, which: i64, most: i64) -> Answer<u64> {
    let mut tx = ledger.begin().await?;
    let gone: i64 = unnamed::query_scalar(sql).bind(which).bind(most).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.cast_unsigned())
}

pub async fn owed(db: &mut PgConnection) -> Answer<Owed> {
    let (waiting, oldest): (i64, Option<i64>) = unnamed::query_as(sql!("owed")).fetch_one(db).await?;
    Ok(Owed { waiting: waiting.cast_unsigned(), oldest: oldest.map(Timestamp) })
}

pub fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

async fn write(tx: &mut Tx, hook: &Hook) -> Answer<()> {
    let secrets = hook.secrets.text();
    let write = unnamed::query(sql!("write_hook")).bind(hook.id).bind(&hook.url).bind(kinds_text(&hook.events));
    let write = write.bind(secrets.reveal()).bind(hook.off.as_ref().map(|off| off.since.0));
    let write = write.bind(hook.off.as_ref().map(|off| off.why.clone())).bind(hook.failing.map(|at| at.0));
    write.execute(&mut **tx).await?;
    Ok(())
}

/// Remembers a try, and the newest ones before it.
async fn log(tx: &mut Tx, ended: &Ended) -> Answer<()> {
    let Tried { attempt, took_ms, status, error, excerpt, .. } = &ended.tried;
    let log = unnamed::query(sql!("log_try")).bind(ended.delivery).bind(i64::from(*attempt)).bind(tx.wall.0);
    let log = log.bind(took_ms.cast_signed()).bind(status.map(i64::from)).bind(error).bind(excerpt);
    log.execute(&mut **tx).await?;
    let trim = unnamed::query("DELETE FROM tried WHERE delivery = $1 AND attempt <= $2").bind(ended.delivery);
    trim.bind(i64::from(*attempt) - i64::from(REMEMBERED)).execute(&mut **tx).await?;
    Ok(())
}

async fn attach_log(tx: &mut Tx, deliveries: &mut [Delivery]) -> Answer<()> {
    let ids: Vec<_> = deliveries.iter().map(|d| d.id).collect();
    let sql = "SELECT delivery, attempt, at, took, status, error, excerpt FROM tried WHERE delivery = ANY ($1) \
               ORDER BY delivery, attempt";
    let rows: Vec<TriedRow> = unnamed::query_as(sql).bind(ids).fetch_all(&mut **tx).await?;
    attach(deliveries, rows)
}
