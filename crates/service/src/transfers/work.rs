//! One try of one item, from its lease to its end.

use super::{list, pull, push, submit};
use crate::house::House;
use crate::worker::Heart;
use ledger::transfers::{Ended, Errand, FIRST, ItemState, LAST, Made, TransferKind, Transfers};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Why an item is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It never will be.
    Refused(String),
    /// It may be, at the earliest after so long.
    Again(String, Option<Duration>),
}

impl Fault {
    /// It may be done in a while.
    pub fn again(why: impl ToString) -> Self {
        Self::Again(why.to_string(), None)
    }

    /// It never will be.
    pub fn refused(why: impl ToString) -> Self {
        Self::Refused(why.to_string())
    }
}

/// Files of a try; gone with it.
pub struct Desk(pub PathBuf);

impl Desk {
    async fn make(house: &House, errand: &Errand) -> std::io::Result<Self> {
        let at = errand.at();
        let path = house.scratch.path().join(format!("transfer-{}.{}.{}", at.transfer, at.number, at.attempt));
        tokio::fs::create_dir_all(&path).await?;
        Ok(Self(path))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A folder that stays goes with the process's own.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Does one, and records how that ended. Whoever finds that it is another's drops it.
pub async fn work(house: Arc<House>, errand: Errand, mut stop: watch::Receiver<bool>) {
    let at = errand.at();
    let ended = tokio::select! {
        made = tokio::time::timeout(house.config.transfers.file(), make(&house, &errand)) => match made {
            Ok(Ok(made)) => Ended::Done(made),
            Ok(Err(Fault::Refused(why))) => Ended::Refused(clean(&why)),
            Ok(Err(Fault::Again(why, after))) => Ended::Failed(clean(&why), after),
            Err(_) => Ended::Failed(format!("it was not done within {} s", house.config.transfers.file_s), None),
        },
        () = hold(&house, &errand) => return,
        _ = stop.wait_for(|stop| *stop) => Ended::HandedBack,
    };
    let state = house.ledger.end_item(at, &ended).await;
    match &state {
        Ok(state) => tell(&errand, &ended, *state),
        // Its lease ends, and it is done again.
        Err(error) => tracing::error!(%error, ?at, "how a file of a transfer ended is not recorded"),
    }
    if let (Ended::Done(Made::Photo { upload, .. }), Ok(Some(ItemState::Wanted) | None)) = (&ended, &state) {
        super::arrive::give_up(&house, errand.transfer.new.tenant, *upload).await;
    }
    house.tell();
}

async fn make(house: &Arc<House>, errand: &Errand) -> Result<Made, Fault> {
    let desk = Desk::make(house, errand).await.map_err(Fault::again)?;
    match (errand.item.new.number, errand.transfer.new.kind) {
        (FIRST, TransferKind::Import) => list::of_bucket(house, errand).await,
        (FIRST, TransferKind::Export) => list::of_batch(house, errand).await,
        (LAST, _) => submit::submit(house, errand).await,
        (_, TransferKind::Import) => pull::pull(house, errand, &desk).await,
        (_, TransferKind::Export) => push::push(house, errand, &desk).await,
    }
}

/// What can stand in a row and on a page.
fn clean(why: &str) -> String {
    why.chars().filter(|c| !c.is_control()).take(1_000).collect()
}

/// Sends heartbeats, until one says that the item is another's.
async fn hold(house: &House, errand: &Errand) {
    let lease = house.config.lease();
    let mut heart = Heart::new(lease);
    loop {
        heart.beat().await;
        match house.ledger.renew_item(errand.at(), lease).await {
            Ok(true) => {}
            Ok(false) => return tracing::warn!(at = ?errand.at(), "a file is another's, or nobody wants it"),
            Err(error) => tracing::error!(%error, "cannot renew a file of a transfer"),
        }
    }
}

fn tell(errand: &Errand, ended: &Ended, state: Option<ItemState>) {
    let result = match (state, ended) {
        (None, _) => "stale",
        (Some(ItemState::Done), _) => "done",
        (Some(ItemState::Failed), _) => "failed",
        (_, Ended::HandedBack) => "handed_back",
        _ => "again",
    };
    let why = if let Ended::Refused(why) | Ended::Failed(why, _) = ended { Some(why) } else { None };
    let (kind, transfer, number) = (errand.transfer.new.kind.word(), errand.transfer.id, errand.item.new.number);
    tracing::info!(kind, transfer, number, attempt = errand.item.attempt, result, why, "a file of a transfer");
    metrics::counter!("rawmill_transfer_items_total", "kind" => kind, "result" => result).increment(1);
}
