//! Archives that are built into a bucket, which serves them itself: one at a time in each process that works, beside the
//! photos.

use super::{Place, gather, stream};
use crate::house::House;
use crate::shared::wake::Happened;
use crate::worker::{Busy, Heart, hear};
use ledger::doorbell::Doorbell;
use ledger::parcels::{Built, Parcel, Parcels};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Store;
use tokio::sync::watch;

/// After trouble with the ledger.
const REST: Duration = Duration::from_secs(5);

/// Builds what is wanted until told to stop. Nothing where the web servers make the bytes themselves.
pub async fn keep(house: Arc<House>, mut stop: watch::Receiver<bool>, busy: Busy) {
    let mut listener = match house.bell.listener().await {
        Ok(listener) if house.store.gate().is_none() => listener,
        Ok(_) => return,
        Err(error) => return tracing::error!(%error, "no archives are built here: the bell cannot be heard"),
    };
    let mut elsewhere = house.shared.wake().hear(Happened::Work);
    while !*stop.borrow() {
        match house.ledger.take_parcel(house.config.lease()).await {
            Ok(Some(parcel)) => {
                let _hold = busy.hold();
                work(&house, &parcel, stop.clone()).await;
            }
            Ok(None) => tokio::select! {
                () = hear(&mut listener, &mut elsewhere, None) => {}
                _ = stop.changed() => {}
            },
            Err(error) => {
                tracing::error!(%error, "cannot take an archive");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Builds one, and records how that ended. Whoever finds that it is another's drops it.
async fn work(house: &Arc<House>, parcel: &Parcel, mut stop: watch::Receiver<bool>) {
    let done = Arc::<AtomicU64>::default();
    let built = tokio::select! {
        built = build(house, parcel, &done) => built,
        () = hold(house, parcel, &done) => return,
        _ = stop.wait_for(|stop| *stop) => Built::HandedBack,
    };
    let (batch, name) = (parcel.new.batch.0, &parcel.new.name);
    tracing::info!(batch, name, size = parcel.new.size, ?built, "an archive");
    // Where this fails, the lease runs out and another builds the same bytes.
    if let Err(error) = house.ledger.end_parcel(parcel.id, parcel.build, &built).await {
        tracing::error!(%error, batch, name, "cannot record an archive");
    }
}

async fn build(house: &Arc<House>, parcel: &Parcel, done: &Arc<AtomicU64>) -> Built {
    match write(house, parcel, done).await {
        Ok(()) => Built::Ready,
        Err(why) => Built::Failed(why),
    }
}

/// Puts the archive into the bucket, part by part.
async fn write(house: &Arc<House>, parcel: &Parcel, done: &Arc<AtomicU64>) -> Result<(), String> {
    let place = Place::from(&parcel.new);
    let archive = gather::kept(house, &place).await.map_err(|problem| problem.detail)?;
    let key = place.archive().ok_or("it has no name")?;
    let whole = 0..archive.head.size;
    let body = stream::body(Arc::clone(house), Arc::new(archive), whole);
    let body = stream::counted(body, Arc::clone(done));
    house.store.put(&key, body).await.map(drop).map_err(|error| told(&error))
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Sends heartbeats, until one says that the archive is another's.
async fn hold(house: &House, parcel: &Parcel, done: &AtomicU64) {
    let lease = house.config.lease();
    let mut heart = Heart::new(lease);
    loop {
        heart.beat().await;
        match house.ledger.renew_parcel(parcel.id, parcel.build, done.load(Ordering::Relaxed), lease).await {
            Ok(true) => {}
            Ok(false) => return tracing::warn!(name = parcel.new.name, "an archive is another's, or nobody wants it"),
            Err(error) => tracing::error!(%error, "cannot renew an archive"),
        }
    }
}
