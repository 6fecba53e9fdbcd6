//! Opening both sides of a move, so that nobody else uses either.

use super::{DESTINATION, MigrateError, SOURCE};
use crate::config::Config;
use crate::engines::{self, Ledger, Store};
use crate::lock::Lock;
use crate::run::make_private;
use ledger::moving::Moving;
use ledger::{Clock, SystemClock};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Whoever kept a ledger is known to be gone after so long.
const GONE: Duration = Duration::from_secs(20);

/// A service.
pub struct Side {
    pub ledger: Ledger,
    pub store: Store,
}

/// Both, and what keeps others out.
pub struct Sides {
    pub from: Side,
    pub to: Side,
    copy: Option<Copied>,
    _locks: Vec<Lock>,
}

impl Sides {
    /// Ends the work on both.
    pub async fn close(self) {
        for side in [self.from, self.to] {
            match side.ledger {
                Ledger::Sqlite(ledger) => ledger.shut().await,
                Ledger::Postgres(ledger) => ledger.shut().await,
            }
        }
        drop(self.copy);
    }
}

/// Opens both. A ledger in a file is copied and the copy is read: the source stays as it is, whatever its version.
pub async fn open(from: &Config, to: &Config) -> Result<Sides, MigrateError> {
    let file = from.data.join("ledger.sqlite");
    if from.ledger.is_none() && !file.is_file() {
        return Err(MigrateError::NoLedger(file));
    }
    let locks = lock(from, to)?;
    let copy = if from.ledger.is_none() { Some(Copied::make(&from.data, &to.data)?) } else { None };
    let read = Config { data: copy.as_ref().map_or(&from.data, |copy| &copy.folder).clone(), ..from.clone() };
    let (from, to) = (side(SOURCE, &read, from).await?, side(DESTINATION, to, to).await?);
    gone(SOURCE, &from.ledger).await?;
    gone(DESTINATION, &to.ledger).await?;
    Ok(Sides { from, to, copy, _locks: locks })
}

async fn side(side: &'static str, ledger: &Config, store: &Config) -> Result<Side, MigrateError> {
    let open = |why| MigrateError::Open { side, why };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (ledger, _) = engines::open::ledger(ledger, clock).await.map_err(open)?;
    let store = engines::open::store(store).await.map_err(open)?;
    Ok(Side { ledger, store })
}

/// The data folders, which may be the same.
fn lock(from: &Config, to: &Config) -> Result<Vec<Lock>, MigrateError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |why| MigrateError::File { path, why }
    };
    let mut folders = Vec::new();
    for folder in [&from.data, &to.data] {
        make_private(folder).map_err(file(folder))?;
        folders.push(folder.canonicalize().map_err(file(folder))?);
    }
    folders.dedup();
    let alone = |folder: PathBuf| {
        Lock::alone(&folder).map_err(file(&folder))?.ok_or_else(|| MigrateError::Running(folder.clone()))
    };
    folders.into_iter().map(alone).collect()
}

/// Waits until nobody keeps a ledger that other machines may use.
async fn gone(side: &'static str, ledger: &Ledger) -> Result<(), MigrateError> {
    let Ledger::Postgres(ledger) = ledger else { return Ok(()) };
    let start = std::time::Instant::now();
    loop {
        let house = ledger.house().await.map_err(|why| MigrateError::Ledger { side, why })?;
        match house.sweeper {
            None => return Ok(()),
            Some(who) if start.elapsed() > GONE => return Err(MigrateError::Kept { side, who }),
            Some(_) => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    }
}

/// The copy of a ledger, in a folder that goes with it.
struct Copied {
    folder: PathBuf,
}

impl Copied {
    /// The file and its log. Nobody has them open.
    fn make(from: &Path, to: &Path) -> Result<Self, MigrateError> {
        let copied = Self { folder: to.join("moving") };
        let file = |path: &Path| {
            let path = path.to_owned();
            move |why| MigrateError::File { path, why }
        };
        if copied.folder.exists() {
            // Left by a move that was killed.
            fs::remove_dir_all(&copied.folder).map_err(file(&copied.folder))?;
        }
        make_private(&copied.folder).map_err(file(&copied.folder))?;
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            let path = from.join(name);
            if path.exists() {
                fs::copy(&path, copied.folder.join(name)).map_err(file(&path))?;
            }
        }
        Ok(copied)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        // What stays is removed by the next move.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
