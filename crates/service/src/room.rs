//! A small darkroom for single pictures that somebody waits for, beside that of the workers.
//!
//! It starts with the first picture, in whatever process answers customers: children with the same limits as a worker's, but
//! less memory and time. So nobody is queued behind a batch.

use crate::house::House;
use crate::media;
use crate::worker::bench;
use darkroom::{Attempt, Class, Event, Failure, Header, Output, PhotoTask, Pool, PoolConfig};
use develop::Recipe;
use develop::recipe::Rendition;
use develop::render::Assets;
use photo::Size;
use photo::encode::extension;
use std::collections::HashMap;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, oneshot};

/// Bytes of memory that a picture may need; more than one of 100 megapixels does.
const MEMORY: u64 = 2 << 30;
/// Longest time for one.
const TIME: Duration = Duration::from_secs(30);

/// A darkroom of this process.
pub struct Room {
    /// What its pictures are called.
    name: &'static str,
    /// Pictures that are made at a time.
    slots: usize,
    pool: OnceCell<Pool>,
    waiting: Waiting,
    next: AtomicU64,
}

/// Those who wait for an attempt, by its number.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<HashMap<u64, oneshot::Sender<Attempt>>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Attempt>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, attempt: Attempt) {
        if let Some(one) = self.lock().remove(&attempt.task) {
            // Whoever asked may have gone.
            let _ = one.send(attempt);
        }
    }
}

/// What is to be made.
pub struct Wanted {
    /// A recipe of one rendition.
    pub recipe: Recipe,
    /// The bytes of what it names.
    pub assets: Assets,
    /// The photo.
    pub input: PathBuf,
    /// Where the picture may be made.
    pub folder: PathBuf,
}

/// A picture that was made.
#[derive(Debug)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Size of the whole picture, also where a part of it was made.
    pub size: Size,
}

/// A folder that goes with this, and all in it.
pub struct Folder(PathBuf);

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "cannot remove scratch files");
        }
    }
}

impl Room {
    /// One that makes so many pictures at a time.
    pub fn new(name: &'static str, slots: usize) -> Self {
        Self { name, slots, pool: OnceCell::new(), waiting: Waiting::default(), next: AtomicU64::new(0) }
    }

    /// Makes a folder for one picture, with a number that no other has.
    pub fn folder(&self, house: &House) -> io::Result<Folder> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = house.scratch.path().join(format!("{}-{number}", self.name));
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }

    /// Pictures that are made or wait.
    pub fn waiting(&self) -> usize {
        self.waiting.lock().len()
    }

    /// The picture, in the format that the recipe says.
    pub async fn make(&self, house: &House, wanted: Wanted) -> Result<Picture, Failure> {
        let pool = self.pool.get_or_try_init(|| async { self.start(house) }).await?;
        let (done, ended) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().insert(id, done);
        let suffix = wanted.recipe.renditions.first().map_or("", |r| extension(&r.encode));
        let path = wanted.folder.join(format!("made.{suffix}"));
        pool.submit(task(id, wanted, &path));
        let attempt = ended.await.map_err(|_| Failure::stopped())?;
        let size = attempt.result?.renditions.first().map(|made| made.size).unwrap_or_default();
        let unread = |e: io::Error| Failure::new(Class::Environment, "cannot read the picture", e.to_string(), "");
        let bytes = tokio::fs::read(&path).await.map_err(unread)?;
        Ok(Picture { bytes, media_type: media::by_name(&format!("made.{suffix}")), size })
    }

    fn start(&self, house: &House) -> Result<Pool, Failure> {
        let config = bench::config(house);
        let (memory, time_limit) = (config.memory.min(MEMORY * self.slots as u64), config.time_limit.min(TIME));
        let waiting = self.waiting.clone();
        let listener = move |event| {
            if let Event::Ended(attempt) = event {
                waiting.end(attempt);
            }
        };
        let config = PoolConfig { workers: self.slots, memory, time_limit, ..config };
        bench::start(house, config, Arc::new(listener))
    }
}

fn task(id: u64, wanted: Wanted, path: &Path) -> PhotoTask {
    let Wanted { recipe, assets, input, .. } = wanted;
    let output = |r: &Rendition| Output { rendition: r.name.clone(), path: path.into() };
    let outputs: Vec<Output> = recipe.renditions.iter().map(output).collect();
    let place = Arc::new(move |_: &Header| Ok(outputs.clone()));
    PhotoTask { id, input, recipe: Arc::new(recipe), assets: Arc::new(assets), place }
}
