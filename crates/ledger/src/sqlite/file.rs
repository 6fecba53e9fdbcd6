//! Opening the file, its schemas, and transactions on it.

use super::writer::{Tx, Writer, ms};
use super::{Sqlite, sql};
use crate::LedgerError;
use crate::clock::{Clock, SystemClock, Ticks};
use crate::condition::Condition;
use crate::upkeep::{KILL_MARGIN, SEAT_REST};
use sqlx::Connection;
use sqlx::Sqlite as Engine;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// What makes schema `n + 1` of schema `n`. A new file goes through all of them.
const SCHEMAS: [&str; 15] = [
    sql!("schema/1"),
    sql!("schema/2"),
    sql!("schema/3"),
    sql!("schema/4"),
    sql!("schema/5"),
    sql!("schema/6"),
    sql!("schema/7"),
    sql!("schema/8"),
    sql!("schema/9"),
    sql!("schema/10"),
    sql!("schema/11"),
    sql!("schema/12"),
    sql!("schema/13"),
    sql!("schema/14"),
    sql!("schema/15"),
];

/// Longest wait for others who have the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Rows that an engine's thread reads ahead of us: a list is handed over in pieces, not row by row.
const ROWS: usize = 2_000;

/// Connections that only read.
const READERS: u32 = 3;

impl Sqlite {
    /// Opens the file, and makes it where it is missing. A ledger of an older schema is brought up to date, one of a
    /// newer schema is refused.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::open_at(path, Arc::new(SystemClock::new())).await
    }

    /// The same with a clock.
    pub async fn open_at(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let end = Instant::now() + PATIENCE;
        loop {
            match Self::try_open(path, Arc::clone(&clock)).await {
                // SQLite does not wait by itself where several take back what a killed process left half made.
                Err(LedgerError::Database(e)) if is_busy(&e) && Instant::now() < end => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE).row_buffer_size(ROWS);
        let writing = options.clone().create_if_missing(true);
        let writing = writing.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let writer = Writer::connect(&writing).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options.read_only(true));
        let ledger = Self { writer, readers, clock, boot: Arc::default() };
        ledger.prepare().await?;
        Ok(ledger)
    }

    /// Copies what has been committed into a new file, while others read and write.
    pub async fn backup(&self, to: &Path) -> Result<(), LedgerError> {
        let mut db = self.read().await?;
        sqlx::query("VACUUM INTO ?").bind(to.to_string_lossy().into_owned()).execute(&mut *db).await?;
        Ok(())
    }

    /// Says whether this file is a whole ledger that this version can read. Opens it for reading only.
    pub async fn check(path: &Path) -> Result<(), LedgerError> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut db = SqliteConnection::connect_with(&options).await?;
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut db).await.map_err(damaged)?;
        let expected = SCHEMAS.len() as i64;
        if !(1..=expected).contains(&found) {
            return Err(LedgerError::Schema { found, expected });
        }
        let told: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut db).await.map_err(damaged)?;
        if told == "ok" { Ok(()) } else { Err(LedgerError::Damaged(told)) }
    }

    /// Looks at a ledger without changing it; says whether it is whole.
    pub async fn examine(path: &Path) -> Result<Condition, LedgerError> {
        let began = Instant::now();
        Self::check(path).await?;
        let latency = began.elapsed();
        let mut db =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path).read_only(true)).await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut db).await?;
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut db).await?;
        let (engine, known) = (format!("SQLite {version}"), SCHEMAS.len() as i64);
        Ok(Condition { engine, supported: true, schema: Some(found), known, ahead_ms: None, latency })
    }

    /// Leaves a gap in the numbers of batches, tasks and uploads, wide enough for whatever was numbered after a backup
    /// that this file was restored from.
    pub async fn skip_numbers(&self) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        sqlx::raw_sql(sql!("skip_numbers")).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// Writes everything back into the one file and closes it.
    pub async fn shut(self) {
        self.readers.close().await;
        // What was recorded is in the log, if not in the file.
        self.writer.shut().await.ok();
    }

    /// A connection that sees what has been committed.
    pub(super) async fn read(&self) -> Result<PoolConnection<Engine>, LedgerError> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that may write; the only one in the file.
    pub(super) async fn begin(&self) -> Result<Tx, LedgerError> {
        self.meet_boot().await?;
        let part = self.writer.begin().await?;
        Ok(Tx::new(part, self.clock.wall(), self.clock.ticks().ms))
    }

    /// The stopwatch, in milliseconds of the boot that the file is at.
    pub(super) async fn ticks(&self) -> Result<i64, LedgerError> {
        self.meet_boot().await?;
        Ok(self.clock.ticks().ms)
    }

    async fn prepare(&self) -> Result<(), LedgerError> {
        let mut tx = self.writer.begin().await?;
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await?;
        let missing = usize::try_from(found).ok().and_then(|found| SCHEMAS.get(found..));
        let expected = SCHEMAS.len() as i64;
        for schema in missing.ok_or(LedgerError::Schema { found, expected })? {
            sqlx::raw_sql(*schema).execute(&mut *tx).await?;
        }
        tx.commit().await
    }

    /// Moments of an earlier boot mean nothing now: its leases have run out, its pauses are over, its seats have rested.
    async fn meet_boot(&self) -> Result<(), LedgerError> {
        let Ticks { boot, .. } = self.clock.ticks();
        let known = || self.boot.lock().unwrap_or_else(PoisonError::into_inner);
        if *known() == boot {
            return Ok(());
        }
        let mut tx = self.writer.begin().await?;
        let met = sqlx::query(sql!("meet_boot")).bind(&*boot).execute(&mut *tx).await?;
        if met.rows_affected() > 0 {
            let rested = ms(KILL_MARGIN) - ms(SEAT_REST);
            sqlx::query(sql!("boot_leases")).bind(rested).execute(&mut *tx).await?;
            sqlx::raw_sql(sql!("boot_rest")).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        *known() = boot;
        Ok(())
    }
}

/// Does somebody else have the file (SQLITE_BUSY, whatever the reason).
fn is_busy(error: &sqlx::Error) -> bool {
    code(error) == Some(5)
}

/// Where even the schema cannot be read (SQLITE_CORRUPT), the file is damaged.
fn damaged(error: sqlx::Error) -> LedgerError {
    if code(&error) == Some(11) { LedgerError::Damaged(error.to_string()) } else { error.into() }
}

/// The kind of an error.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<u32>().ok());
    code.map(|code| code & 0xff)
}
