//! A backup of the ledger in the place of the ledger.
//!
//! What happened after the backup is not known any more: photos that ended then run again, and their outputs are swept
//! after a day. Their numbers are not given again, since customers may still ask for them.

use crate::config::Config;
use crate::fsck;
use crate::lock::Lock;
use crate::run::{self, ServeError};
use crate::upkeep::UpkeepError;
use ledger::{LedgerError, Sqlite};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The ledger is not in this folder.
    #[error("the ledger is in PostgreSQL: restore it with its own tools (`pg_restore`), then run `rawmill admin fsck`")]
    Elsewhere,
    /// Somebody uses the folder.
    #[error("a process of the service uses `{}`; stop all of them first", .0.display())]
    Running(PathBuf),
    /// There is a ledger already.
    #[error("`{}` is there already; move it away, and what begins with its name, to restore another", .0.display())]
    NotEmpty(PathBuf),
    /// The backup cannot be used.
    #[error("`{}` cannot be restored: {why}", backup.display())]
    Backup {
        /// The file.
        backup: PathBuf,
        /// Why.
        why: LedgerError,
    },
    /// A file.
    #[error("cannot copy `{}` into the data folder: {why}", backup.display())]
    Copy {
        /// The backup.
        backup: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// The restored ledger does not open.
    #[error(transparent)]
    Open(#[from] ServeError),
    /// It opened, and could not be compared with the store.
    #[error("the ledger is restored, but {0}")]
    Compare(#[from] UpkeepError),
}

/// Restores into a data folder without a ledger that nobody uses, then compares ledger and store.
pub async fn restore(config: Config, backup: &Path) -> Result<fsck::Found, RestoreError> {
    if config.ledger.is_some() {
        return Err(RestoreError::Elsewhere);
    }
    let copy = |why| RestoreError::Copy { backup: backup.into(), why };
    run::make_private(&config.data).map_err(copy)?;
    let running = || RestoreError::Running(config.data.clone());
    let lock = Lock::alone(&config.data).map_err(copy)?.ok_or_else(running)?;
    let names = ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"];
    if let Some(there) = names.iter().map(|name| config.data.join(name)).find(|path| path.exists()) {
        return Err(RestoreError::NotEmpty(there));
    }
    put(&config.data, backup).await?;
    drop(lock);
    Ok(fsck::fsck(&*run::open(config).await?).await?)
}

/// The ledger is there whole, checked and durable, or not at all. A draft that stays is overwritten by the next try.
async fn put(data: &Path, backup: &Path) -> Result<(), RestoreError> {
    let draft = data.join("ledger.restored");
    let copy = |why| RestoreError::Copy { backup: backup.into(), why };
    fs::copy(backup, &draft).map_err(copy)?;
    prepare(&draft).await.map_err(|why| RestoreError::Backup { backup: backup.into(), why })?;
    File::open(&draft).and_then(|file| file.sync_all()).map_err(copy)?;
    fs::rename(&draft, data.join("ledger.sqlite")).and_then(|()| File::open(data)?.sync_all()).map_err(copy)
}

/// Checks it, and brings it up to date.
async fn prepare(draft: &Path) -> Result<(), LedgerError> {
    Sqlite::check(draft).await?;
    let ledger = Sqlite::open(draft).await?;
    ledger.skip_numbers().await?;
    ledger.shut().await;
    Ok(())
}
