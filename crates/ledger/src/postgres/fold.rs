//! Folding: numbers what happened, adds it up, closes batches. The batch is locked for each piece, so one folds it at a
//! time.

use super::batch::tell_of;
use super::list::{lock, state_of};
use super::tx::Tx;
use super::{PIECE, Postgres, hooks, pace, sql, unnamed};
use crate::event::{EventKind, Folded};
use crate::record::*;
use crate::rows::json;
use crate::{BatchState, LedgerError};

pub async fn fold(ledger: &Postgres) -> Result<Vec<Folded>, LedgerError> {
    let mut tx = ledger.read().await?;
    let mut news: Vec<i64> = unnamed::query_scalar(sql!("news")).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    news.sort_unstable();
    let mut folded = Vec::new();
    for batch in news.into_iter().map(BatchId) {
        let mut changed = None;
        while let Some((piece, more)) = fold_piece(ledger, batch).await? {
            changed = Some(piece);
            if !more {
                break;
            }
        }
        folded.extend(changed);
    }
    Ok(folded)
}

/// What changed, and whether there is more to fold.
async fn fold_piece(ledger: &Postgres, batch: BatchId) -> Result<Option<(Folded, bool)>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (before, tenant) = match state_of(&mut tx, batch).await {
        Err(LedgerError::UnknownBatch(_)) => return Ok(None),
        found => found?,
    };
    let cancelling = before == BatchState::Cancelling;
    if cancelling {
        pace::lock(&mut tx, tenant).await?;
    }
    let (state, _) = match lock(&mut tx, batch).await {
        Err(LedgerError::UnknownBatch(_)) => return Ok(None),
        found => found?,
    };
    let waiting = cancelling && cancel_piece(&mut tx, batch, tenant).await? == PIECE as usize;
    let kinds = number(&mut tx, batch).await?;
    let (mut folded, remaining) = add_up(&mut tx, batch, &kinds).await?;
    let last = folded.last_event.cast_signed() - kinds.len() as i64;
    // The last piece and the end of the batch are one transaction: nobody would come back for the end alone.
    let more = waiting || kinds.len() == PIECE as usize && is_news(&mut tx, batch).await?;
    if !more {
        close(&mut tx, &mut folded, remaining).await?;
    }
    let news = !kinds.is_empty() || folded.state != state;
    if news {
        hooks::make(&mut tx, batch, last).await?;
    }
    tx.commit().await?;
    Ok(news.then_some((folded, more)))
}

/// Cancels some of the tasks that wait; returns how many.
async fn cancel_piece(tx: &mut Tx, batch: BatchId, tenant: TenantId) -> Result<usize, LedgerError> {
    let cancel = unnamed::query_scalar(sql!("cancel_tasks")).bind(batch.0).bind(PIECE);
    let mut tasks: Vec<i64> = cancel.fetch_all(&mut **tx).await?;
    if tasks.is_empty() {
        return Ok(0);
    }
    tasks.sort_unstable();
    let count = tasks.len();
    tell_of(tx, batch, EventKind::TaskCancelled, &tasks).await?;
    let bill = unnamed::query(sql!("bill_cancelled")).bind(tenant.0).bind(batch.0).bind(tx.wall.0);
    bill.bind(json(&Usage::default())?).bind(tasks).execute(&mut **tx).await?;
    tx.last.push_str(&pace::change(tenant.0, 0, -(count as i64)));
    Ok(count)
}

/// Numbers what happened since the last fold, some of it, in order; returns what it was.
async fn number(tx: &mut Tx, batch: BatchId) -> Result<Vec<EventKind>, LedgerError> {
    let last = unnamed::query_scalar("SELECT last_event FROM batch WHERE id = $1").bind(batch.0);
    let last: i64 = last.fetch_one(&mut **tx).await?;
    let words = unnamed::query_scalar(sql!("number_events")).bind(batch.0).bind(last).bind(PIECE);
    let words: Vec<String> = words.fetch_all(&mut **tx).await?;
    words.iter().map(|word| word.parse()).collect()
}

/// Has anything happened that has no number.
async fn is_news(tx: &mut Tx, batch: BatchId) -> Result<bool, LedgerError> {
    let news = "SELECT EXISTS (SELECT 1 FROM event WHERE batch = $1 AND number IS NULL)";
    Ok(unnamed::query_scalar(news).bind(batch.0).fetch_one(&mut **tx).await?)
}

/// Adds up what was numbered; returns what remains of the batch, too.
async fn add_up(tx: &mut Tx, batch: BatchId, kinds: &[EventKind]) -> Result<(Folded, i64), LedgerError> {
    let of = |kind| kinds.iter().filter(|k| **k == kind).count() as i64;
    let add = unnamed::query_as(sql!("add_up"))
        .bind(of(EventKind::Succeeded))
        .bind(of(EventKind::Dead) - of(EventKind::Redriven))
        .bind(of(EventKind::TaskCancelled))
        .bind(kinds.len() as i64);
    let (state, remaining, last): (String, i64, i64) = add.bind(batch.0).fetch_one(&mut **tx).await?;
    Ok((Folded { batch, last_event: last.cast_unsigned(), state: state.parse()? }, remaining))
}

/// Closes a batch that nothing remains of, and says so.
async fn close(tx: &mut Tx, folded: &mut Folded, remaining: i64) -> Result<(), LedgerError> {
    let state = folded.state.folded(remaining.cast_unsigned());
    let kind = match state {
        BatchState::Closed => EventKind::Closed,
        _ => EventKind::Cancelled,
    };
    if state == folded.state {
        return Ok(());
    }
    *folded = Folded { state, last_event: folded.last_event + 1, ..*folded };
    let batch = folded.batch.0;
    let end = unnamed::query(sql!("end_batch")).bind(state.word()).bind(tx.wall.0).bind(batch);
    end.execute(&mut **tx).await?;
    let last = unnamed::query(sql!("add_last_event")).bind(batch).bind(kind.word()).bind(tx.wall.0);
    last.bind(folded.last_event.cast_signed()).execute(&mut **tx).await?;
    unnamed::query("UPDATE batch SET last_event = last_event + 1 WHERE id = $1").bind(batch).execute(&mut **tx).await?;
    Ok(())
}
