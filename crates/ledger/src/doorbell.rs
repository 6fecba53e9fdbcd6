//! Doorbells: hints that there may be work. A ring may be lost or come for nothing; the rows alone are the truth.

mod notify;

pub use notify::{NotifyBell, NotifyListener};

use crate::LedgerError;
use crate::port::Answer;
use crate::record::TaskId;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often a [`FileBell`] looks.
const LOOK: Duration = Duration::from_millis(100);

/// Rings, and lets others listen.
pub trait Doorbell: Send + Sync {
    /// One who listens.
    type Listener: Listener;

    /// There may be work: these tasks, or whatever is ready where none is named.
    fn ring(&self, tasks: &[TaskId]) -> impl Answer<()>;

    /// Hears every ring from now on.
    fn listener(&self) -> impl Answer<Self::Listener>;
}

/// One who listens.
pub trait Listener: Send {
    /// Waits for a ring, but no longer than this; was there one. A ring since the last call counts at once.
    fn listen(&mut self, at_most: Duration) -> impl Answer<bool>;
}

/// Between the threads of one process.
#[derive(Debug, Clone, Default)]
pub struct ProcessBell(watch::Sender<()>);

impl Doorbell for ProcessBell {
    type Listener = watch::Receiver<()>;

    async fn ring(&self, _: &[TaskId]) -> Result<(), LedgerError> {
        self.0.send_replace(());
        Ok(())
    }

    async fn listener(&self) -> Result<Self::Listener, LedgerError> {
        Ok(self.0.subscribe())
    }
}

impl Listener for watch::Receiver<()> {
    async fn listen(&mut self, at_most: Duration) -> Result<bool, LedgerError> {
        // Without a bell nobody can ring any more.
        Ok(tokio::time::timeout(at_most, self.changed()).await.is_ok_and(|rung| rung.is_ok()))
    }
}

/// Between processes that share a SQLite file: whoever commits has rung. Listening reads a counter in shared memory every
/// 100 ms and writes nothing.
#[derive(Debug, Clone)]
pub struct FileBell(PathBuf);

impl FileBell {
    /// The bell of this ledger's file, which must be there.
    pub fn new(path: &Path) -> Self {
        Self(path.into())
    }
}

impl Doorbell for FileBell {
    type Listener = FileListener;

    /// The row that brought the work has rung already.
    async fn ring(&self, _: &[TaskId]) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn listener(&self) -> Result<Self::Listener, LedgerError> {
        let options = SqliteConnectOptions::new().filename(&self.0).read_only(true);
        let mut listener = FileListener { db: SqliteConnection::connect_with(&options).await?, heard: 0 };
        listener.look().await?;
        Ok(listener)
    }
}

/// One who listens at a file.
#[derive(Debug)]
pub struct FileListener {
    db: SqliteConnection,
    /// Version of the data when it last looked.
    heard: i64,
}

impl FileListener {
    /// Has anybody else committed since the last look.
    async fn look(&mut self) -> Result<bool, LedgerError> {
        let now: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut self.db).await?;
        Ok(std::mem::replace(&mut self.heard, now) != now)
    }
}

impl Listener for FileListener {
    async fn listen(&mut self, at_most: Duration) -> Result<bool, LedgerError> {
        let until = Instant::now().checked_add(at_most);
        loop {
            if self.look().await? {
                return Ok(true);
            }
            let left = until.map_or(LOOK, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(false);
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}
