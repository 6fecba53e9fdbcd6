//! What each operation does, for each engine that speaks SQL. It is compiled once for each, with the words of that engine
//! that the module above brings.

use super::{Answer, Connection, Engine, Tx, hold, hold_names, query, query_as, query_scalar};
use crate::record::{TenantId, Timestamp};
use crate::tenant::Once;
use crate::transfers::rows::{self, CountRow, ItemRow, TransferRow, add, of_items, of_transfers, open, set};
use crate::transfers::rules::{after, choose};
use crate::transfers::*;
use crate::upkeep::Page;
use std::collections::HashMap;
use std::time::Duration;

/// Taking holds this, in place of a transfer.
const TAKING: i64 = 0;

pub async fn open_transfer(ledger: &Engine, new: &NewTransfer, kept: Duration) -> Answer<i64> {
    let mut tx = ledger.begin().await?;
    let id = open!(query_scalar(rows::OPEN), new, tx.wall, kept).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn add_items(ledger: &Engine, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, transfer).await?;
    if !takes_items(&mut tx, transfer, attempt).await? {
        return Ok(false);
    }
    for item in items {
        add!(query(rows::ADD), transfer, item).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn takes_items(db: &mut Connection, transfer: i64, attempt: Option<u32>) -> Answer<bool> {
    match attempt {
        Some(attempt) => Ok(find_item(db, transfer, FIRST).await?.is_some_and(|first| first.is_of(attempt))),
        None => Ok(numbered(db, transfer).await?.is_some_and(|transfer| !transfer.sealed)),
    }
}

pub async fn seal_transfer(
    ledger: &Engine,
    transfer: i64,
    kept: Duration,
    once: Option<(&Once, Duration)>,
) -> Answer<Begun> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, transfer).await?;
    let answer = match once {
        Some((once, named)) => name(&mut tx, transfer, once, named).await?,
        None => Begun::Sealed,
    };
    let sealed = query(rows::SEAL).bind(transfer).bind(after(tx.wall, kept).0);
    match answer {
        Begun::Sealed if sealed.execute(&mut *tx).await?.rows_affected() > 0 => {
            query(rows::RELEASE).bind(transfer).execute(&mut *tx).await?;
        }
        Begun::Sealed => {}
        Begun::Repeated(_) | Begun::OtherBody => forget(&mut tx, transfer).await?,
    }
    tx.commit().await?;
    Ok(answer)
}

/// Gives a name to a transfer, unless it stands for something already.
async fn name(tx: &mut Tx, transfer: i64, once: &Once, named: Duration) -> Answer<Begun> {
    let found = numbered(tx, transfer).await?.filter(|found| !found.sealed);
    let Some(open) = found else { return Ok(Begun::Sealed) };
    hold_names(tx, open.new.tenant).await?;
    let now = tx.wall;
    if let Some(taken) = begun(tx, open.new.tenant, once, now).await? {
        return Ok(taken);
    }
    let keep = query(rows::NAME).bind(open.new.tenant.0).bind(&once.key).bind(&once.fingerprint);
    keep.bind(transfer).bind(after(now, named).0).execute(&mut **tx).await?;
    Ok(Begun::Sealed)
}

pub async fn begun(db: &mut Connection, tenant: TenantId, once: &Once, now: Timestamp) -> Answer<Option<Begun>> {
    let named = query_as(rows::NAMED).bind(tenant.0).bind(&once.key).bind(now.0);
    Ok(named.fetch_optional(db).await?.map(|row| rows::begun(once, row)))
}

pub async fn take_items(ledger: &Engine, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
    let (mut tx, mut errands) = (ledger.begin().await?, Vec::new());
    if free(&mut tx, 1).await?.is_empty() {
        // Nobody stands in line for nothing.
        tx.commit().await?;
        return Ok(errands);
    }
    hold(&mut tx, TAKING).await?;
    let held: Vec<(i64, i64)> = query_as(rows::HELD).bind(tx.wall.0).fetch_all(&mut *tx).await?;
    let held: HashMap<_, _> = held.into_iter().map(|(tenant, items)| (TenantId(tenant), items as usize)).collect();
    let free = free(&mut tx, most).await?;
    for (transfer, number) in choose(&free, held, most, per_tenant) {
        hold(&mut tx, transfer).await?;
        errands.extend(take(&mut tx, transfer, number, lease).await?);
    }
    tx.commit().await?;
    Ok(errands)
}

