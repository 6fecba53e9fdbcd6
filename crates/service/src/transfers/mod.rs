//! Imports and exports: files that come from URLs or a customer's bucket, and renditions that go to one.
//!
//! ```text
//!  request ──▶ ledger::transfers ──take──▶ list     the prefix, or the batch: more items
//!                                    ├───▶ pull ──▶ arrive ──▶ a photo      an item of an import
//!                                    ├───▶ push     an object of the bucket  an item of an export
//!                                    └───▶ submit   a batch of what came, when all is over
//! ```
//! Any process that works takes items beside its photos, some at a time. Each is worked on under a lease; whoever finds that
//! it is another's drops it. A file lies in the scratch folder until it is whole, so a process that dies leaves nothing in
//! the store but, at worst, an upload that was not completed: the next try goes on with it, or a sweeper removes it.

mod arrive;
mod buckets;
mod list;
pub mod plan;
mod pull;
mod push;
mod submit;
mod work;

pub use buckets::{Bucket, Buckets};

use crate::house::House;
use crate::upkeep::UpkeepError;
use crate::worker::Busy;
use ledger::LedgerError;
use ledger::transfers::Transfers;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Transfers are remembered for so long.
pub const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);
/// What nobody has sealed is forgotten after so long.
pub const UNSEALED: Duration = Duration::from_secs(86_400);
/// Look again for something to do at least so often.
const LOOK: Duration = Duration::from_secs(1);

/// What may become of an item, as figures tell it.
pub const RESULTS: [&str; 5] = ["done", "failed", "again", "handed_back", "stale"];

/// Works on items until told to stop.
pub async fn keep(house: Arc<House>, mut stop: watch::Receiver<bool>, busy: Busy) {
    let (mut news, mut going) = (house.news.subscribe(), JoinSet::new());
    loop {
        news.mark_unchanged();
        if let Err(error) = take(&house, &mut going, &stop, &busy).await {
            tracing::error!(%error, "imports and exports cannot be worked on; it is tried again");
            metrics::counter!("rawmill_engine_errors_total", "engine" => "ledger").increment(1);
        }
        tokio::select! {
            _ = going.join_next(), if !going.is_empty() => {}
            _ = timeout(LOOK, news.changed()) => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while going.join_next().await.is_some() {}
}

/// Begins what waits, as far as there is room.
async fn take(
    house: &Arc<House>,
    going: &mut JoinSet<()>,
    stop: &watch::Receiver<bool>,
    busy: &Busy,
) -> Result<(), LedgerError> {
    while going.try_join_next().is_some() {}
    let config = &house.config.transfers;
    let room = config.slots.saturating_sub(going.len());
    if room > 0 {
        for errand in house.ledger.take_items(room, config.per_tenant, house.config.lease()).await? {
            let (work, hold) = (work::work(Arc::clone(house), errand, stop.clone()), busy.hold());
            going.spawn(async move {
                work.await;
                drop(hold);
            });
        }
    }
    Ok(())
}

/// Forgets old transfers; one process does.
pub async fn forget(house: &House) -> Result<(), UpkeepError> {
    if house.has_broom() {
        house.ledger.sweep_transfers().await?;
    }
    Ok(())
}
