//! What web servers share beside the ledger, through Redis or Valkey: [`buckets`], a [`cache`], [`wake`]-ups, and names of
//! requests that are being answered ([`guard`]).
//!
//! The ledger is the truth and none of this is: whatever is in Redis may be lost at any time. Where there is no Redis, or
//! while it is away, each process has its own buckets and names, asks the ledger for everything and is woken by the bells
//! alone. Nobody waits for it for more than [`link::PATIENCE`], and while it is away nobody waits at all.

pub mod buckets;
pub mod cache;
pub mod guard;
pub(crate) mod link;
mod owed;
pub mod wake;

use crate::config::Redis;
use link::Link;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinSet;
use wake::Wake;

/// What is shared; nothing where no Redis is configured.
#[derive(Debug, Default)]
pub struct Shared {
    link: Option<Arc<Link>>,
    wake: Wake,
    /// What keeps it going; ends with it.
    _tasks: JoinSet<()>,
}

/// Why Redis cannot be used as it is configured. That it is away is no error.
#[derive(Debug, thiserror::Error)]
pub enum SharedError {
    /// A file.
    #[error("cannot read `{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The address, or the certificate in the file.
    #[error("redis.url or redis.ca_file cannot be used: {0}")]
    Client(#[from] redis::RedisError),
}

impl Shared {
    /// Begins to share, if the configuration says where. Waits a moment for the connection.
    pub async fn open(config: Option<&Redis>) -> Result<Self, SharedError> {
        let Some(config) = config else { return Ok(Self::default()) };
        let link = Arc::new(Link::new(config)?);
        link.connect().await;
        let (wake, mut tasks) = (Wake::default(), JoinSet::new());
        tasks.spawn(Arc::clone(&link).keep());
        tasks.spawn(wake.clone().publish(Arc::clone(&link)));
        tasks.spawn(wake.clone().listen(Arc::clone(&link)));
        Ok(Self { link: Some(link), wake, _tasks: tasks })
    }

    /// Wakes what other processes wake, and is woken by them.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Is it configured, and does it answer.
    pub fn is_up(&self) -> Option<bool> {
        self.link.as_ref().map(|link| link.is_up())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, SharedError> {
    std::fs::read(path).map_err(|why| SharedError::File { path: path.into(), why })
}

#[cfg(test)]
pub(crate) mod kit {
    //! A Redis, and processes that share it.

    use super::*;

    /// One process.
    pub async fn process(server: &servers::Redis) -> Arc<Shared> {
        let url = server.url();
        let config = Redis { url, ca_file: None, password_file: None, prefix: "test".into() };
        Arc::new(Shared::open(Some(&config)).await.unwrap())
    }

    impl Shared {
        /// Waits until it knows that Redis answers, or that it does not.
        pub async fn until(&self, up: bool) {
            self.link.as_ref().unwrap().until(up).await;
        }
    }
}