/// What may be taken, so many of each transfer at most.
async fn free(tx: &mut Tx, most: usize) -> Answer<Vec<(TenantId, i64, i64)>> {
    let free = query_as(rows::FREE).bind(tx.wall.0).bind(limit(most)).fetch_all(&mut **tx).await?;
    Ok(free.into_iter().map(|(tenant, transfer, number)| (TenantId(tenant), transfer, number)).collect())
}

/// Takes an item; `None` where it has had its tries, or somebody was quicker.
async fn take(tx: &mut Tx, transfer: i64, number: i64, lease: Duration) -> Answer<Option<Errand>> {
    let (now, found) = (tx.wall, find_item(tx, transfer, number).await?);
    let Some(item) = found.filter(|item| item.is_free(now)) else { return Ok(None) };
    let item = item.taken(now, lease);
    write(tx, &item).await?;
    let transfer = numbered(tx, transfer).await?;
    let errand = transfer.map(|transfer| Errand { transfer, item });
    Ok(errand.filter(|errand| errand.item.state == ItemState::Running))
}

pub async fn renew_item(ledger: &Engine, at: At, lease: Duration) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, at.transfer).await?;
    let found = find_item(&mut tx, at.transfer, at.number).await?;
    let renewed = found.and_then(|item| item.renewed(at.attempt, tx.wall, lease));
    if let Some(item) = &renewed {
        store(&mut tx, item).await?;
    }
    tx.commit().await?;
    Ok(renewed.is_some())
}

pub async fn end_item(ledger: &Engine, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, at.transfer).await?;
    let found = find_item(&mut tx, at.transfer, at.number).await?;
    let Some(item) = found.filter(|item| item.is_of(at.attempt)) else { return Ok(None) };
    let ended = match arrive(&mut tx, at.transfer, ended).await? {
        true => ended.clone(),
        false => Ended::Failed(rules::GIVEN_UP.into(), None),
    };
    let Some(item) = item.ended(at.attempt, &ended, tx.wall) else { return Ok(None) };
    write(&mut tx, &item).await?;
    tx.commit().await?;
    Ok(Some(item.state))
}

/// What arrived becomes what it is to be; `false` where its upload was given up.
async fn arrive(tx: &mut Tx, transfer: i64, ended: &Ended) -> Answer<bool> {
    match ended {
        Ended::Done(Made::Photo { upload, media_type, .. }) => {
            let sql = "UPDATE upload SET state = 'completed', media_type = $1, created = $2 WHERE id = $3 \
                       AND state = 'open' AND tenant = (SELECT tenant FROM transfer WHERE id = $4)";
            let finish = query(sql).bind(media_type).bind(tx.wall.0).bind(*upload).bind(transfer);
            Ok(finish.execute(&mut **tx).await?.rows_affected() > 0)
        }
        Ended::Done(Made::Batch(batch)) => {
            query(rows::BATCHED).bind(transfer).bind(batch.0).execute(&mut **tx).await?;
            Ok(true)
        }
        _ => Ok(true),
    }
}

pub async fn transfer(db: &mut Connection, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
    let found = numbered(db, id).await?.filter(|found| found.sealed && found.new.tenant == tenant);
    let Some(found) = found else { return Ok(None) };
    let counts: Vec<CountRow> = query_as(rows::COUNTS).bind(id).fetch_all(db).await?;
    Ok(Some((found, rows::counts(counts)?)))
}

