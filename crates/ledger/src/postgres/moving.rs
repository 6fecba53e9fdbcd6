//! Moving: rows go out and come in as JSON, which the engine takes apart.

use super::{Postgres, again, read, seats, sql, unnamed};
use crate::LedgerError;
use crate::moving::sql::{Words, export, source};
use crate::moving::{House, Moving, Part, Place, Row, Shelf};
use crate::rows::json;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

const WORDS: Words = Words { object: "json_build_object", value: '$', by_bytes: " COLLATE \"C\"" };

type Answer<T> = Result<T, LedgerError>;

impl Moving for Postgres {
    async fn house(&self) -> Answer<House> {
        let found = read!(self, tx => async {
            let row = unnamed::query_as(sql!("house")).bind(tx.ticks).fetch_one(&mut *tx).await?;
            Ok::<_, LedgerError>(row)
        });
        let (sweeper, last_batch, last_task, last_upload, last_usage, pass) = found?;
        Ok(House { sweeper, last_batch, last_task, last_upload, last_usage, pass })
    }

    async fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> Answer<Vec<Row>> {
        read!(self, tx => rows(&mut tx, shelf, after, most))
    }

    async fn import(&self, rows: &[Row]) -> Answer<u64> {
        again!(self, add(self, rows))
    }

    async fn settle(&self, house: &House) -> Answer<()> {
        again!(self, super::LIST, settle(self, house))
    }
}

async fn rows(db: &mut PgConnection, shelf: Shelf, after: Option<&Place>, most: usize) -> Answer<Vec<Row>> {
    let from = if shelf == Shelf::Tenant { sql!("moving_tenants") } else { source(shelf) };
    let sql = export(&WORDS, shelf, from, after.is_some(), |_| None);
    let mut query = unnamed::query_scalar(AssertSqlSafe(sql));
    for part in after.iter().flat_map(|place| &place.0) {
        query = match part {
            Part::Number(number) => query.bind(number),
            Part::Text(text) => query.bind(text),
        };
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows: Vec<String> = query.bind(most).fetch_all(db).await?;
    rows.iter().map(|row| shelf.read(row)).collect()
}

async fn add(ledger: &Postgres, rows: &[Row]) -> Answer<u64> {
    let Some(shelf) = rows.first().map(Row::shelf) else { return Ok(0) };
    let mut tx = ledger.begin().await?;
    let added = unnamed::query(AssertSqlSafe(import(shelf))).bind(json(&rows)?).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(added.rows_affected())
}

/// Values: a JSON array of rows. A tenant has rows in three tables.
fn import(shelf: Shelf) -> String {
    if shelf == Shelf::Tenant {
        return sql!("move_tenants").into();
    }
    let (table, columns) = (shelf.table(), shelf.columns().join(", "));
    format!(
        "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE \
         SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::JSON) ON CONFLICT DO NOTHING"
    )
}

async fn settle(ledger: &Postgres, house: &House) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    seats::lock(&mut tx).await?;
    let numbers = unnamed::query(sql!("number_on")).bind(house.last_batch).bind(house.last_task);
    numbers.bind(house.last_upload).bind(house.last_usage).execute(&mut *tx).await?;
    unnamed::query("UPDATE pace SET pass = greatest(pass, $1), went = greatest(went, $1)")
        .bind(house.pass)
        .execute(&mut *tx)
        .await?;
    sqlx::raw_sql(sql!("sum_up")).execute(&mut *tx).await?;
    seats::give_rights(&mut tx).await?;
    tx.commit().await
}
