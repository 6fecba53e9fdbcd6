//! Folding: numbers what happened, adds it up, closes batches. One transaction a piece, so at most one folder at a time.

use super::batch::tell_of;
use super::list::state_of;
use super::rows::json;
use super::writer::Tx;
use super::{PIECE, Sqlite, sql};
use crate::event::{EventKind, Folded};
use crate::record::*;
use crate::{BatchState, LedgerError};

pub async fn fold(ledger: &Sqlite) -> Result<Vec<Folded>, LedgerError> {
    let news: Vec<i64> = sqlx::query_scalar(sql!("news")).fetch_all(&mut *ledger.read().await?).await?;
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
async fn fold_piece(ledger: &Sqlite, batch: BatchId) -> Result<Option<(Folded, bool)>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let (state, tenant) = match state_of(&mut tx, batch).await {
        Err(LedgerError::UnknownBatch(_)) => return Ok(None),
        found => found?,
    };
    let waiting = state == BatchState::Cancelling && cancel_piece(&mut tx, batch, tenant).await? == PIECE as usize;
    let (mut folded, counted) = count(&mut tx, batch).await?;
    let more = waiting || counted.events == PIECE;
    if !more {
        close(&mut tx, &mut folded, counted.remaining).await?;
    }
    tx.commit().await?;
    let news = counted.events > 0 || folded.state != state;
    Ok(news.then_some((folded, more)))
}

/// Cancels some of the tasks that wait; returns how many.
async fn cancel_piece(tx: &mut Tx, batch: BatchId, tenant: TenantId) -> Result<usize, LedgerError> {
    let cancel = sqlx::query_scalar(sql!("cancel_tasks")).bind(batch.0).bind(PIECE);
    let mut tasks: Vec<i64> = cancel.fetch_all(&mut **tx).await?;
    if tasks.is_empty() {
        return Ok(0);
    }
    tasks.sort_unstable();
    let list = json(&tasks)?;
    tell_of(tx, batch, EventKind::TaskCancelled, &list).await?;
    let bill = sqlx::query(sql!("bill_cancelled")).bind(tenant.0).bind(batch.0).bind(tx.wall.0);
    bill.bind(json(&Usage::default())?).bind(list).execute(&mut **tx).await?;
    let leave = sqlx::query(sql!("leave")).bind(0).bind(tasks.len() as i64).bind(tenant.0);
    leave.execute(&mut **tx).await?;
    Ok(tasks.len())
}

struct Counted {
    events: i64,
    remaining: i64,
}

/// Numbers some of the new events and adds them up.
async fn count(tx: &mut Tx, batch: BatchId) -> Result<(Folded, Counted), LedgerError> {
    let new = sqlx::query_as(sql!("new_events")).bind(batch.0).bind(PIECE);
    let new: Vec<(i64, String)> = new.fetch_all(&mut **tx).await?;
    let kinds = new.iter().map(|(_, kind)| kind.parse()).collect::<Result<Vec<EventKind>, _>>()?;
    let events = kinds.len() as i64;
    let of = |kind| kinds.iter().filter(|k| **k == kind).count() as i64;
    let last: i64 =
        sqlx::query_scalar("SELECT last_event FROM batch WHERE id = ?").bind(batch.0).fetch_one(&mut **tx).await?;
    sqlx::query(sql!("number_events")).bind(batch.0).bind(last).bind(PIECE).execute(&mut **tx).await?;
    let add = sqlx::query_as(sql!("add_up"))
        .bind(of(EventKind::Succeeded))
        .bind(of(EventKind::Dead) - of(EventKind::Redriven))
        .bind(of(EventKind::TaskCancelled))
        .bind(events);
    let (state, remaining, last): (String, i64, i64) = add.bind(batch.0).fetch_one(&mut **tx).await?;
    let folded = Folded { batch, last_event: last.cast_unsigned(), state: state.parse()? };
    Ok((folded, Counted { events, remaining }))
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
    let end = sqlx::query(sql!("end_batch")).bind(state.word()).bind(tx.wall.0).bind(batch);
    end.execute(&mut **tx).await?;
    let last = sqlx::query(sql!("add_last_event")).bind(batch).bind(kind.word()).bind(tx.wall.0);
    last.bind(folded.last_event.cast_signed()).execute(&mut **tx).await?;
    sqlx::query("UPDATE batch SET last_event = last_event + 1 WHERE id = ?").bind(batch).execute(&mut **tx).await?;
    Ok(())
}
