//! Opening the file, its schemas, and transactions on it.

use super::{Sqlite, sql};
use crate::LedgerError;
use crate::clock::{Clock, SystemClock, Ticks};
use crate::record::Timestamp;
use crate::upkeep::{KILL_MARGIN, SEAT_REST};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite as Engine, Transaction};
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// What makes schema `n + 1` of schema `n`. A new file goes through all of them.
const SCHEMAS: [&str; 2] = [sql!("schema/1"), sql!("schema/2")];

/// Connections that only read.
const READERS: u32 = 3;

/// A transaction that may write, and when it began.
pub struct Tx {
    db: Transaction<'static, Engine>,
    /// Of the wall's clock.
    pub wall: Timestamp,
    /// Of the stopwatch, in milliseconds.
    pub ticks: i64,
}

impl Tx {
    /// Its writes are on the disk when this returns.
    pub async fn commit(self) -> Result<(), LedgerError> {
        Ok(self.db.commit().await?)
    }

    /// So much later, on the stopwatch.
    pub fn later(&self, time: Duration) -> i64 {
        self.ticks.saturating_add(ms(time))
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.db
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.db
    }
}

/// In milliseconds.
pub fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Sqlite {
    /// Opens the file, and makes it where it is missing. A ledger of an older schema is brought up to date, one of a
    /// newer schema is refused.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::open_at(path, Arc::new(SystemClock::new())).await
    }

    /// The same with a clock.
    pub async fn open_at(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
        let writing = options.clone().create_if_missing(true);
        let writing = writing.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(writing).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options.read_only(true));
        let ledger = Self { writer, readers, clock, boot: Arc::default() };
        ledger.prepare().await?;
        Ok(ledger)
    }

    /// Writes everything back into the one file and closes it.
    pub async fn shut(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A connection that sees what has been committed.
    pub(super) async fn read(&self) -> Result<PoolConnection<Engine>, LedgerError> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that may write; the only one in the file.
    pub(super) async fn begin(&self) -> Result<Tx, LedgerError> {
        self.meet_boot().await?;
        let db = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Tx { db, wall: self.clock.wall(), ticks: self.clock.ticks().ms })
    }

    /// The stopwatch, in milliseconds of the boot that the file is at.
    pub(super) async fn ticks(&self) -> Result<i64, LedgerError> {
        self.meet_boot().await?;
        Ok(self.clock.ticks().ms)
    }

    async fn prepare(&self) -> Result<(), LedgerError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await?;
        let missing = usize::try_from(found).ok().and_then(|found| SCHEMAS.get(found..));
        let expected = SCHEMAS.len() as i64;
        for schema in missing.ok_or(LedgerError::Schema { found, expected })? {
            sqlx::raw_sql(*schema).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Moments of an earlier boot mean nothing now: its leases have run out, its pauses are over, its seats have rested.
    async fn meet_boot(&self) -> Result<(), LedgerError> {
        let Ticks { boot, .. } = self.clock.ticks();
        let known = || self.boot.lock().unwrap_or_else(PoisonError::into_inner);
        if *known() == boot {
            return Ok(());
        }
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
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
