//! Opens what the configuration names.

use super::{Bell, Ledger, Store};
use crate::cloud::Cloud;
use crate::config::Config;
use crate::run::ServeError;
use ledger::clock::Clock;
use ledger::doorbell::{FileBell, NotifyBell};
use ledger::{Postgres, Sqlite};
use queue::Queue;
use std::io;
use std::sync::Arc;
use store::{Directory, S3};

/// The ledger, and the bell that rings when it has work.
pub async fn ledger(config: &Config, clock: Arc<dyn Clock>) -> Result<(Ledger, Bell), ServeError> {
    let Some(at) = &config.ledger else {
        let file = config.data.join("ledger.sqlite");
        let ledger = Sqlite::open_at(&file, clock).await?;
        return Ok((Ledger::Sqlite(ledger), Bell::File(FileBell::new(&file))));
    };
    let ledger = Postgres::open(at.options()).await?;
    let bell = NotifyBell::new(&ledger);
    Ok((Ledger::Postgres(ledger), Bell::Notify(bell)))
}

/// The store.
pub async fn store(config: &Config, cloud: &Cloud) -> Result<Store, ServeError> {
    let Some(at) = &config.store else {
        let signer = crate::signing::signer(config).map_err(ServeError::Keys)?;
        let path = config.data.join("store");
        let opened = Directory::open(&path, signer).await;
        return opened
            .map(|folder| Store::Directory(Box::new(folder)))
            .map_err(|e| ServeError::Data { path, why: io::Error::other(e) });
    };
    let options = at.options().map_err(|e| ServeError::Store(e.to_string()))?;
    let bucket = S3::new(options, cloud.identity.shared()).map_err(|e| ServeError::Store(e.to_string()))?;
    Ok(Store::S3(bucket))
}

/// The queue, if there is one.
pub async fn queue(config: &Config, cloud: &Cloud) -> Result<Option<Queue>, ServeError> {
    let Some(at) = &config.queue else { return Ok(None) };
    let queue = Queue::open(&at.settings(cloud), &cloud.identity).await?;
    queue.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok(Some(queue))
}
