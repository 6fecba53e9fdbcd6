//! A pool of workers, one photo each at a time.

use crate::budget::Budget;
use crate::seats::Seats;
use crate::slot::{self, Slot};
use crate::stop::Stop;
use crate::task::{Attempt, Cost, Event, Failure, PhotoTask};
use crate::tool::ToolShop;
use crate::work::{Darkroom, Settings, Work};
use crate::worker::Worker;
use crate::worker::process::Nursery;
use crate::worker::thread::ThreadWorker;
use photo::Simd;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
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
    /// Seats by pool, shared with the other runs of this user on this machine.
    pub seats: BTreeMap<String, u32>,
    /// Where the seats' lock files lie; the user's own folder where `None`.
    pub seats_folder: Option<PathBuf>,
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
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

pub(crate) type StartWorker = Box<dyn Fn() -> Result<(Box<dyn Worker>, Vec<String>), Failure> + Send + Sync>;

/// What the threads of a pool share.
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    pub(crate) budget: Budget,
    pub(crate) seats: Seats,
    pub(crate) tools: ToolShop,
    pub(crate) stop: Arc<Stop>,
    pub(crate) time_limit: Duration,
    pub(crate) start_worker: StartWorker,
    listener: Listener,
}

impl Shared {
    pub(crate) fn tell(&self, event: Event) {
        (self.listener)(event);
    }
}

impl Pool {
    /// Starts the workers. Sentences about what the kernel lacks come back beside the pool.
    pub fn start(config: PoolConfig, listener: Listener) -> Result<(Self, Vec<String>), Failure> {
        Self::start_with(Darkroom, config, listener)
    }

    /// Starts workers that do other work: a child process is this program again, and must call
    /// [`crate::run_if_asked`] with the same work.
    pub fn start_with<W: Work + Clone + Sync>(
        work: W,
        config: PoolConfig,
        listener: Listener,
    ) -> Result<(Self, Vec<String>), Failure> {
        let stop = Arc::new(Stop::default());
        let settings = Settings { simd: config.simd, max_megapixels: config.max_megapixels, assets: Arc::default() };
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            budget: Budget::new(config.memory),
            seats: Seats::new(config.seats_folder.clone().unwrap_or_else(Seats::folder_of_user), config.seats.clone()),
            tools: ToolShop::new(config.tools.clone(), Arc::clone(&stop)),
            time_limit: config.time_limit,
            start_worker: start_worker(work, config.isolation, settings, &stop)?,
            listener,
            stop,
        });
        let mut pool = Self { shared, threads: Vec::new() };
        let warnings = pool.open_slots(config.workers.max(1))?;
        Ok((pool, warnings))
    }

    /// Starts the slots; each starts its own worker, since a child dies with the thread that started it.
    fn open_slots(&mut self, number: usize) -> Result<Vec<String>, Failure> {
        let (report, reports) = mpsc::channel();
        for slot in 0..number {
            let (finish, photos) = mpsc::sync_channel(1);
            let shared = Arc::clone(&self.shared);
            self.threads.push(std::thread::spawn(move || slot::finisher(photos, &shared)));
            let (shared, report) = (Arc::clone(&self.shared), report.clone());
            self.threads.push(std::thread::spawn(move || match (shared.start_worker)() {
                Ok((worker, warnings)) => {
                    // Nobody listens any more when another slot has failed; the queue is closed then.
                    let _ = report.send(Ok(warnings));
                    drop(report);
                    Slot::new(slot, shared, worker, finish).run();
                }
                Err(failure) => drop(report.send(Err(failure))),
            }));
        }
        drop(report);
        let warnings = reports.into_iter().collect::<Result<BTreeSet<Vec<String>>, Failure>>();
        warnings.map(|sets| sets.into_iter().flatten().collect())
    }

    /// Queues a task; each one ends with exactly one [`Event::Ended`].
    pub fn submit(&self, task: PhotoTask) {
        self.shared.queue.push(task);
    }

    /// Takes back the tasks that no worker has begun; they get no event. The first Ctrl-C.
    pub fn withdraw(&self) -> Vec<PhotoTask> {
        self.shared.queue.withdraw()
    }

    /// Stops one task: it ends as [`crate::Class::Stopped`], whether it queued or ran, unless it has ended already. Others
    /// go on.
    pub fn cancel(&self, id: u64) {
        match self.shared.queue.cancel(id) {
            Cancelled::Queued => {
                let (result, cost) = (Err(Failure::stopped()), Cost::default());
                self.shared.tell(Event::Ended(Attempt { task: id, slot: 0, header: None, result, cost }));
            }
            Cancelled::Running => self.shared.stop.cancel(id),
            Cancelled::Unknown => {}
        }
    }

    /// Stops the running photos too; they, and those that still queue, end as [`crate::Class::Stopped`]. The second Ctrl-C.
    pub fn kill(&self) {
        self.stopper()();
    }

    /// What [`Pool::kill`] does, to be called from elsewhere.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let shared = Arc::clone(&self.shared);
        move || {
            shared.stop.now();
            shared.budget.close();
        }
    }

    /// Waits until every submitted task has ended, then ends the workers.
    pub fn join(self) {
        drop(self);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.queue.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has already been told of by the panic itself.
            let _ = thread.join();
        }
    }
}

/// Says how workers are started.
pub(crate) fn start_worker<W: Work + Clone + Sync>(
    work: W,
    isolation: Isolation,
    settings: Settings,
    stop: &Arc<Stop>,
) -> Result<StartWorker, Failure> {
    match isolation {
        Isolation::Thread => {
            Ok(Box::new(move || Ok((Box::new(ThreadWorker::new(work.clone(), settings.clone())), Vec::new()))))
        }
        Isolation::Process => {
            let nursery = Nursery::new(settings, Arc::clone(stop));
            Ok(Box::new(move || {
                let (worker, warnings) = nursery.start()?;
                Ok((Box::new(worker) as Box<dyn Worker>, warnings))
            }))
        }
    }
}

/// Tasks in the order of submission, and those that a slot has taken.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    tasks: VecDeque<PhotoTask>,
    running: BTreeSet<u64>,
    closed: bool,
}

/// Where a task was when it was cancelled.
enum Cancelled {
    Queued,
    Running,
    Unknown,
}

impl Queue {
    fn push(&self, task: PhotoTask) {
        self.lock().tasks.push_back(task);
        self.changed.notify_one();
    }

    /// The next task; waits for one. `None` when the queue is closed and empty.
    pub(crate) fn next(&self) -> Option<PhotoTask> {
        let mut state = self.lock();
        loop {
            match state.tasks.pop_front() {
                Some(task) => {
                    state.running.insert(task.id);
                    return Some(task);
                }
                None if state.closed => return None,
                None => state = self.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner()),
            }
        }
    }

    /// No slot works on it any more.
    pub(crate) fn ended(&self, id: u64) {
        self.lock().running.remove(&id);
    }

    fn cancel(&self, id: u64) -> Cancelled {
        let mut state = self.lock();
        if let Some(at) = state.tasks.iter().position(|task| task.id == id) {
            state.tasks.remove(at);
            return Cancelled::Queued;
        }
        if state.running.contains(&id) { Cancelled::Running } else { Cancelled::Unknown }
    }

    fn withdraw(&self) -> Vec<PhotoTask> {
        self.lock().tasks.drain(..).collect()
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
