//! Webhooks: any process sends what is owed, with the ledger's word for who sends what.
//!
//! A process that dies leaves a lease, and another one sends the message again when that ends; so a message may come
//! twice, and has the same id then. One that ends in good order lets what is on its way arrive first.

mod message;
mod send;

pub use message::{fresh_secret, message_id};

use crate::house::House;
use crate::upkeep::UpkeepError;
use ledger::hooks::Hooks;
use ledger::{LedgerError, Timestamp};
use outward::Limits;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Messages of this process that are on their way at a time.
const SLOTS: usize = 64;
/// Of these, to one hook; the same over all processes.
const PER_HOOK: usize = 4;
/// Whoever has not told for so long how a try ended is thought dead: longer than the longest try.
const LEASE: Duration = Duration::from_secs(30);
/// Look again for something due at least so often.
const LOOK: Duration = Duration::from_secs(1);
/// Deliveries are remembered for so long.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);
/// Deliveries that are forgotten at once.
const SOME: usize = 1_000;

/// An end to every try.
pub const LIMITS: Limits = Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(15), body: 16 << 10 };

/// What a try may come to, as figures tell it.
pub const RESULTS: [&str; 4] = ["delivered", "failed", "given_up", "stale"];

/// Sends until told to stop.
pub async fn deliver(house: Arc<House>, mut stop: watch::Receiver<bool>) {
    let (mut news, mut going) = (house.news.subscribe(), JoinSet::new());
    loop {
        news.mark_unchanged();
        if let Err(error) = take(&house, &mut going).await {
            tracing::error!(%error, "webhooks cannot be sent; they are tried again");
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

/// Begins what is due, as far as there is room.
async fn take(house: &Arc<House>, going: &mut JoinSet<()>) -> Result<(), LedgerError> {
    while going.try_join_next().is_some() {}
    for errand in house.ledger.take_deliveries(SLOTS - going.len(), PER_HOOK, LEASE).await? {
        going.spawn(send::send(Arc::clone(house), errand));
    }
    Ok(())
}

/// Forgets old deliveries; one process does.
pub async fn forget(house: &House) -> Result<(), UpkeepError> {
    let before = Timestamp(house.clock.wall().0 - REMEMBERED.as_millis() as i64);
    while house.has_broom() && house.ledger.forget_deliveries(before, SOME).await? == SOME as u64 {}
    Ok(())
}
