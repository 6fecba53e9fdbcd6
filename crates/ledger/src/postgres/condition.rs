//! Looking at a database without changing it.

use super::hosts::Hosts;
use super::schema::SCHEMAS;
use super::tx::{Kind, Tx};
use super::{Postgres, PostgresOptions, unnamed};
use crate::LedgerError;
use crate::condition::Condition;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The oldest version that we work with, as the server numbers them.
const OLDEST: i64 = 130_000;

/// Version, version as a number, milliseconds of its clock since 1970, and whether there is a ledger.
const LOOK: &str = "SELECT current_setting('server_version'), current_setting('server_version_num')::BIGINT, \
                    (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT, to_regclass('schema_version') IS NOT NULL";

impl Postgres {
    /// Reaches the database and looks how it is. Nothing is brought up to date.
    pub async fn examine(options: PostgresOptions) -> Result<Condition, LedgerError> {
        let hosts = Arc::new(Hosts::new(options)?);
        let (mut tx, _) = Tx::begin(&hosts, None, Kind::Read, "").await?;
        let began = Instant::now();
        let (version, number, clock, there): (String, i64, i64, bool) =
            unnamed::query_as(LOOK).fetch_one(&mut *tx).await?;
        let latency = began.elapsed();
        // It looked at its clock somewhere on the way.
        let here = SystemTime::now() - latency / 2;
        let here = i64::try_from(here.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()).unwrap_or(i64::MAX);
        let (mut schema, known) = (None, SCHEMAS.len() as i64);
        if there {
            let rows = unnamed::query_as("SELECT version, oldest_reader FROM schema_version");
            let row: Option<(i64, i64)> = rows.fetch_optional(&mut *tx).await?;
            if let Some((found, oldest)) = row.filter(|(_, oldest)| *oldest > known) {
                return Err(LedgerError::TooOld { found, oldest, expected: known });
            }
            schema = row.map(|(found, _)| found);
        }
        tx.roll_back().await?;
        hosts.shut().await;
        let engine = format!("PostgreSQL {version}");
        Ok(Condition { engine, supported: number >= OLDEST, schema, known, ahead_ms: Some(clock - here), latency })
    }
}
