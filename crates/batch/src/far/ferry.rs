//! Between the mill and the workers: fetches photos before they are worked on, and takes outputs away after.

use super::Carrier;
use crate::run::Workers;
use darkroom::{Attempt, Cost, Event, Failure, Listener, PhotoTask};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Workers whose photos are in buckets, or whose outputs go there.
pub struct Ferry<W> {
    workers: Arc<W>,
    desk: Arc<Desk>,
}

/// What all threads share.
struct Desk {
    carrier: Carrier,
    /// The mill.
    tell: Listener,
    runtime: Handle,
    books: Mutex<Books>,
}

/// Whoever takes an entry out is the one who goes on with it.
#[derive(Default)]
struct Books {
    /// Photos on their way here.
    coming: HashMap<u64, (PhotoTask, AbortHandle)>,
    /// Photos that are here: as which file, and where they came from.
    here: HashMap<u64, (PathBuf, PathBuf)>,
    /// Outputs on their way to a bucket.
    going: HashMap<u64, (Attempt, AbortHandle)>,
}

impl<W: Workers + Send + Sync + 'static> Ferry<W> {
    /// Starts the workers behind it; what moves files runs on `runtime`, which must outlive it.
    pub fn start(
        carrier: Carrier,
        runtime: Handle,
        tell: Listener,
        start: impl FnOnce(Listener) -> Result<W, Failure>,
    ) -> Result<Self, Failure> {
        let desk = Arc::new(Desk { carrier, tell, runtime, books: Mutex::default() });
        let hear = desk.clone();
        let listener: Listener = Arc::new(move |event| match event {
            Event::Ended(attempt) => hear.ended(attempt),
            other => (hear.tell)(other),
        });
        Ok(Self { workers: Arc::new(start(listener)?), desk })
    }
}

impl<W: Workers + Send + Sync + 'static> Workers for Ferry<W> {
    fn submit(&self, task: PhotoTask) {
        if self.desk.carrier.far(&task.input).is_none() {
            return self.workers.submit(task);
        }
        let (desk, workers, id) = (self.desk.clone(), self.workers.clone(), task.id);
        let mut books = self.desk.books();
        let fetching = self.desk.runtime.spawn(async move { desk.fetch(id, &*workers).await });
        books.coming.insert(id, (task, fetching.abort_handle()));
    }

    fn withdraw(&self) -> Vec<PhotoTask> {
        let coming = std::mem::take(&mut self.desk.books().coming);
        let coming = coming.into_values().map(|(task, fetching)| {
            fetching.abort();
            task
        });
        let waiting = self.workers.withdraw();
        waiting.iter().for_each(|task| drop(self.desk.leave(task.id)));
        coming.chain(waiting).collect()
    }

    fn kill(&self) {
        self.workers.kill();
        let going = std::mem::take(&mut self.desk.books().going);
        for (attempt, putting) in going.into_values() {
            putting.abort();
            self.desk.end(Attempt { result: Err(Failure::stopped()), ..attempt });
        }
    }

    fn join(self) {
        // Whoever fetched has let go of it: nothing runs any more.
        if let Some(workers) = Arc::into_inner(self.workers) {
            workers.join();
        }
    }
}

impl Desk {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a photo here and gives it to the workers.
    async fn fetch(&self, id: u64, workers: &impl Workers) {
        let input = self.books().coming.get(&id).map(|(task, _)| task.input.clone());
        let Some((input, (from, tag))) = input.as_ref().and_then(|input| Some((input, self.carrier.far(input)?)))
        else {
            return;
        };
        let near = self.carrier.near(id, input);
        let fetched = self.carrier.fetch(&from, tag, &near).await;
        let mut books = self.books();
        let Some((task, _)) = books.coming.remove(&id) else { return drop(std::fs::remove_file(near)) };
        match fetched {
            Ok(()) => {
                books.here.insert(id, (near.clone(), task.input.clone()));
                drop(books);
                workers.submit(PhotoTask { input: near, ..task });
            }
            Err(failure) => {
                drop(books);
                self.end(Attempt { task: id, slot: 0, header: None, result: Err(failure), cost: Cost::default() });
            }
        }
    }

    /// The photo is not needed here any more; says which file it was, and where it came from.
    fn leave(&self, id: u64) -> Option<(PathBuf, PathBuf)> {
        let left = self.books().here.remove(&id)?;
        // It is in the way of nobody: the next run empties the folder.
        let _ = std::fs::remove_file(&left.0);
        Some(left)
    }

    /// A worker has done with a photo.
    fn ended(self: &Arc<Self>, mut attempt: Attempt) {
        let left = self.leave(attempt.task);
        match &mut attempt.result {
            Ok(_) if self.carrier.out.is_some() => return self.deliver(attempt),
            Err(failure) => name_it(failure, left),
            Ok(_) => {}
        }
        self.end(attempt);
    }

    /// Takes the outputs away, then tells the mill.
    fn deliver(self: &Arc<Self>, attempt: Attempt) {
        let (desk, id) = (self.clone(), attempt.task);
        let made = attempt.result.as_ref().map(|made| made.renditions.clone()).unwrap_or_default();
        let mut books = self.books();
        let putting = self.runtime.spawn(async move {
            let delivered = desk.carrier.deliver(&made).await;
            let Some((attempt, _)) = desk.books().going.remove(&id) else { return };
            desk.end(match delivered {
                Ok(()) => attempt,
                Err(failure) => Attempt { result: Err(failure), ..attempt },
            });
        });
        books.going.insert(id, (attempt, putting.abort_handle()));
    }

    fn end(&self, attempt: Attempt) {
        (self.tell)(Event::Ended(attempt));
    }
}

/// Names a photo as its owner does.
fn name_it(failure: &mut Failure, left: Option<(PathBuf, PathBuf)>) {
    let Some((near, far)) = left.map(|(near, far)| (near.display().to_string(), far.display().to_string())) else {
        return;
    };
    failure.what = failure.what.replace(&near, &far);
    failure.why = failure.why.replace(&near, &far);
}
