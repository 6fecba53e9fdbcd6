//! Schemas. A newer one is put in place while processes of the version before go on: it may add what they do not see, and
//! only the one after it takes away what they used.
//!
//! Each says which is the oldest version of the program that can work with it; a program refuses a schema that says it is
//! too old, and leaves a newer one that does not as it is.

use super::hosts::Hosts;
use super::sql;
use super::tx::{Kind, Tx};
use super::unnamed;
use crate::LedgerError;
use std::sync::Arc;

/// What makes schema `n + 1` of schema `n`, and the oldest version that can read it.
pub const SCHEMAS: &[(&str, i64)] = &[
    (sql!("schema/1"), 1),
    (sql!("schema/2"), 1),
    (sql!("schema/3"), 1),
    (sql!("schema/4"), 1),
    (sql!("schema/5"), 1),
    (sql!("schema/6"), 1),
    (sql!("schema/7"), 1),
    (sql!("schema/8"), 1),
    (sql!("schema/9"), 1),
    (sql!("schema/10"), 1),
    (sql!("schema/11"), 1),
];

/// What the database says of itself; two numbers, for ever.
const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, oldest_reader BIGINT NOT NULL)";

/// One process at a time; the number says `rawmill` on a telephone.
const ALONE: &str = "SELECT pg_advisory_xact_lock(7296455)";

/// Brings the database up to date.
pub async fn prepare(hosts: &Arc<Hosts>) -> Result<(), LedgerError> {
    up_to(hosts, SCHEMAS).await
}

/// The same, as a program does that knows these schemas.
pub async fn up_to(hosts: &Arc<Hosts>, schemas: &[(&'static str, i64)]) -> Result<(), LedgerError> {
    let (mut tx, _) = Tx::begin(hosts, None, Kind::Write, "").await?;
    sqlx::raw_sql(ALONE).execute(&mut *tx).await?;
    sqlx::raw_sql(TABLE).execute(&mut *tx).await?;
    let row = unnamed::query_as("SELECT version, oldest_reader FROM schema_version").fetch_optional(&mut *tx).await?;
    let (found, oldest): (i64, i64) = row.unwrap_or((0, 0));
    let ours = schemas.len() as i64;
    if oldest > ours {
        return Err(LedgerError::TooOld { found, oldest, expected: ours });
    }
    let missing = usize::try_from(found).ok().and_then(|found| schemas.get(found..)).unwrap_or_default();
    for (schema, _) in missing {
        sqlx::raw_sql(*schema).execute(&mut *tx).await?;
    }
    if let Some((_, oldest)) = missing.last() {
        sqlx::raw_sql("DELETE FROM schema_version").execute(&mut *tx).await?;
        let version = unnamed::query("INSERT INTO schema_version (version, oldest_reader) VALUES ($1, $2)");
        version.bind(ours).bind(oldest).execute(&mut *tx).await?;
    }
    tx.commit().await
}