pub async fn transfers(db: &mut Connection, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
    let sql = of_transfers!("WHERE tenant = $1 AND kind = $2 AND id < $3 AND sealed = 1 ORDER BY id DESC LIMIT $4");
    let query = query_as(sql).bind(tenant.0).bind(kind.word()).bind(page.after.unwrap_or(i64::MAX));
    let found: Vec<TransferRow> = query.bind(limit(page.most)).fetch_all(db).await?;
    found.into_iter().map(rows::transfer).collect()
}

pub async fn items(db: &mut Connection, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
    let (any, one) = (
        of_items!("WHERE transfer = $1 AND number > $2 AND state <> 'written' ORDER BY number LIMIT $3"),
        of_items!("WHERE transfer = $1 AND number > $2 AND state = $4 ORDER BY number LIMIT $3"),
    );
    let after = page.after.unwrap_or(i64::MIN);
    let asked = query_as(if state.is_some() { one } else { any }).bind(transfer).bind(after).bind(limit(page.most));
    let asked = match state {
        Some(state) => asked.bind(state.word()),
        None => asked,
    };
    let found: Vec<ItemRow> = asked.fetch_all(db).await?;
    found.into_iter().map(rows::item).collect()
}

pub async fn cancel_transfer(ledger: &Engine, tenant: TenantId, id: i64) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, id).await?;
    let found = query(rows::CANCEL).bind(tenant.0).bind(id).execute(&mut *tx).await?.rows_affected() > 0;
    if found {
        query(rows::CANCEL_ITEMS).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(found)
}

pub async fn retry_transfer(ledger: &Engine, tenant: TenantId, id: i64) -> Answer<u64> {
    let mut tx = ledger.begin().await?;
    hold(&mut tx, id).await?;
    let wanted = query(rows::RETRY).bind(tenant.0).bind(id).execute(&mut *tx).await?.rows_affected();
    tx.commit().await?;
    Ok(wanted)
}

pub async fn sweep_transfers(ledger: &Engine) -> Answer<u64> {
    let mut tx = ledger.begin().await?;
    let old: Vec<i64> = query_scalar(rows::OLD).bind(tx.wall.0).fetch_all(&mut *tx).await?;
    for id in &old {
        forget(&mut tx, *id).await?;
    }
    tx.commit().await?;
    Ok(old.len() as u64)
}

async fn forget(tx: &mut Tx, transfer: i64) -> Answer<()> {
    query(rows::FORGET_ITEMS).bind(transfer).execute(&mut **tx).await?;
    query(rows::FORGET).bind(transfer).execute(&mut **tx).await?;
    Ok(())
}

pub async fn waiting_items(db: &mut Connection) -> Answer<Waiting> {
    let (items, oldest): (i64, Option<i64>) = query_as(rows::WAITING).fetch_one(db).await?;
    Ok(Waiting { items: items.cast_unsigned(), oldest: oldest.map(Timestamp) })
}

async fn numbered(db: &mut Connection, id: i64) -> Answer<Option<Transfer>> {
    let found: Option<TransferRow> = query_as(of_transfers!("WHERE id = $1")).bind(id).fetch_optional(db).await?;
    found.map(rows::transfer).transpose()
}

async fn find_item(db: &mut Connection, transfer: i64, number: i64) -> Answer<Option<Item>> {
    let query = query_as(of_items!("WHERE transfer = $1 AND number = $2")).bind(transfer).bind(number);
    let found: Option<ItemRow> = query.fetch_optional(db).await?;
    found.map(rows::item).transpose()
}

/// Writes an item. What the first one has listed is wanted with its end, or else forgotten.
async fn write(tx: &mut Tx, item: &Item) -> Answer<()> {
    store(tx, item).await?;
    if item.new.number == FIRST {
        let follow = if item.state == ItemState::Done { rows::RELEASE } else { rows::UNWRITE };
        query(follow).bind(item.transfer).execute(&mut **tx).await?;
    }
    Ok(())
}

async fn store(db: &mut Connection, item: &Item) -> Answer<()> {
    set!(query(rows::SET), item).execute(db).await?;
    Ok(())
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
