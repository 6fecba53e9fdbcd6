//! A pool of workers, one photo each at a time.

use crate::task::{Event, Failure, PhotoTask};
use develop::render::Assets;
use photo::Simd;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How workers are separated from this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Child processes with limits: a crash costs one photo.
    #[default]
    Process,
    /// Threads of this process, for those who trust their files: no limits, and an abort ends the run.
    Thread,
}

/// How a pool is set up.
#[derive(Clone)]
pub struct PoolConfig {
    /// Number of workers, at least 1.
    pub workers: usize,
    /// How they are separated.
    pub isolation: Isolation,
    /// Memory in bytes that all photos in work may need together.
    pub memory: u64,
    /// Longest time for one photo, waits excluded.
    pub time_limit: Duration,
    /// Largest picture in megapixels.
    pub max_megapixels: u64,
    /// Instruction set.
    pub simd: Simd,
    /// Pictures and fonts that the recipe names, read once.
    pub assets: Arc<Assets>,
    /// Seats by pool, shared with the other runs of this user on this machine.
    pub seats: BTreeMap<String, u32>,
    /// Programs that `exec` filters may name.
    pub tools: BTreeMap<String, Tool>,
}

/// A program that the operator allows: `{in}` and `{out}` in the arguments become the paths of 16-bit PPM files.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The program, by absolute path or looked up in PATH.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Memory in bytes that it may need; counted in the budget while a photo that uses it is worked on.
    #[serde(default)]
    pub memory: u64,
}

/// Takes the pool's events; called from its threads, must not block for long. A channel's `send` fits.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Running workers. Tasks queue inside in the order of submission; keep a few more submitted than there are workers, so that none idles.
pub struct Pool {}

impl Pool {
    /// Starts the workers. Sentences about what the kernel lacks come back beside the pool.
    pub fn start(_config: PoolConfig, _listener: Listener) -> Result<(Self, Vec<String>), Failure> {
        Err(Failure {
            class: crate::Class::Environment,
            what: "cannot start workers".into(),
            why: "not supported yet".into(),
            hint: String::new(),
        })
    }

    /// Queues a task; each one ends with exactly one [`Event::Ended`].
    pub fn submit(&self, _task: PhotoTask) {}

    /// Takes back the tasks that no worker has begun; they get no event. The first Ctrl-C.
    pub fn withdraw(&self) -> Vec<PhotoTask> {
        Vec::new()
    }

    /// Stops the running photos too; they end as [`crate::Class::Stopped`]. The second Ctrl-C.
    pub fn kill(&self) {}

    /// Waits until every submitted task has ended, then ends the workers.
    pub fn join(self) {}
}
