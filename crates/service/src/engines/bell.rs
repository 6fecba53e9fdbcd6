//! The doorbell of the ledger that the configuration names.

use ledger::doorbell::{Doorbell, FileBell, FileListener, Listener, NotifyBell, NotifyListener};
use ledger::{LedgerError, TaskId};
use std::time::Duration;

/// A doorbell.
#[derive(Debug, Clone)]
pub enum Bell {
    /// Whoever commits to the file has rung.
    File(FileBell),
    /// The database tells those who listen.
    Notify(NotifyBell),
}

/// One who listens.
#[derive(Debug)]
pub enum BellListener {
    /// At the file.
    File(FileListener),
    /// At the database.
    Notify(NotifyListener),
}

impl Doorbell for Bell {
    type Listener = BellListener;

    async fn ring(&self, tasks: &[TaskId]) -> Result<(), LedgerError> {
        match self {
            Self::File(bell) => bell.ring(tasks).await,
            Self::Notify(bell) => bell.ring(tasks).await,
        }
    }

    async fn listener(&self) -> Result<BellListener, LedgerError> {
        Ok(match self {
            Self::File(bell) => BellListener::File(bell.listener().await?),
            Self::Notify(bell) => BellListener::Notify(bell.listener().await?),
        })
    }
}

impl Listener for BellListener {
    async fn listen(&mut self, at_most: Duration) -> Result<bool, LedgerError> {
        match self {
            Self::File(listener) => listener.listen(at_most).await,
            Self::Notify(listener) => listener.listen(at_most).await,
        }
    }
}
