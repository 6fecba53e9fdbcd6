//! How attempts end: by a worker's word, or by a lease that ran out.

use super::list::{dispatch, tell};
use super::writer::Tx;
use super::{PIECE, Sqlite, seats, sql};
use crate::event::EventKind;
use crate::record::*;
use crate::rows::{self, Held, StandingRow, json};
use crate::states::{judge, renewal};
use crate::{AttemptState, LedgerError, Refusal, TaskState, Verdict};
use std::time::Duration;

pub async fn record(ledger: &Sqlite, endings: &[Ending]) -> Result<Vec<Verdict>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let mut verdicts = Vec::with_capacity(endings.len());
    for ending in endings {
        verdicts.push(end(&mut tx, ending).await?);
    }
    tx.commit().await?;
    Ok(verdicts)
}

/// One ending: read where its attempt stands, ask the rules, write what they say.
async fn end(tx: &mut Tx, ending: &Ending) -> Result<Verdict, LedgerError> {
    let Some(held) = standing(tx, ending.token).await? else { return Ok(Verdict::Refused(Refusal::Unknown)) };
    let verdict = judge(held.standing, ending.outcome.end());
    let over = matches!(verdict, Verdict::Recorded(_)) || held.standing.attempt != AttemptState::Running;
    if held.seated && over {
        seats::free(tx, ending.token).await?;
    }
    if let Verdict::Recorded(state) = verdict {
        write(tx, &held, ending, state).await?;
    }
    Ok(verdict)
}

async fn standing(tx: &mut Tx, token: Token) -> Result<Option<Held>, LedgerError> {
    let query = sqlx::query_as(sql!("standing")).bind(token.task.0).bind(token.attempt);
    let row: Option<StandingRow> = query.fetch_optional(&mut **tx).await?;
    row.map(|row| rows::standing(row, token.attempt)).transpose()
}

/// Writes an ending that counts; the task stands so from now on.
async fn write(tx: &mut Tx, held: &Held, ending: &Ending, state: TaskState) -> Result<(), LedgerError> {
    end_attempt(tx, ending, state).await?;
    set_task(tx, held, ending, state).await?;
    if let Outcome::Succeeded { outputs, .. } = &ending.outcome {
        for output in outputs {
            add_output(tx, ending.token, output).await?;
        }
    }
    if held.tenant == TenantId::HOUSE {
        return Ok(());
    }
    let was_running = held.standing.attempt == AttemptState::Running;
    let leave = sqlx::query(sql!("leave")).bind(was_running).bind(state.is_terminal()).bind(held.tenant.0);
    leave.execute(&mut **tx).await?;
    match event(state) {
        Some(kind) => outcome(tx, held, ending, state, kind).await,
        None => dispatch(tx, held.batch, due(tx, ending)).await,
    }
}

/// What is told of a task that stands so now.
fn event(state: TaskState) -> Option<EventKind> {
    match state {
        TaskState::Succeeded => Some(EventKind::Succeeded),
        TaskState::Failed => Some(EventKind::Dead),
        TaskState::Cancelled => Some(EventKind::TaskCancelled),
        TaskState::Ready | TaskState::Running | TaskState::Skipped => None,
    }
}

/// When the next attempt may begin.
fn due(tx: &Tx, ending: &Ending) -> i64 {
    if ending.retry_in.is_zero() { 0 } else { tx.later(ending.retry_in) }
}

/// The event and the usage row of a task that has its outcome.
async fn outcome(
    tx: &mut Tx,
    held: &Held,
    ending: &Ending,
    state: TaskState,
    kind: EventKind,
) -> Result<(), LedgerError> {
    let task = ending.token.task;
    tell(tx, held.batch, Some(task), kind).await?;
    let usage = if let Outcome::Succeeded { usage, .. } = &ending.outcome { usage.billed() } else { Usage::default() };
    let add = sqlx::query(sql!("add_usage")).bind(held.tenant.0).bind(held.batch.0).bind(task.0);
    add.bind(state.word()).bind(tx.wall.0).bind(json(&usage)?).execute(&mut **tx).await?;
    Ok(())
}

async fn end_attempt(tx: &mut Tx, ending: &Ending, state: TaskState) -> Result<(), LedgerError> {
    let fault = if let Outcome::Failed(fault) = &ending.outcome { Some(fault) } else { None };
    let usage = if let Outcome::Succeeded { usage, .. } = &ending.outcome { Some(usage) } else { None };
    let query = sqlx::query(sql!("end_attempt"))
        .bind(ending.outcome.end().recorded(state).word())
        .bind(tx.wall.0)
        .bind(fault.map(|f| f.class.word()))
        .bind(fault.map(|f| &f.what))
        .bind(fault.map(|f| &f.why))
        .bind(fault.map(|f| &f.advice))
        .bind(usage.map(json).transpose()?);
    query.bind(ending.token.task.0).bind(ending.token.attempt).execute(&mut **tx).await?;
    Ok(())
}

async fn set_task(tx: &mut Tx, held: &Held, ending: &Ending, state: TaskState) -> Result<(), LedgerError> {
    let left = held.standing.budget.after(ending.outcome.end());
    let due = if state == TaskState::Ready { due(tx, ending) } else { 0 };
    let heard = (held.tenant != TenantId::HOUSE).then_some(due.max(tx.ticks));
    let query = sqlx::query(sql!("set_task")).bind(state.word()).bind(left.photo_faults).bind(left.expiries);
    let query = query.bind(due).bind(heard).bind(tx.wall.0);
    query.bind(ending.token.task.0).execute(&mut **tx).await?;
    Ok(())
}

async fn add_output(tx: &mut Tx, Token { task, attempt }: Token, output: &Output) -> Result<(), LedgerError> {
    let query = sqlx::query(sql!("add_output")).bind(task.0).bind(attempt);
    let query = query.bind(&output.rendition).bind(&output.rendition_hash).bind(&output.path);
    query.bind(output.size.cast_signed()).bind(output.crc32).bind(&output.name).execute(&mut **tx).await?;
    Ok(())
}

/// Ends the attempts whose leases have run out, the first [`PIECE`] of them; returns how many.
pub async fn expire(tx: &mut Tx) -> Result<u64, LedgerError> {
    let expired = sqlx::query_as(sql!("expired")).bind(tx.ticks).bind(PIECE);
    let expired: Vec<(i64, u32, String)> = expired.fetch_all(&mut **tx).await?;
    for (task, attempt, worker) in &expired {
        let token = Token { task: TaskId(*task), attempt: *attempt };
        let Some(held) = standing(tx, token).await? else { continue };
        let ending = Ending::expired(token, worker);
        if let Verdict::Recorded(state) = judge(held.standing, ending.outcome.end()) {
            seats::rest(tx, token, held.lease.unwrap_or_default()).await?;
            write(tx, &held, &ending, state).await?;
        }
    }
    Ok(expired.len() as u64)
}

pub async fn renew(ledger: &Sqlite, tokens: &[Token], lease: Duration) -> Result<Vec<Renewal>, LedgerError> {
    let mut tx = ledger.begin().await?;
    let until = tx.later(lease);
    let mut answers = Vec::with_capacity(tokens.len());
    for token in tokens {
        let answer = standing(&mut tx, *token).await?.map_or(Renewal::Lost, |held| renewal(held.standing));
        if answer == Renewal::Renewed {
            sqlx::query(sql!("set_lease")).bind(until).bind(token.task.0).execute(&mut *tx).await?;
        }
        answers.push(answer);
    }
    tx.commit().await?;
    Ok(answers)
}
