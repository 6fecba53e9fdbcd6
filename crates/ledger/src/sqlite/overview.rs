//! What people look at who run the house. Everything but the pause reads on a connection that never waits for a writer.

use super::{Sqlite, look, people, sql, tenants};
use crate::LedgerError;
use crate::overview::*;
use crate::record::{TenantId, Timestamp};
use std::ops::Range;

type Answer<T> = Result<T, LedgerError>;

impl Overview for Sqlite {
    async fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> Answer<Vec<Day>> {
        let Range { start, end } = moments(&days);
        let query = sqlx::query_as(sql!("usage_by_day")).bind(tenant.0).bind(start).bind(end);
        Ok(query.fetch_all(&mut *self.read().await?).await?.into_iter().map(rows::day).collect())
    }

    async fn done_since(&self, since: Timestamp) -> Answer<Done> {
        let query = sqlx::query_as(sql!("done_since")).bind(since.0);
        Ok(rows::done(query.fetch_one(&mut *self.read().await?).await?))
    }

    async fn at_work(&self, most: usize) -> Answer<Vec<AtWork>> {
        let (ticks, wall) = (self.ticks().await?, self.clock.wall());
        let query = sqlx::query_as(sql!("at_work")).bind(look::limit(most));
        let found = query.fetch_all(&mut *self.read().await?).await?;
        found.into_iter().map(|row| rows::at_work(row, ticks, wall)).collect()
    }

    async fn dead_letters(&self, most: usize) -> Answer<Vec<DeadLetter>> {
        let query = sqlx::query_as(sql!("dead_letters")).bind(look::limit(most));
        query.fetch_all(&mut *self.read().await?).await?.into_iter().map(rows::dead_letter).collect()
    }

    async fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
        let mut tx = self.begin().await?;
        tenants::pause(&mut tx, paused).await?;
        people::tell(&mut tx, tenant, by, deed(paused), "queue").await?;
        tx.commit().await
    }
}
