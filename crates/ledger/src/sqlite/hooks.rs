//! Webhooks and their deliveries.

use super::writer::Tx;
use super::{PIECE, Sqlite, sql};
use crate::LedgerError;
use crate::hooks::record::kinds_text;
use crate::hooks::rows::{StandingRow, TriedRow, attach, delivery, hook, standing};
use crate::hooks::rules::{self, REMEMBERED};
use crate::hooks::*;
use crate::record::{BatchId, TenantId, Timestamp};
use crate::rows::json;
use crate::upkeep::Page;
use sqlx::SqliteConnection;
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

impl Hooks for Sqlite {
    async fn add_hook(&self, new: &NewHook) -> Answer<i64> {
        let sql = "INSERT INTO hook (tenant, url, events, secrets, created) VALUES (?, ?, ?, ?, ?) RETURNING id";
        let query = sqlx::query_scalar(sql).bind(new.tenant.0).bind(&new.url).bind(kinds_text(&new.events));
        let mut tx = self.begin().await?;
        let id = query.bind(new.secret.reveal()).bind(tx.wall.0).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn hooks(&self, tenant: TenantId) -> Answer<Vec<Hook>> {
        let sql = concat!(hook!(), " WHERE tenant = ? ORDER BY id");
        Ok(sqlx::query_as(sql).bind(tenant.0).fetch_all(&mut *self.read().await?).await?)
    }

    async fn hook(&self, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
        find(&mut *self.read().await?, tenant, id).await
    }

    async fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
        let mut tx = self.begin().await?;
        let Some(mut hook) = find(&mut tx, tenant, id).await? else { return Ok(None) };
        changes.iter().for_each(|change| hook.change(change, tx.wall));
        write(&mut tx, &hook).await?;
        tx.commit().await?;
        Ok(Some(hook))
    }

    async fn drop_hook(&self, tenant: TenantId, id: i64) -> Answer<bool> {
        let mut tx = self.begin().await?;
        let query = sqlx::query("DELETE FROM hook WHERE tenant = ? AND id = ?").bind(tenant.0).bind(id);
        let dropped = query.execute(&mut *tx).await?.rows_affected() > 0;
        tx.commit().await?;
        while dropped && forget(self, sql!("drop_deliveries"), id, PIECE).await? > 0 {}
        Ok(dropped)
    }

    async fn test_hook(&self, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
        let mut tx = self.begin().await?;
        let query = sqlx::query_scalar(sql!("test_hook")).bind(tx.ticks).bind(tx.wall.0).bind(tenant.0).bind(id);
        let made = query.fetch_optional(&mut *tx).await?;
        tx.commit().await?;
        Ok(made)
    }

    async fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
        let ahead = self.clock.wall().0 - self.ticks().await?;
        let mut db = self.read().await?;
        let sql = concat!(
            delivery!(),
            " WHERE hook.tenant = ? AND delivery.hook = ? AND delivery.id < ? ORDER BY delivery.id DESC LIMIT ?"
        );
        let query = sqlx::query_as(sql).bind(tenant.0).bind(hook).bind(page.after.unwrap_or(i64::MAX));
        let rows: Vec<Delivery> = query.bind(limit(page.most)).fetch_all(&mut *db).await?;
        let mut deliveries: Vec<_> = rows.into_iter().map(|d| d.on_the_wall(ahead)).collect();
        attach_log(&mut db, &mut deliveries).await?;
        Ok(deliveries)
    }

    async fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
        let mut tx = self.begin().await?;
        if find(&mut tx, tenant, hook).await?.is_none() {
            return Ok(None);
        }
        sqlx::query(sql!("redeliver")).bind(tx.ticks).bind(hook).bind(id).execute(&mut *tx).await?;
        let sql = concat!(delivery!(), " WHERE delivery.hook = ? AND delivery.id = ?");
        let found: Option<Delivery> = sqlx::query_as(sql).bind(hook).bind(id).fetch_optional(&mut *tx).await?;
        let mut found = found.map(|d| d.on_the_wall(tx.wall.0 - tx.ticks));
        attach_log(&mut tx, found.as_mut_slice()).await?;
        tx.commit().await?;
        Ok(found)
    }

    async fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
        let now = self.ticks().await?;
        if due_hooks(&mut *self.read().await?, now).await?.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let (now, mut due) = (tx.ticks, Vec::new());
        for (hook, running) in due_hooks(&mut tx, now).await? {
            let query = sqlx::query_as(sql!("due_deliveries")).bind(hook).bind(now);
            let rows: Vec<(i64, i64)> = query.bind((limit(per_hook) - running).max(0)).fetch_all(&mut *tx).await?;
            due.extend(rows.into_iter().enumerate().map(|(place, (due, id))| (place, due, id)));
        }
        due.sort_unstable();
        let taken: Vec<_> = due.into_iter().take(most).map(|(.., id)| id).collect();
        let errands = take(&mut tx, &taken, lease).await?;
        tx.commit().await?;
        Ok(errands)
    }

    async fn end_delivery(&self, ended: &Ended) -> Answer<Option<DeliveryState>> {
        let mut tx = self.begin().await?;
        let hook = sqlx::query_as(concat!(hook!(), " WHERE id = ?")).bind(ended.hook).fetch_optional(&mut *tx).await?;
        let sql = "SELECT state, attempt, forgiven, lease FROM delivery WHERE hook = ? AND id = ?";
        let row = sqlx::query_as(sql).bind(ended.hook).bind(ended.delivery).fetch_optional(&mut *tx).await?;
        let (Some(before), Some(row)): (Option<Hook>, Option<StandingRow>) = (hook, row) else { return Ok(None) };
        let mut hook = before.clone();
        let Some(next) = rules::settle(&mut hook, &standing(row)?, ended, tx.wall) else { return Ok(None) };
        let end = sqlx::query(sql!("end_delivery")).bind(next.state.word()).bind(tx.later(next.pause));
        end.bind(ended.delivery).execute(&mut *tx).await?;
        log(&mut tx, ended).await?;
        if hook != before {
            write(&mut tx, &hook).await?;
        }
        tx.commit().await?;
        Ok(Some(next.state))
    }

    async fn forget_deliveries(&self, before: Timestamp, most: usize) -> Answer<u64> {
        forget(self, sql!("forget_deliveries"), before.0, limit(most)).await
    }

    async fn owed(&self) -> Answer<Owed> {
        let (waiting, oldest): (i64, Option<i64>) =
            sqlx::query_as(sql!("owed")).fetch_one(&mut *self.read().await?).await?;
        Ok(Owed { waiting: waiting.cast_unsigned(), oldest: oldest.map(Timestamp) })
    }
}

