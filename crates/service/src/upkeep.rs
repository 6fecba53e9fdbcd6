//! What any process does now and then so that nothing stays lying: numbering events, ringing again, sweeping.
//!
//! Each step may run in several processes at once; the ledger sees to it that only one has an effect.

use crate::house::House;
use crate::order::Order;
use crate::shared::wake::Happened;
use crate::{backlog, calls, hooks, transfers, zip};
use ledger::doorbell::Doorbell;
use ledger::parcels::Parcels;
use ledger::registry::Registry;
use ledger::shares::Shares;
use ledger::{BatchId, Ledger, LedgerError, Page, Token};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Key, Store, StoreError, Timestamp};
use tokio::sync::watch;
use tokio::time::sleep;

/// Look again for news at least so often.
const FOLD: Duration = Duration::from_millis(250);
const SWEEP: Duration = Duration::from_secs(5);
const DEAD: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);
const CLEAN: Duration = Duration::from_secs(600);
/// Outputs that no completion names are removed at this age; so is what killed processes left.
const LOSING: Duration = Duration::from_secs(86_400);
/// Rows that are looked at at once.
const SOME: usize = 1_000;

/// Why a step could not be done; it comes again.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The ledger.
    #[error("ledger: {0}")]
    Ledger(#[from] LedgerError),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] queue::QueueError),
    /// The cloud.
    #[error(transparent)]
    Cloud(#[from] identity::IdentityError),
}

/// Does all of it until told to stop.
pub async fn keep(house: Arc<House>, mut stop: watch::Receiver<bool>) {
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    tokio::select! {
        () = on_news(&house, fold) => {}
        // Beside the other: a queue that is away must not keep batches from being closed.
        () = on_news(&house, calls::send) => {}
        () = every(DEAD, &house, calls::look_after_the_dead) => {}
        () = every(MINUTE, &house, backlog::tell) => {}
        () = every(SWEEP, &house, sweep) => {}
        () = every(CLEAN, &house, clean) => {}
        () = every(CLEAN, &house, hooks::forget) => {}
        () = every(CLEAN, &house, transfers::forget) => {}
        () = stopped => {}
    }
}

/// Does it when something happened here, and now and then: another process may have written.
async fn on_news(house: &House, step: impl AsyncFn(&House) -> Result<(), UpkeepError>) {
    let mut news = house.news.subscribe();
    loop {
        news.mark_unchanged();
        attempt(house, &step).await;
        let _ = tokio::time::timeout(FOLD, news.changed()).await;
    }
}

async fn every(pause: Duration, house: &House, step: impl AsyncFn(&House) -> Result<(), UpkeepError>) {
    loop {
        attempt(house, &step).await;
        sleep(pause).await;
    }
}

async fn attempt(house: &House, step: &impl AsyncFn(&House) -> Result<(), UpkeepError>) {
    if let Err(error) = step(house).await {
        tracing::error!(%error, "upkeep failed; it comes again");
        if let UpkeepError::Ledger(_) = error {
            metrics::counter!("rawmill_engine_errors_total", "engine" => "ledger").increment(1);
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Numbers events, closes batches, and rings for what is new.
async fn fold(house: &House) -> Result<(), UpkeepError> {
    let changed: Vec<_> = house.ledger.fold().await?.into_iter().map(|folded| folded.batch).collect();
    if !changed.is_empty() {
        house.changed(&changed).await;
    }
    let rings = house.ledger.to_ring(SOME).await?;
    if !rings.is_empty() {
        house.bell.ring(&[]).await?;
        house.shared.wake().tell(Happened::Work);
        house.ledger.rung(&rings).await?;
    }
    Ok(())
}

/// Leases that ran out, uploads whose time is over, when keys were used.
async fn sweep(house: &House) -> Result<(), UpkeepError> {
    let swept = house.ledger.sweep(&house.holder()).await?;
    house.broom.store(swept.is_some(), Ordering::Relaxed);
    if let Some(swept) = swept
        && swept.expired > 0
    {
        tracing::warn!(expired = swept.expired, "leases ran out");
        metrics::counter!("rawmill_leases_expired_total").increment(swept.expired);
        house.bell.ring(&[]).await?;
    }
    let now = house.clock.wall();
    for upload in house.ledger.overdue_uploads(now, SOME).await? {
        if let Some(row) = house.ledger.abort_upload(upload.new.tenant, upload.id).await? {
            abort(house, &row).await?;
        }
    }
    let used: Vec<_> = house.doorman.used().into_iter().map(|key| (key, now)).collect();
    if !used.is_empty() {
        house.ledger.touch_keys(&used).await?;
    }
    Ok(())
}

async fn abort(house: &House, row: &ledger::registry::Upload) -> Result<(), StoreError> {
    let (Ok(key), Ok(id)) = (Key::parse(&row.new.key), store::UploadId::parse(&row.new.ticket)) else { return Ok(()) };
    // An import may have put all of it there, and died.
    house.store.delete(&key).await?;
    house.store.abort(&store::Upload { key, id }).await
}

/// Batches whose retention is over, outputs that lost, archives of yesterday, and what killed processes left.
async fn clean(house: &House) -> Result<(), UpkeepError> {
    let before = Timestamp(house.clock.wall().0 - LOSING.as_millis() as i64);
    retire(house).await?;
    remove_losing(house, before).await?;
    zip::clean(house).await?;
    house.store.sweep(before).await?;
    Ok(())
}

async fn retire(house: &House) -> Result<(), UpkeepError> {
    let now = house.clock.wall().0;
    for tenant in house.ledger.tenants().await? {
        let mut after = None;
        loop {
            let page = house.ledger.batches(tenant.tenant.id, Page { after, most: SOME }).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.0);
            for batch in &page {
                let days = serde_json::from_str::<Order>(&batch.new.order).ok().and_then(|o| o.retention_days);
                let over = batch.ended.zip(days).is_some_and(|(end, days)| end.0 + i64::from(days) * 86_400_000 < now);
                if over && batch.state.is_over() {
                    forget(house, batch.id).await?;
                }
            }
        }
    }
    Ok(())
}

async fn remove_losing(house: &House, before: Timestamp) -> Result<(), UpkeepError> {
    let Ok(under) = Key::parse("out") else { return Ok(()) };
    let mut after: Option<Key> = None;
    loop {
        let page = house.store.list(Some(&under), after.as_ref(), SOME).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.clone());
        let old = page.iter().filter(|e| e.head.modified < before);
        let named: Vec<_> = old.filter_map(|e| Some((token(&e.key)?, e.key.to_string()))).collect();
        for path in house.ledger.unnamed(&named).await? {
            if let Ok(key) = Key::parse(&path) {
                house.store.delete(&key).await?;
            }
        }
    }
}

/// The token in the key of an output: `out/TENANT/BATCH/TASK.ATTEMPT/FILE`.
fn token(key: &Key) -> Option<Token> {
    let (task, attempt) = key.segments().nth(3)?.split_once('.')?;
    Some(Token { task: ledger::TaskId(task.parse().ok()?), attempt: attempt.parse().ok()? })
}

/// Removes a batch and what it made.
pub async fn forget(house: &House, batch: BatchId) -> Result<(), UpkeepError> {
    let tenant = house.ledger.batch(batch).await?.new.tenant;
    // First, so that nobody is led to what is half gone, and no link is left if this breaks off.
    house.ledger.drop_shares(batch).await?;
    house.ledger.forget(batch).await?;
    house.shared.batches_changed(&[batch]).await;
    house.ledger.drop_parcels(batch).await?;
    remove_all(house, &format!("out/{}/{batch}", tenant.0)).await?;
    remove_all(house, &zip::Place::folder(tenant, batch)).await
}

/// Removes all objects in a folder.
async fn remove_all(house: &House, folder: &str) -> Result<(), UpkeepError> {
    let Ok(under) = Key::parse(folder) else { return Ok(()) };
    loop {
        let page = house.store.list(Some(&under), None, SOME).await?;
        if page.is_empty() {
            return Ok(());
        }
        for entry in page {
            house.store.delete(&entry.key).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_an_output_tells_its_token() {
        let key = |text| Key::parse(text).unwrap();
        let expected = Token { task: ledger::TaskId(12), attempt: 3 };
        assert_eq!(token(&key("out/1/7/12.3/web.jpg")), Some(expected));
        assert_eq!(token(&key("out/1/7/web.jpg")), None);
    }
}
