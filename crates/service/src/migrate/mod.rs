//! Moving a service from some engines to others.
//!
//! First both sides are compared: whatever is in the destination must be in the source too and be equal, so that a
//! destination that somebody uses is not touched. Then objects are copied, then rows, keys last, and at the end every row
//! is compared again. What is there and equal is left as it is, so a move that was broken off is begun again and goes on.
//!
//! | file | what |
//! |---|---|
//! | `sides` | opening both, alone |
//! | `objects` | bytes: copied, read back, held against what the ledger says of them |
//! | `rows` | everything else |
//! | `report` | what came of it |

mod objects;
mod report;
mod rows;
mod sides;

pub use report::{Carried, Moved, Objects};

use crate::config::Config;
use crate::run::{Going, ServeError};
use ledger::moving::{Moving, Shelf};
use ledger::{Ledger, LedgerError};
use std::io;
use std::path::PathBuf;
use store::StoreError;

/// Why nothing was moved, or not everything.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is no ledger.
    #[error("there is no ledger `{}`; is this the configuration of the service that is to be moved?", .0.display())]
    NoLedger(PathBuf),
    /// A process has the data folder.
    #[error("a process of the service uses `{}`; stop all of them first", .0.display())]
    Running(PathBuf),
    /// A process keeps the ledger.
    #[error("process {who} keeps the ledger of the {side}; stop all processes of that service first")]
    Kept {
        /// Source or destination.
        side: &'static str,
        /// As it names itself.
        who: String,
    },
    /// Something that did not come from there.
    #[error(
        "the destination has {shelf} {place}, the source has not: somebody uses the destination; move into an empty one"
    )]
    Foreign {
        /// The table.
        shelf: Shelf,
        /// Which row.
        place: String,
    },
    /// Something that has changed.
    #[error(
        "{shelf} {place} of the destination is not as in the source: one of them was used since; move into an empty one"
    )]
    Differs {
        /// The table.
        shelf: Shelf,
        /// Which row.
        place: String,
    },
    /// An object that is another one.
    #[error("object `{0}` of the destination is not as in the source; remove it there and begin again")]
    OtherObject(String),
    /// Something that is not there after it was moved.
    #[error("{shelf} {place} is not in the destination after it was written there: another row has its place")]
    Refused {
        /// The table.
        shelf: Shelf,
        /// Which row.
        place: String,
    },
    /// A file.
    #[error("cannot use `{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// One of the two does not open.
    #[error("the {side}: {why}")]
    Open {
        /// Source or destination.
        side: &'static str,
        /// Why.
        why: ServeError,
    },
    /// A ledger.
    #[error("the ledger of the {side}: {why}")]
    Ledger {
        /// Source or destination.
        side: &'static str,
        /// Why.
        why: LedgerError,
    },
    /// A store.
    #[error("the store of the {side}, object `{key}`: {why}")]
    Store {
        /// Source or destination.
        side: &'static str,
        /// Of this object.
        key: String,
        /// Why.
        why: StoreError,
    },
}

/// The one that is moved.
pub(crate) const SOURCE: &str = "source";
/// Where it goes.
pub(crate) const DESTINATION: &str = "destination";

/// How far a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done at the moment.
    pub doing: &'static str,
    /// So many are done.
    pub done: u64,
    /// Of so many.
    pub of: u64,
}

/// Hears how far it is.
pub type Tell = Box<dyn Fn(Progress) + Send + Sync>;

/// Moves everything; only says what would be moved where it is `dry`.
pub fn migrate(from: Config, to: Config, dry: bool, tell: Tell) -> Going<Result<Moved, MigrateError>> {
    Box::pin(async move {
        let sides = sides::open(&from, &to).await?;
        let mut moved = Moved { dry_run: dry, rows: rows::compare(&sides, &tell).await?, objects: Objects::default() };
        moved.objects = objects::carry(&sides, &moved, &tell).await?;
        if !dry {
            carry(&sides, &mut moved, &tell).await?;
        }
        sides.close().await;
        Ok(moved)
    })
}

/// Nothing is begun in the destination while it is half there.
async fn carry(sides: &sides::Sides, moved: &mut Moved, tell: &Tell) -> Result<(), MigrateError> {
    let here = |why| MigrateError::Ledger { side: SOURCE, why };
    let there = |why| MigrateError::Ledger { side: DESTINATION, why };
    let paused = sides.from.ledger.depth().await.map_err(here)?.paused;
    sides.to.ledger.pause_queue(true).await.map_err(there)?;
    rows::carry(sides, moved, tell).await?;
    let house = sides.from.ledger.house().await.map_err(here)?;
    sides.to.ledger.settle(&house).await.map_err(there)?;
    rows::verify(sides, moved, tell).await?;
    sides.to.ledger.pause_queue(paused).await.map_err(there)
}
