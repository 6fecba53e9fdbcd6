//! The workers of a process: claim, develop in the darkroom, store, complete.
//!
//! ```text
//!  bell ──▶ claim ──▶ fetch ──▶ darkroom ──▶ store ──▶ record ──▶ claim …
//!             ▲                    │
//!             └──── slot free ─────┘        heartbeats for everything from claim to record
//! ```
//! A task is claimed only when a slot is free for it. What cannot be renewed is killed before its lease ends, by this
//! machine's own stopwatch; so no two workers ever write for the same attempt. The loop never waits for a ledger, a store
//! or a file: whatever does runs beside it and ends as [`news`].

mod asking;
mod begin;
pub(crate) mod bench;
mod busy;
mod claims;
mod deliver;
mod drain;
mod heart;
mod held;
pub(crate) mod input;
mod leases;
mod messages;
mod news;
pub(crate) mod orders;
mod priority;

pub(crate) use busy::Busy;
pub use drain::Until;
pub(crate) use heart::Heart;

use crate::fleet;
use crate::house::House;
use crate::shared::wake::Happened;
use crate::{transfers, zip};
use bench::Bench;
use claims::Claims;
use darkroom::Failure;
use ledger::LedgerError;
use ledger::doorbell::{Doorbell, Listener};
use news::{News, Teller};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// Without any bell, look so often.
const LOOK: Duration = Duration::from_secs(5);

/// Why a worker stopped for good.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The darkroom did not start.
    #[error("cannot start the darkroom: {0}")]
    Darkroom(#[from] Failure),
    /// The bell cannot be heard.
    #[error("cannot listen for work: {0}")]
    Bell(#[from] LedgerError),
}

/// Works until told to stop, or until `until` is reached. Returns how many tasks were ended.
pub async fn work(house: Arc<House>, until: Until, mut stop: watch::Receiver<bool>) -> Result<u64, WorkError> {
    let (teller, mut news) = Teller::new();
    let darkroom = teller.clone();
    let bench = Bench::open(&house, Arc::new(move |event| darkroom.tell(News::Darkroom(Box::new(event))))).await?;
    let (busy, held) = Busy::new();
    let protected = tokio::spawn(fleet::protect(Arc::clone(&house), held));
    let mut claims = Claims::new(Arc::clone(&house), bench, teller, busy.clone());
    let (over, end) = watch::channel(false);
    let archives = tokio::spawn(zip::build::keep(Arc::clone(&house), end.clone(), busy.clone()));
    let transfers = tokio::spawn(transfers::keep(Arc::clone(&house), end, busy));
    let mut listener = house.bell.listener().await?;
    let mut elsewhere = house.shared.wake().hear(Happened::Work);
    let mut heart = Heart::new(house.config.lease());
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut until = until.start();
    while !until.is_reached(&claims) && !*stop.borrow() {
        claims.fill(until.room(&claims));
        claims.measure();
        tokio::select! {
            Some(news) = news.recv() => claims.hear(news),
            () = heart.beat() => claims.renew(),
            () = claims.overdue() => claims.kill_overdue(),
            () = hear(&mut listener, &mut elsewhere, claims.paused_until()), if claims.is_hungry() => claims.look(),
            // Whatever else happens, now and then: a wait that is begun anew each time may never end.
            _ = looks.tick(), if claims.is_hungry() => claims.look(),
            () = until.passed(&claims) => {}
            _ = stop.changed() => {}
        }
    }
    let ended = drain::drain(claims, news, heart).await;
    over.send_replace(true);
    let _ = archives.await;
    let _ = transfers.await;
    // Our last word is that we may be taken away.
    let _ = protected.await;
    Ok(ended)
}

/// Waits for the bell, for word of another process, or for the end of a pause.
pub(crate) async fn hear(
    listener: &mut impl Listener,
    elsewhere: &mut watch::Receiver<()>,
    paused_until: Option<Instant>,
) {
    match paused_until {
        Some(end) => tokio::time::sleep_until(end.into()).await,
        None => tokio::select! {
            Ok(()) = elsewhere.changed() => {}
            () = ring(listener) => {}
        },
    }
}

async fn ring(listener: &mut impl Listener) {
    if let Err(error) = listener.listen(LOOK).await {
        tracing::error!(%error, "the bell cannot be heard");
        tokio::time::sleep(LOOK).await;
    }
}
