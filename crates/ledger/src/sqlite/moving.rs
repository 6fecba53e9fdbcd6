//! Moving: rows go out and come in as JSON, which the engine takes apart.

use super::{Sqlite, seats, sql};
use crate::LedgerError;
use crate::moving::sql::{Words, export, source};
use crate::moving::{House, Moving, Part, Place, Row, Shelf};
use crate::rows::json;
use sqlx::AssertSqlSafe;

const WORDS: Words = Words { object: "json_object", value: '?', by_bytes: "" };

impl Moving for Sqlite {
    async fn house(&self) -> Result<House, LedgerError> {
        let now = self.ticks().await?;
        let row = sqlx::query_as(sql!("house")).bind(now).fetch_one(&mut *self.read().await?).await?;
        let (sweeper, last_batch, last_task, last_upload, last_usage, pass) = row;
        Ok(House { sweeper, last_batch, last_task, last_upload, last_usage, pass })
    }

    async fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> Result<Vec<Row>, LedgerError> {
        let sql = export(&WORDS, shelf, source(shelf), after.is_some(), column);
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
        for part in after.iter().flat_map(|place| &place.0) {
            query = match part {
                Part::Number(number) => query.bind(number),
                Part::Text(text) => query.bind(text),
            };
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows: Vec<String> = query.bind(most).fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(|row| shelf.read(row)).collect()
    }

    async fn import(&self, rows: &[Row]) -> Result<u64, LedgerError> {
        let Some(shelf) = rows.first().map(Row::shelf) else { return Ok(0) };
        let mut tx = self.begin().await?;
        let added = sqlx::query(AssertSqlSafe(import(shelf))).bind(json(&rows)?).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(added.rows_affected())
    }

    async fn settle(&self, house: &House) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        let given = sqlx::query(sql!("give_on")).bind(house.last_batch).bind(house.last_task).bind(house.pass);
        given.execute(&mut *tx).await?;
        for (table, last) in [("upload", house.last_upload), ("usage", house.last_usage)] {
            sqlx::query(sql!("know_numbers")).bind(table).execute(&mut *tx).await?;
            sqlx::query(sql!("number_on")).bind(last).bind(table).execute(&mut *tx).await?;
        }
        sqlx::raw_sql(sql!("sum_up")).execute(&mut *tx).await?;
        seats::give_rights(&mut tx).await?;
        tx.commit().await
    }
}

/// What stands for a column. Nobody saves up turns.
fn column(name: &str) -> Option<String> {
    match name {
        "paused" | "seated" => Some(format!("json(iif({name}, 'true', 'false'))")),
        "pass" => Some("max(pass, (SELECT house.pass FROM house))".into()),
        _ => None,
    }
}

/// Values: a JSON array of rows.
fn import(shelf: Shelf) -> String {
    let (table, columns) = (shelf.table(), shelf.columns().join(", "));
    let values: Vec<_> = shelf.columns().iter().map(|name| format!("value ->> '{name}'")).collect();
    let values = values.join(", ");
    format!("INSERT INTO {table} ({columns}) SELECT {values} FROM json_each(?) WHERE TRUE ON CONFLICT DO NOTHING")
}
