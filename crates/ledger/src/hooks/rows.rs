//! Rows as a database gives them, and the records that they mean: the same for each backend in SQL.

use super::record::kinds_read;
use super::rules::Standing;
use super::*;
use crate::LedgerError;
use crate::event::Event;
use crate::record::{BatchId, TaskId, Totals};
use crate::registry::rows::{read, word};
use crate::rows::small;
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};

/// The columns of a [`Hook`].
macro_rules! hook {
    () => {
        "SELECT id, tenant, url, events, secrets, created, off, why, failing FROM hook"
    };
}

/// The columns of a [`Delivery`].
macro_rules! delivery {
    () => {
        "SELECT delivery.id, hook, tenant, batch, number, kind, task, at, found, skipped, succeeded, failed, cancelled, \
         state, attempt, forgiven, due, made FROM delivery JOIN hook ON hook.id = delivery.hook"
    };
}
pub(crate) use {delivery, hook};

/// State, newest try, tries that do not count, end of the lease.
pub type StandingRow = (String, i64, i64, Option<i64>);
/// Delivery, try, when, how long, status, error, excerpt.
pub type TriedRow = (i64, i64, i64, i64, Option<i64>, Option<String>, String);

fn strange(error: LedgerError) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

read!(Hook, row => {
    let (off, why): (Option<i64>, Option<String>) = (row.try_get("off")?, row.try_get("why")?);
    Ok(Self {
        id: row.try_get("id")?,
        tenant: TenantId(row.try_get("tenant")?),
        url: row.try_get("url")?,
        events: kinds_read(&row.try_get::<String, _>("events")?).map_err(strange)?,
        secrets: Secrets::read(&row.try_get::<String, _>("secrets")?),
        created: Timestamp(row.try_get("created")?),
        off: off.map(|since| Off { since: Timestamp(since), why: why.unwrap_or_default() }),
        failing: row.try_get::<Option<i64>, _>("failing")?.map(Timestamp),
    })
});

// What it is due at is a moment of the stopwatch here: see [`Delivery::on_the_wall`].
read!(Delivery, row => {
    let number = |column| row.try_get::<i64, _>(column);
    let count = |column| small(column, number(column)?).map_err(strange);
    let told = match row.try_get::<Option<i64>, _>("batch")? {
        None => None,
        Some(batch) => {
            let [found, skipped, succeeded, failed, cancelled] =
                [number("found")?, number("skipped")?, number("succeeded")?, number("failed")?, number("cancelled")?]
                    .map(i64::cast_unsigned);
            let remaining = found - skipped - succeeded - failed - cancelled;
            let event = Event {
                number: number("number")?.cast_unsigned(),
                tenant: TenantId(number("tenant")?),
                batch: BatchId(batch),
                task: row.try_get::<Option<i64>, _>("task")?.map(TaskId),
                kind: word(&row.try_get::<String, _>("kind")?)?,
                at: Timestamp(number("at")?),
            };
            Some(Told { event, totals: Totals { found, succeeded, failed, skipped, remaining, running: 0, cancelled } })
        }
    };
    Ok(Self {
        id: number("id")?,
        hook: number("hook")?,
        told,
        made: Timestamp(number("made")?),
        state: word(&row.try_get::<String, _>("state")?)?,
        attempt: count("attempt")?,
        forgiven: count("forgiven")?,
        due: Timestamp(number("due")?),
        tries: Vec::new(),
    })
});

impl Delivery {
    /// A moment of the stopwatch becomes one of the wall, which is so much ahead.
    pub(crate) fn on_the_wall(self, ahead: i64) -> Self {
        Self { due: Timestamp(self.due.0.saturating_add(ahead)), ..self }
    }
}

/// Where a delivery stands.
pub fn standing((state, attempt, forgiven, lease): StandingRow) -> Result<Standing, LedgerError> {
    let (attempt, forgiven) = (small("attempt", attempt)?, small("attempt", forgiven)?);
    Ok(Standing { state: state.parse()?, attempt, forgiven, leased: lease.is_some() })
}

/// Gives deliveries the log of their tries, which are in the order of their numbers.
pub fn attach(deliveries: &mut [Delivery], rows: Vec<TriedRow>) -> Result<(), LedgerError> {
    for (delivery, attempt, at, took, status, error, excerpt) in rows {
        let Some(found) = deliveries.iter_mut().find(|d| d.id == delivery) else { continue };
        let status = status.map(|status| small("status", status)).transpose()?;
        let (attempt, at, took_ms) = (small("attempt", attempt)?, Timestamp(at), took.cast_unsigned());
        found.tries.push(Tried { attempt, at, took_ms, status, error, excerpt });
    }
    Ok(())
}
