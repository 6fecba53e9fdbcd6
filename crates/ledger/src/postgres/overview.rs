//! What people look at who run the house.

use super::tx::Tx;
use super::{Postgres, again, look, people, read, sql, tenants, unnamed};
use crate::LedgerError;
use crate::overview::*;
use crate::record::{TenantId, Timestamp};
use sqlx::postgres::PgConnection;
use std::ops::Range;

type Answer<T> = Result<T, LedgerError>;

impl Overview for Postgres {
    async fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> Answer<Vec<Day>> {
        read!(self, tx => by_day(&mut tx, tenant, moments(&days)))
    }

    async fn done_since(&self, since: Timestamp) -> Answer<Done> {
        read!(self, tx => done(&mut tx, since))
    }

    async fn at_work(&self, most: usize) -> Answer<Vec<AtWork>> {
        read!(self, tx => at_work(&mut tx, most))
    }

    async fn dead_letters(&self, most: usize) -> Answer<Vec<DeadLetter>> {
        read!(self, tx => dead_letters(&mut tx, most))
    }

    async fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
        again!(self, pause(self, paused, tenant, by))
    }
}

async fn by_day(db: &mut PgConnection, tenant: TenantId, Range { start, end }: Range<i64>) -> Answer<Vec<Day>> {
    let query = unnamed::query_as(sql!("usage_by_day")).bind(tenant.0).bind(start).bind(end);
    Ok(query.fetch_all(db).await?.into_iter().map(rows::day).collect())
}

async fn done(db: &mut PgConnection, since: Timestamp) -> Answer<Done> {
    Ok(rows::done(unnamed::query_as(sql!("done_since")).bind(since.0).fetch_one(db).await?))
}

async fn at_work(tx: &mut Tx, most: usize) -> Answer<Vec<AtWork>> {
    let query = unnamed::query_as(sql!("at_work")).bind(look::limit(most));
    let found = query.fetch_all(&mut **tx).await?;
    found.into_iter().map(|row| rows::at_work(row, tx.ticks, tx.wall)).collect()
}

async fn dead_letters(db: &mut PgConnection, most: usize) -> Answer<Vec<DeadLetter>> {
    let query = unnamed::query_as(sql!("dead_letters")).bind(look::limit(most));
    query.fetch_all(db).await?.into_iter().map(rows::dead_letter).collect()
}

async fn pause(ledger: &Postgres, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    tenants::pause(&mut tx, paused).await?;
    people::tell(&mut tx, tenant, by, deed(paused), "queue").await?;
    tx.commit().await
}
