//! The darkroom of this process, and the folder in which files wait between it and the store.

use super::WorkError;
use super::orders::Ready;
use super::priority;
use crate::house::House;
use crate::order::Detail;
use crate::scratch::present;
use darkroom::{Failure, Header, Isolation, Listener, Output, PhotoTask, Pool, PoolConfig};
use develop::recipe::PathFacts;
use ledger::Token;
use photo::Simd;
use photo::encode::extension;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Pool and folder.
pub struct Bench {
    /// The darkroom.
    pub pool: Pool,
    /// How many photos it works on at a time.
    pub slots: usize,
    /// The folder of this process.
    scratch: PathBuf,
}

impl Bench {
    /// Starts the darkroom.
    pub async fn open(house: &House, listener: Listener) -> Result<Self, WorkError> {
        let config = config(house);
        let slots = config.workers;
        Ok(Self { pool: start(house, config, listener)?, slots, scratch: house.scratch.path().to_owned() })
    }

    /// Gives a photo to the darkroom.
    pub fn submit(&self, id: u64, token: Token, input: PathBuf, ready: &Arc<Ready>) {
        let folder = self.folder(token);
        let place = Arc::clone(ready);
        self.pool.submit(PhotoTask {
            id,
            input,
            recipe: Arc::clone(&ready.recipe),
            assets: Arc::clone(&ready.assets),
            place: Arc::new(move |_: &Header| Ok::<_, Failure>(outputs(&place, &folder))),
        });
    }

    /// Where files of an attempt lie.
    pub fn folder(&self, token: Token) -> PathBuf {
        self.scratch.join(token.to_string())
    }

    /// Removes files of an attempt, if there are any.
    pub fn clear(&self, token: Token) {
        let folder = self.folder(token);
        if let Err(error) = present(std::fs::remove_dir_all(&folder)) {
            tracing::warn!(folder = %folder.display(), %error, "cannot remove scratch files");
        }
    }
}

/// Starts a darkroom. It and its children step back for others, as the configuration says.
pub fn start(house: &House, config: PoolConfig, listener: Listener) -> Result<Pool, Failure> {
    let nice = house.config.worker.nice;
    let start = move || {
        // Only this thread becomes nicer, and the threads and children that it starts.
        if let Err(error) = priority::step_back(nice) {
            tracing::warn!(%error, "the workers run at the priority of the service");
        }
        Pool::start(config, listener)
    };
    let started = std::thread::spawn(start);
    let (pool, warnings) = started.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok(pool)
}

/// The darkroom of the workers.
pub fn config(house: &House) -> PoolConfig {
    let worker = &house.config.worker;
    let cores = || std::thread::available_parallelism().map_or(1, |n| n.get());
    PoolConfig {
        workers: worker.slots.unwrap_or_else(cores),
        isolation: Isolation::Process,
        memory: worker.memory.unwrap_or_else(batch::budget::default),
        time_limit: Duration::from_secs(worker.photo_s),
        max_megapixels: worker.max_megapixels,
        simd: Simd::detect(),
        // No recipe asks for any here: the ledger hands them out together with the task.
        seats: Default::default(),
        seats_folder: None,
        tools: house.config.tools.clone(),
    }
}

fn outputs(ready: &Ready, folder: &Path) -> Vec<Output> {
    let output = |r: &develop::recipe::Rendition| Output {
        rendition: r.name.clone(),
        path: folder.join(format!("{}.{}", r.name, extension(&r.encode))),
    };
    ready.recipe.renditions.iter().map(output).collect()
}

/// Where a rendition goes below a customer's folder: the recipe's template, as in a run.
pub fn name(ready: &Ready, detail: &Detail, rendition: &str, header: Option<&Header>) -> String {
    let capture = header.map(|h| &h.capture);
    let facts = PathFacts {
        taken: capture.and_then(|c| c.taken.as_deref()),
        camera: capture.map_or("", |c| c.model.as_str()),
        ..PathFacts::of(&detail.name, rendition, detail.seq)
    };
    let of = ready.recipe.renditions.iter().find(|r| r.name == rendition);
    let suffix = of.map_or("bin", |r| extension(&r.encode));
    format!("{}.{suffix}", ready.template.expand(&facts))
}
