//! How fast a tenant goes: its counts and its turn, in a row that is locked by whoever changes it.
//!
//! Locks are taken in this order, so that nobody waits in a circle: a task by whoever holds nothing else, pools by name,
//! paces by tenant, a batch. Whoever comes from the other end skips what is locked.

use super::tx::Tx;
use crate::LedgerError;
use crate::record::TenantId;
use crate::states::STRIDE;
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::fmt::Write;

/// The pass of the tenant that went last in its turn; it only grows.
pub const WENT: &str = "coalesce((SELECT went FROM pace ORDER BY went DESC LIMIT 1), 0)";

/// So far a waking tenant may be behind the one that went last, since that one went on meanwhile.
pub const SLACK: i64 = 4 * STRIDE;

/// May it go.
pub const ELIGIBLE: &str = "queued > running AND running < running_cap AND NOT paused";

/// What of a row is read.
pub const COLUMNS: &str = "tenant, no, weight, queued_cap, running_cap, paused, queued, running, pass";

/// A tenant's row.
#[derive(Debug, Clone)]
pub struct Pace {
    pub tenant: i64,
    pub no: i64,
    pub weight: u32,
    pub queued_cap: i64,
    pub running_cap: i64,
    pub paused: bool,
    pub queued: i64,
    pub running: i64,
    /// It may be behind the last one that went; see [`crate::states::turn`].
    pub pass: i64,
}

impl Pace {
    /// From a row of [`COLUMNS`].
    pub fn read(row: &PgRow) -> Result<Self, LedgerError> {
        Ok(Self {
            tenant: row.try_get(0)?,
            no: row.try_get(1)?,
            weight: u32::try_from(row.try_get::<i64, _>(2)?).unwrap_or(u32::MAX),
            queued_cap: row.try_get(3)?,
            running_cap: row.try_get(4)?,
            paused: row.try_get(5)?,
            queued: row.try_get(6)?,
            running: row.try_get(7)?,
            pass: row.try_get(8)?,
        })
    }

    /// The statement that makes the next version of the row, whose lock we have.
    pub fn next(&mut self, change: &str) -> String {
        self.no += 1;
        format!("UPDATE pace SET no = {}, {change} WHERE tenant = {} AND no = {}; ", self.no, self.tenant, self.no - 1)
    }
}

/// The row, locked until the end of the transaction, and the pass of the one that went last.
pub async fn lock(tx: &mut Tx, tenant: TenantId) -> Result<Option<(Pace, i64)>, LedgerError> {
    // Two statements: the second sees what whoever had the lock has written.
    let sql = format!(
        "SELECT 1 FROM pace WHERE tenant = {0} ORDER BY no DESC LIMIT 1 FOR UPDATE; \
         SELECT {COLUMNS}, {WENT} FROM pace WHERE tenant = {0} ORDER BY no DESC LIMIT 1",
        tenant.0
    );
    let found = tx.sets(&sql).await?;
    let row = found.last().and_then(|rows| rows.first());
    row.map(|row| Ok((Pace::read(row)?, row.try_get(9)?))).transpose()
}

/// The same of a tenant that must be there.
pub async fn known(tx: &mut Tx, tenant: TenantId) -> Result<Pace, LedgerError> {
    let (pace, _) = lock(tx, tenant).await?.ok_or(LedgerError::UnknownTenant(tenant))?;
    Ok(pace)
}

/// Statements that lock a tenant's row and change its counts. It catches up with the last one that went: nobody saves up
/// turns, and whoever looks for the next one need not look behind.
pub fn change(tenant: i64, running: i64, queued: i64) -> String {
    let mut sql = format!("SELECT 1 FROM pace WHERE tenant = {tenant} ORDER BY no DESC LIMIT 1 FOR UPDATE; ");
    let _ = write!(
        sql,
        "UPDATE pace SET no = no + 1, running = running + {running}, queued = queued + {queued}, \
         pass = greatest(pass, {WENT}) \
         WHERE tenant = {tenant} AND no = (SELECT no FROM pace WHERE tenant = {tenant} ORDER BY no DESC LIMIT 1); "
    );
    sql
}

/// Statements that let those catch up which fell behind while nobody saw them.
pub async fn catch_up(tx: &mut Tx) -> Result<(), LedgerError> {
    let behind = format!(
        "UPDATE pace SET no = no + 1, pass = went.went FROM (SELECT {WENT} AS went) AS went \
         WHERE (tenant, no) IN (SELECT tenant, no FROM pace WHERE {ELIGIBLE} AND pass < {WENT} \
                                ORDER BY tenant FOR UPDATE SKIP LOCKED)"
    );
    tx.sets(&behind).await.map(drop)
}
