//! The parent of a run: hands photos to workers, records what becomes of them, stops in an orderly way.
//!
//! ```text
//!  clerk (ledger thread) ──claimed──▶ mill ──submit──▶ workers
//!        ▲                             │ ▲                │
//!        └──────────record─────────────┘ └─────events─────┘
//! ```
//! The first photo is submitted while the rest of the list is still being written. Nothing but paths and small records
//! goes to a worker. A photo that fails costs itself alone.

mod clerk;
mod log;
mod mill;
mod place;
mod tell;

pub use clerk::Closing;
pub use log::{RunLog, Work};
pub use mill::Mill;
pub use tell::{failed, usage};

use crate::plan::Plan;
use darkroom::{Listener, PhotoTask};
use develop::render::Assets;
use ledger::{LedgerError, Totals};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Those who develop: the darkroom's pool, or a fake in tests.
pub trait Workers {
    /// Queues a task; it ends with exactly one [`darkroom::Event::Ended`], unless withdrawn.
    fn submit(&self, task: PhotoTask);
    /// Takes back what nobody has begun.
    fn withdraw(&self) -> Vec<PhotoTask>;
    /// Stops what runs.
    fn kill(&self);
    /// Ends the workers; called when nothing runs.
    fn join(self);
}

impl Workers for darkroom::Pool {
    fn submit(&self, task: PhotoTask) {
        self.submit(task);
    }

    fn withdraw(&self) -> Vec<PhotoTask> {
        self.withdraw()
    }

    fn kill(&self) {
        self.kill();
    }

    fn join(self) {
        self.join();
    }
}

/// As many photos wait at the workers' doors, so that no worker waits for the ledger.
pub const AHEAD: usize = 2;

/// What is to be run.
pub struct Order {
    /// The photos.
    pub plan: Plan,
    /// The output folder, locked.
    pub out: PathBuf,
    /// Name of the recipe, for people.
    pub recipe: String,
    /// Pictures and fonts that the recipe names.
    pub assets: Arc<Assets>,
    /// Number of workers.
    pub workers: usize,
    /// Photos on their way beside those that workers have; [`AHEAD`] where they come from a disk and go to one.
    pub ahead: usize,
    /// Memory budget in bytes, for the report.
    pub memory: u64,
    /// Stop at the first failure.
    pub fail_fast: bool,
    /// Time spent walking and planning, for the report.
    pub before: Duration,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// In numbers.
    pub totals: Totals,
    /// Photos per second since the start.
    pub photos_per_s: f64,
    /// Megabytes (10⁶) of input per second since the start.
    pub mb_per_s: f64,
    /// Seconds until the end at this pace; `None` before the first photo.
    pub eta_s: Option<f64>,
    /// Someone has asked it to stop.
    pub stopping: bool,
}

/// Why a run broke off. What was recorded stays; `--resume` goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The ledger failed.
    #[error("ledger: {0}")]
    Ledger(#[from] LedgerError),
    /// No workers could be started.
    #[error("{0}")]
    Workers(#[from] darkroom::Failure),
    /// No runtime for the ledger.
    #[error("cannot start the ledger's runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Stops a run from elsewhere: a signal's thread.
#[derive(Debug, Clone)]
pub struct Stopper(Sender<Message>);

impl Stopper {
    /// The first call lets running photos finish, the second stops them too.
    pub fn stop(&self) {
        let _ = self.0.send(Message::Stop);
    }
}

/// What reaches the mill.
enum Message {
    Event(Box<darkroom::Event>),
    Answer(clerk::Answer),
    Stop,
}

fn listener(to: Sender<Message>) -> Listener {
    std::sync::Arc::new(move |event| {
        let _ = to.send(Message::Event(Box::new(event)));
    })
}
