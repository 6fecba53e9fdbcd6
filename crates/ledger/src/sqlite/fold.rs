//! Folding: numbers what happened, adds it up, closes batches. One transaction a piece, so at most one folder at a time.

use super::batch::tell_of;
use super::list::state_of;
use super::writer::Tx;
use super::{PIECE, Sqlite, hooks, sql};
use crate::event::{EventKind, Folded};
use crate::record::*;
use crate::rows::json;
use crate::{BatchState, LedgerError};
use sqlx::sqlite::SqliteConnection;

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
    let new = new(&mut tx, batch).await?;
    let (mut folded, remaining) = add_up(&mut tx, batch, &new).await?;
    let more = waiting || new.more;
    if !more {
        close(&mut tx, &mut folded, remaining).await?;
    }
    let news = !new.kinds.is_empty() || folded.state != state;
    if news {
        hooks::make(&mut tx, batch, new.last).await?;
    }
    tx.commit().await?;
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

/// What happened since the last fold: some of it, in order.
struct New {
    kinds: Vec<EventKind>,
    /// There is more of it. The last piece and the end of the batch are one transaction: nobody would come back for the end
    /// alone.
    more: bool,
    /// Number of the last event before.
    last: i64,
}

async fn new(db: &mut SqliteConnection, batch: BatchId) -> Result<New, LedgerError> {
    let words = sqlx::query_scalar(sql!("new_events")).bind(batch.0).bind(PIECE + 1);
    let words: Vec<String> = words.fetch_all(&mut *db).await?;
    let kinds = words.iter().take(PIECE as usize).map(|word| word.parse()).collect::<Result<_, _>>()?;
    let last = sqlx::query_scalar("SELECT last_event FROM batch WHERE id = ?").bind(batch.0).fetch_one(db).await?;
    Ok(New { kinds, more: words.len() > PIECE as usize, last })
}

/// Numbers new events and adds them up; returns what remains of the batch, too.
async fn add_up(tx: &mut Tx, batch: BatchId, new: &New) -> Result<(Folded, i64), LedgerError> {
    let of = |kind| new.kinds.iter().filter(|k| **k == kind).count() as i64;
    sqlx::query(sql!("number_events")).bind(batch.0).bind(new.last).bind(PIECE).execute(&mut **tx).await?;
    let add = sqlx::query_as(sql!("add_up"))
        .bind(of(EventKind::Succeeded))
        .bind(of(EventKind::Dead) - of(EventKind::Redriven))
        .bind(of(EventKind::TaskCancelled))
        .bind(new.kinds.len() as i64);
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
    let end = sqlx::query(sql!("end_batch")).bind(state.word()).bind(tx.wall.0).bind(batch);
    end.execute(&mut **tx).await?;
    let last = sqlx::query(sql!("add_last_event")).bind(batch).bind(kind.word()).bind(tx.wall.0);
    last.bind(folded.last_event.cast_signed()).execute(&mut **tx).await?;
    sqlx::query("UPDATE batch SET last_event = last_event + 1 WHERE id = ?").bind(batch).execute(&mut **tx).await?;
    Ok(())
}