/// Makes deliveries of the events of a batch after this number.
pub async fn make(tx: &mut Tx, batch: BatchId, last: i64) -> Answer<()> {
    let make = sqlx::query(sql!("make_deliveries")).bind(batch.0).bind(last).bind(tx.ticks).bind(tx.wall.0);
    make.execute(&mut **tx).await?;
    Ok(())
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

async fn find(db: &mut SqliteConnection, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
    let sql = concat!(hook!(), " WHERE tenant = ? AND id = ?");
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(id).fetch_optional(db).await?)
}

async fn write(tx: &mut Tx, hook: &Hook) -> Answer<()> {
    let write = sqlx::query(sql!("write_hook")).bind(hook.id).bind(&hook.url).bind(kinds_text(&hook.events));
    let secrets = hook.secrets.text();
    let write = write.bind(secrets.reveal()).bind(hook.off.as_ref().map(|off| off.since.0));
    let write = write.bind(hook.off.as_ref().map(|off| off.why.clone())).bind(hook.failing.map(|at| at.0));
    write.execute(&mut **tx).await?;
    Ok(())
}

async fn due_hooks(db: &mut SqliteConnection, now: i64) -> Answer<Vec<(i64, i64)>> {
    Ok(sqlx::query_as(sql!("due_hooks")).bind(now).fetch_all(db).await?)
}

async fn take(tx: &mut Tx, ids: &[i64], lease: Duration) -> Answer<Vec<Errand>> {
    let (list, end) = (json(&ids)?, tx.later(lease));
    let sql = "UPDATE delivery SET attempt = attempt + 1, lease = ? WHERE id IN (SELECT value FROM json_each(?))";
    sqlx::query(sql).bind(end).bind(&list).execute(&mut **tx).await?;
    let sql = concat!(delivery!(), " WHERE delivery.id IN (SELECT value FROM json_each(?)) ORDER BY delivery.id");
    let taken: Vec<Delivery> = sqlx::query_as(sql).bind(list).fetch_all(&mut **tx).await?;
    let mut errands = Vec::new();
    for delivery in taken {
        let sql = concat!(hook!(), " WHERE id = ?");
        let hook = sqlx::query_as(sql).bind(delivery.hook).fetch_one(&mut **tx).await?;
        errands.push(Errand { hook, delivery: delivery.on_the_wall(tx.wall.0 - tx.ticks) });
    }
    Ok(errands)
}

/// Remembers a try, and the newest ones before it.
async fn log(tx: &mut Tx, ended: &Ended) -> Answer<()> {
    let Tried { attempt, took_ms, status, error, excerpt, .. } = &ended.tried;
    let log = sqlx::query(sql!("log_try")).bind(ended.delivery).bind(attempt).bind(tx.wall.0);
    let log = log.bind(took_ms.cast_signed()).bind(*status).bind(error).bind(excerpt);
    log.execute(&mut **tx).await?;
    let trim = sqlx::query("DELETE FROM tried WHERE delivery = ? AND attempt <= ?").bind(ended.delivery);
    trim.bind(i64::from(*attempt) - i64::from(REMEMBERED)).execute(&mut **tx).await?;
    Ok(())
}

async fn attach_log(db: &mut SqliteConnection, deliveries: &mut [Delivery]) -> Answer<()> {
    let ids: Vec<_> = deliveries.iter().map(|d| d.id).collect();
    let sql = "SELECT delivery, attempt, at, took, status, error, excerpt FROM tried \
               WHERE delivery IN (SELECT value FROM json_each(?)) ORDER BY delivery, attempt";
    let rows: Vec<TriedRow> = sqlx::query_as(sql).bind(json(&ids)?).fetch_all(db).await?;
    attach(deliveries, rows)
}

/// Removes deliveries with their log, as this statement finds them; returns how many.
async fn forget(ledger: &Sqlite, sql: &'static str, which: i64, most: i64) -> Answer<u64> {
    let mut tx = ledger.begin().await?;
    let gone: Vec<i64> = sqlx::query_scalar(sql).bind(which).bind(most).fetch_all(&mut *tx).await?;
    let sql = "DELETE FROM tried WHERE delivery IN (SELECT value FROM json_each(?))";
    sqlx::query(sql).bind(json(&gone)?).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.len() as u64)
}
