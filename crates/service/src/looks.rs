//! Looks at single photos for people who ask: what a header says, and the picture that the camera made itself.
//!
//! Like previews they are read in a child with limits, in whatever process answers customers; one at a time.

use darkroom::{Class, Failure, Isolation, Looker};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Looks that wait or are taken.
const MOST: usize = 16;

/// Where photos are looked at, in this process.
#[derive(Clone)]
pub struct Looks {
    looker: Arc<Mutex<Option<Looker>>>,
    seats: Arc<Semaphore>,
}

impl Default for Looks {
    fn default() -> Self {
        Self { looker: Arc::default(), seats: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Looks {
    /// All that the header of a file says; `None` where too many others wait.
    pub async fn facts(&self, photo: PathBuf) -> Option<Result<Value, Failure>> {
        self.look(move |looker| looker.inspect(&photo)).await
    }

    /// Writes the camera's own picture of a file to another one; `None` where too many others wait.
    pub async fn camera(&self, photo: PathBuf, out: PathBuf) -> Option<Result<Value, Failure>> {
        self.look(move |looker| looker.preview(&photo, &out)).await
    }

    async fn look(
        &self,
        look: impl FnOnce(&mut Looker) -> Result<Value, Failure> + Send + 'static,
    ) -> Option<Result<Value, Failure>> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().ok()?;
        let looker = Arc::clone(&self.looker);
        let looked = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            let mut looker = looker.lock().unwrap_or_else(PoisonError::into_inner);
            let ready = match looker.take() {
                Some(ready) => ready,
                None => Looker::start(Isolation::Process)?.0,
            };
            look(looker.insert(ready))
        });
        let broken =
            |e: tokio::task::JoinError| Failure::new(Class::Crash, "cannot look at the photo", e.to_string(), "");
        Some(looked.await.map_err(broken).flatten())
    }
}
