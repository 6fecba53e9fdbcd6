//! Transactions. Everything is done in one, reads too: only there does a pooler leave us the same connection.

use super::hosts::{Guest, Hosts};
use crate::LedgerError;
use crate::clock::{Clock, Ticks};
use crate::record::Timestamp;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Either, Row};
use std::fmt::Write;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Longest silence of ours in the middle of a transaction; the server then takes back what was begun. So a process that is
/// frozen or cut off holds up nobody. Between two statements we only think, and never for long.
const SILENCE: Duration = Duration::from_secs(5);

/// Milliseconds of the database's clock since 1970.
const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT";

/// A transaction, and when it began.
#[derive(Debug)]
pub struct Tx {
    /// `None` once it is over.
    guest: Option<Guest>,
    hosts: Arc<Hosts>,
    /// Of the wall's clock.
    pub wall: Timestamp,
    /// Of the stopwatch, in milliseconds: of the database's clock, unless a test holds another.
    pub ticks: i64,
    /// Statements to be run with the commit: locks that others wait for are taken there.
    pub last: String,
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each statement sees what was committed before it.
    Write,
    /// All statements see the same.
    Read,
}

impl Tx {
    /// Begins one, and fetches the time with it. What is run `first` comes with it too, its rows for each statement apart.
    pub async fn begin(
        hosts: &Arc<Hosts>,
        clock: Option<&Arc<dyn Clock>>,
        kind: Kind,
        first: &str,
    ) -> Result<(Self, Vec<Vec<PgRow>>), LedgerError> {
        let held = clock.map(|clock| (clock.wall(), clock.ticks()));
        let sql = opening(hosts, held.as_ref(), kind, first);
        loop {
            let mut guest = hosts.acquire().await?;
            let used = guest.used;
            let begun = timeout(hosts.options().statement_timeout, sets(&mut guest.db, &sql)).await;
            let silent = |_| LedgerError::Away("the database does not answer".into());
            let mut found = match begun.map_err(silent).and_then(|begun| Ok(begun?)) {
                Ok(found) => found,
                // It was good when it was used last; nothing has happened yet.
                Err(error) if used && error.may_pass() && !error.is_conflict() => {
                    hosts.forget_idle();
                    continue;
                }
                Err(error) => return Err(error),
            };
            let (now, read_only) = opened(&found)?;
            if read_only {
                // It was the first host once, and is a copy of another one now.
                hosts.forget_idle();
                if used {
                    continue;
                }
                return Err(LedgerError::Away("the database takes no writes".into()));
            }
            let (wall, ticks) = held.map_or((Timestamp(now), now), |(wall, ticks)| (wall, ticks.ms));
            let tx = Self { guest: Some(guest), hosts: Arc::clone(hosts), wall, ticks, last: String::new() };
            return Ok((tx, found.split_off(OPENING)));
        }
    }

    /// Runs what comes last, and commits.
    pub async fn commit(mut self) -> Result<(), LedgerError> {
        let mut sql = std::mem::take(&mut self.last);
        sql.push_str("COMMIT");
        let ended = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *self).await;
        ended?;
        if let Some(guest) = self.guest.take() {
            self.hosts.release(guest);
        }
        Ok(())
    }

    /// Takes everything back.
    pub async fn roll_back(mut self) -> Result<(), LedgerError> {
        self.last.clear();
        sqlx::raw_sql("ROLLBACK").execute(&mut *self).await?;
        if let Some(guest) = self.guest.take() {
            self.hosts.release(guest);
        }
        Ok(())
    }

    /// The answer to a call that is refused: what it had locked is free before anybody hears of that, so whoever comes next
    /// and skips what is locked skips nothing.
    pub async fn refuse<T>(self, why: LedgerError) -> Result<T, LedgerError> {
        self.roll_back().await?;
        Err(why)
    }

    /// Runs what comes last now.
    pub async fn run_last(&mut self) -> Result<(), LedgerError> {
        let sql = std::mem::take(&mut self.last);
        if !sql.is_empty() {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **self).await?;
        }
        Ok(())
    }

    /// Runs several statements of nothing but numbers at once; gives the rows of each.
    pub async fn sets(&mut self, sql: &str) -> Result<Vec<Vec<PgRow>>, LedgerError> {
        Ok(sets(self, sql).await?)
    }

    /// So much later, on the stopwatch.
    pub fn later(&self, time: Duration) -> i64 {
        self.ticks.saturating_add(ms(time))
    }
}

/// Statements before those that come first.
const OPENING: usize = 5;

fn opening(hosts: &Hosts, held: Option<&(Timestamp, Ticks)>, kind: Kind, first: &str) -> String {
    let level = if kind == Kind::Read { " ISOLATION LEVEL REPEATABLE READ" } else { "" };
    let limit = hosts.options().statement_timeout.as_millis();
    let now = held.map_or_else(|| NOW.to_owned(), |(_, ticks)| format!("({})::BIGINT", ticks.ms));
    let mut sql = format!("BEGIN{level}; SET LOCAL statement_timeout = {limit}; SET LOCAL jit = off; ");
    let idle = SILENCE.as_millis();
    let _ = write!(sql, "SET LOCAL idle_in_transaction_session_timeout = {idle}; ");
    let _ = write!(sql, "SELECT {now}, current_setting('transaction_read_only') = 'on'; ");
    sql + &first.replace("$now", &now)
}

/// The time, and whether it takes no writes.
fn opened(found: &[Vec<PgRow>]) -> Result<(i64, bool), LedgerError> {
    let row = found.get(OPENING - 1).and_then(|rows| rows.first()).ok_or(sqlx::Error::RowNotFound)?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// The rows of each statement.
async fn sets(db: &mut PgConnection, sql: &str) -> Result<Vec<Vec<PgRow>>, sqlx::Error> {
    let mut stream = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_many(db);
    let (mut all, mut rows) = (Vec::new(), Vec::new());
    while let Some(next) = stream.try_next().await? {
        match next {
            Either::Right(row) => rows.push(row),
            Either::Left(_) => all.push(std::mem::take(&mut rows)),
        }
    }
    Ok(all)
}

/// In milliseconds.
pub fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Drop for Tx {
    /// It never happened. The connection is good for the next one, if it can say so soon; without a runtime it is dropped.
    fn drop(&mut self) {
        let (Some(mut guest), Ok(runtime)) = (self.guest.take(), Handle::try_current()) else { return };
        let hosts = Arc::clone(&self.hosts);
        runtime.spawn(async move {
            let undone = timeout(Duration::from_secs(5), sqlx::raw_sql("ROLLBACK").execute(&mut guest.db)).await;
            if matches!(undone, Ok(Ok(_))) {
                hosts.release(guest);
            }
        });
    }
}

const HELD: &str = "a transaction holds its connection until it is over";

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.guest.as_ref().expect(HELD).db
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.guest.as_mut().expect(HELD).db
    }
}
