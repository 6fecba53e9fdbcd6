//! The figures as they are told.

use crate::figures::{self, Figures};
use crate::order::Detail;
use crate::web::ids::{BatchId, TaskId};
use crate::web::time::rfc3339;
use ledger::TenantId;
use ledger::overview::{AtWork, DeadLetter};
use serde::Serialize;
use utoipa::ToSchema;

/// Does an engine answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Engine {
    /// `ledger`, `store`, `redis` or `queue`.
    pub name: &'static str,
    /// It does.
    pub up: bool,
    /// Seconds until it answered, or was given up; absent where its connection tells without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_s: Option<f64>,
}

/// What waits, runs and failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queue {
    /// Nothing is begun.
    pub paused: bool,
    /// Photos that wait.
    pub ready: u64,
    /// Photos that workers have.
    pub running: u64,
    /// Dead letters.
    pub dead: u64,
    /// Seconds that the oldest has waited.
    pub oldest_ready_s: f64,
    /// Seconds that a worker has had one for the longest.
    pub oldest_running_s: f64,
    /// Seconds since the oldest dead letter failed.
    pub oldest_dead_s: f64,
    /// Seats.
    pub seats: Vec<Pool>,
}

/// Seats of a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pool {
    /// Its name.
    pub pool: String,
    /// In use.
    pub used: u32,
    /// In all.
    pub all: u32,
}

/// Photos that were done in a while.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Rate {
    /// The last so many seconds.
    pub seconds: u32,
    /// Photos that succeeded in them.
    pub photos: u64,
    /// Their pixels.
    pub pixels: u64,
    /// Photos a minute.
    pub photos_per_min: f64,
}

/// A process that works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Worker {
    /// Machine or container, and number of the process there.
    pub name: String,
    /// What it does.
    pub tasks: Vec<Work>,
}

/// A photo that a worker has.
#[derive(Debug, Serialize, ToSchema)]
pub struct Work {
    /// The task.
    pub task: TaskId,
    /// Its batch.
    pub batch: BatchId,
    /// Whose.
    pub tenant: String,
    /// It is the caller's own.
    pub own: bool,
    /// Name of the photo's file.
    pub photo: String,
    /// From 1.
    pub attempt: u32,
    /// Since when.
    pub since: String,
    /// When the lease ends, if the worker is not heard of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<String>,
}

/// A dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dead {
    /// The task.
    pub task: TaskId,
    /// Its batch.
    pub batch: BatchId,
    /// Whose.
    pub tenant: String,
    /// It is the caller's own, so that the caller may look at it and try again.
    pub own: bool,
    /// Name of the photo's file.
    pub photo: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when.
    pub since: String,
    /// What could not be done.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What is owed to webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhooks {
    /// Messages that wait.
    pub waiting: u64,
    /// Seconds that the oldest has waited.
    pub oldest_s: f64,
}

pub fn engine(engine: &figures::Engine) -> Engine {
    Engine { name: engine.name, up: engine.up, answered_s: engine.after.map(|after| after.as_secs_f64()) }
}

pub fn queue(figures: &Figures) -> Option<Queue> {
    let depth = figures.depth.as_ref()?;
    let seats = depth.seats.iter().map(|(pool, used, all)| Pool { pool: pool.clone(), used: *used, all: *all });
    Some(Queue {
        paused: depth.paused,
        ready: depth.ready,
        running: depth.running,
        dead: depth.dead,
        oldest_ready_s: figures.age(depth.oldest_ready),
        oldest_running_s: figures.age(depth.oldest_running),
        oldest_dead_s: figures.age(depth.oldest_dead),
        seats: seats.collect(),
    })
}

pub fn webhooks(figures: &Figures) -> Option<Webhooks> {
    let owed = figures.owed.as_ref()?;
    Some(Webhooks { waiting: owed.waiting, oldest_s: figures.age(owed.oldest) })
}

/// Neighbours of one name are one worker.
pub fn workers(all: Vec<AtWork>, caller: TenantId) -> Vec<Worker> {
    let mut workers: Vec<Worker> = Vec::new();
    for work in all {
        if workers.last().is_none_or(|worker| worker.name != work.worker) {
            workers.push(Worker { name: work.worker.clone(), tasks: Vec::new() });
        }
        if let Some(worker) = workers.last_mut() {
            worker.tasks.push(self::work(work, caller));
        }
    }
    workers
}

fn work(work: AtWork, caller: TenantId) -> Work {
    Work {
        task: TaskId(work.token.task.0),
        batch: BatchId(work.batch.0),
        own: work.tenant == caller,
        tenant: work.name,
        photo: photo(&work.detail),
        attempt: work.token.attempt,
        since: rfc3339(work.since),
        lease_until: work.until.map(rfc3339),
    }
}

pub fn dead(letter: DeadLetter, caller: TenantId) -> Dead {
    let (what, why) = letter.fault.map(|fault| (fault.what, fault.why)).unwrap_or_default();
    Dead {
        task: TaskId(letter.task.0),
        batch: BatchId(letter.batch.0),
        own: letter.tenant == caller,
        tenant: letter.name,
        photo: photo(&letter.detail),
        attempts: letter.attempts,
        since: rfc3339(letter.since),
        what,
        why,
    }
}

/// Name of a photo's file; nothing where an older version wrote the row.
fn photo(detail: &str) -> String {
    serde_json::from_str::<Detail>(detail).map(|detail| detail.name).unwrap_or_default()
}
