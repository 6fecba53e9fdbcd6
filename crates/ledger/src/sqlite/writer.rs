//! The one connection that writes, and transactions that share an fsync.
//!
//! Every caller's part of a transaction is a savepoint. Whoever has done its part goes to the back of the queue; those in
//! front of it add their parts to the same transaction. The first one to come round again commits for all, so that an
//! fsync is paid once for all who waited, and nobody waits for someone who came later. No answer is given before its part
//! is on the disk.

use crate::LedgerError;
use crate::record::Timestamp;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Where writers queue.
#[derive(Debug, Clone)]
pub struct Writer(Arc<Mutex<Desk>>);

#[derive(Debug)]
struct Desk {
    /// `None` once it is shut.
    db: Option<SqliteConnection>,
    /// The transaction that is open.
    open: Option<Arc<Group>>,
    /// Somebody left in the middle of its part.
    unfinished: bool,
}

/// Those whose parts are in one transaction. What became of it is known when it ends.
#[derive(Debug, Default)]
struct Group(OnceLock<Result<(), String>>);

impl Desk {
    fn db(&mut self) -> Result<&mut SqliteConnection, LedgerError> {
        self.db.as_mut().ok_or(LedgerError::Database(sqlx::Error::PoolClosed))
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), LedgerError> {
        Ok(sqlx::raw_sql(sql).execute(self.db()?).await.map(drop)?)
    }

    /// Begins a part.
    async fn begin(&mut self) -> Result<(), LedgerError> {
        self.tidy().await;
        if self.open.is_none() {
            self.open = Some(Arc::default());
            let begun = self.run("BEGIN IMMEDIATE").await;
            self.give_up(begun).await?;
        }
        self.unfinished = true;
        self.run("SAVEPOINT part").await
    }

    /// Takes back a part that nobody finished.
    async fn tidy(&mut self) {
        if std::mem::take(&mut self.unfinished) && self.open.is_some() {
            let undone = self.run("ROLLBACK TO part; RELEASE part").await;
            self.give_up(undone).await.ok();
        }
    }

    /// Finishes a part; it will be committed with this group.
    async fn finish(&mut self) -> Result<Arc<Group>, LedgerError> {
        self.unfinished = false;
        let released = self.run("RELEASE part").await;
        self.give_up(released).await?;
        self.open.clone().ok_or(LedgerError::Database(sqlx::Error::PoolClosed))
    }

    /// Where the database has lost the whole transaction, everybody in it must know.
    async fn give_up(&mut self, result: Result<(), LedgerError>) -> Result<(), LedgerError> {
        if let (Err(error), Some(group)) = (&result, self.open.take_if(|_| result.is_err())) {
            let _ = group.0.set(Err(error.to_string()));
            self.run("ROLLBACK").await.ok();
        }
        result
    }

    /// Commits what is open.
    async fn commit(&mut self) {
        self.tidy().await;
        let Some(group) = self.open.take() else { return };
        let committed = self.run("COMMIT").await;
        if committed.is_err() {
            self.run("ROLLBACK").await.ok();
        }
        let _ = group.0.set(committed.map_err(|e| e.to_string()));
    }
}

impl Writer {
    /// Opens the connection.
    pub async fn connect(options: &SqliteConnectOptions) -> Result<Self, LedgerError> {
        let db = Some(SqliteConnection::connect_with(options).await?);
        Ok(Self(Arc::new(Mutex::new(Desk { db, open: None, unfinished: false }))))
    }

    /// Waits for its turn and begins a part of a transaction.
    pub async fn begin(&self) -> Result<Part, LedgerError> {
        let mut desk = self.0.clone().lock_owned().await;
        desk.begin().await?;
        Ok(Part { desk: Some(desk), writer: self.clone() })
    }

    /// Waits until this group is committed, or commits it.
    async fn settle(&self, group: &Group) -> Result<(), LedgerError> {
        let mut desk = self.0.lock().await;
        if group.0.get().is_none() {
            desk.commit().await;
        }
        match group.0.get() {
            Some(Err(why)) => Err(LedgerError::Database(sqlx::Error::Protocol(why.clone()))),
            _ => Ok(()),
        }
    }

    /// Closes the connection.
    pub async fn shut(self) -> Result<(), LedgerError> {
        let mut desk = self.0.lock().await;
        desk.commit().await;
        match desk.db.take() {
            Some(db) => Ok(db.close().await?),
            None => Ok(()),
        }
    }
}

/// A caller's part of a transaction. Dropped, it never happened.
pub struct Part {
    /// `None` once it is finished.
    desk: Option<OwnedMutexGuard<Desk>>,
    writer: Writer,
}

impl Part {
    /// Its writes are on the disk when this returns.
    pub async fn commit(mut self) -> Result<(), LedgerError> {
        let Some(mut desk) = self.desk.take() else { return Ok(()) };
        let group = desk.finish().await?;
        drop(desk);
        let writer = self.writer.clone();
        // On a task of its own: the group is committed even if this caller goes away.
        let settled = tokio::spawn(async move { writer.settle(&group).await });
        settled.await.map_err(|_| LedgerError::Database(sqlx::Error::WorkerCrashed))?
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Without a runtime the next writer does it.
        if let (Some(_), Ok(runtime)) = (self.desk.take(), Handle::try_current()) {
            let writer = self.writer.clone();
            runtime.spawn(async move { writer.0.lock().await.commit().await });
        }
    }
}

/// A part of a transaction, and when it began.
pub struct Tx {
    part: Part,
    /// Of the wall's clock.
    pub wall: Timestamp,
    /// Of the stopwatch, in milliseconds.
    pub ticks: i64,
}

impl Tx {
    /// A part that began at this moment.
    pub fn new(part: Part, wall: Timestamp, ticks: i64) -> Self {
        Self { part, wall, ticks }
    }

    /// Its writes are on the disk when this returns.
    pub async fn commit(self) -> Result<(), LedgerError> {
        self.part.commit().await
    }

    /// So much later, on the stopwatch.
    pub fn later(&self, time: Duration) -> i64 {
        self.ticks.saturating_add(ms(time))
    }
}

/// In milliseconds.
pub fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

const HELD: &str = "a part holds the connection until it is finished";

impl Deref for Part {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.desk.as_ref().and_then(|desk| desk.db.as_ref()).expect(HELD)
    }
}

impl DerefMut for Part {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.desk.as_mut().and_then(|desk| desk.db.as_mut()).expect(HELD)
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.part
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.part
    }
}
