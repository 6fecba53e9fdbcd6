//! How attempts end: by a worker's word, or by a lease that ran out.

use super::list::share;
use super::tx::Tx;
use super::{PIECE, Postgres, pace, seats, sql, unnamed};
use crate::event::EventKind;
use crate::record::*;
use crate::rows::{self, Held, StandingRow, json};
use crate::states::{judge, renewal};
use crate::{AttemptState, LedgerError, Refusal, TaskState, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// What endings change at tenants: written last, for others wait for it.
#[derive(Default)]
struct Leaving {
    /// By tenant: less running, less queued.
    counts: BTreeMap<i64, (i64, i64)>,
    /// Usage rows, which are numbered while the tenant is locked.
    usage: String,
    /// All pools are locked.
    pools: bool,
}

impl Leaving {
    fn write(self, tx: &mut Tx) {
        let counts = self.counts.into_iter().filter(|(_, counts)| *counts != (0, 0));
        counts.for_each(|(tenant, (running, queued))| tx.last.push_str(&pace::change(tenant, -running, -queued)));
        tx.last.push_str(&self.usage);
    }
}

/// The tasks are locked in the order of their numbers.
pub async fn record(ledger: &Postgres, endings: &[Ending]) -> Result<Vec<Verdict>, LedgerError> {
    let mut tx = ledger.begin().await?;
    if endings.len() > 1 {
        lock(&mut tx, endings.iter().map(|ending| ending.token.task.0)).await?;
    }
    let (mut leaving, mut verdicts) = (Leaving::default(), Vec::with_capacity(endings.len()));
    for ending in endings {
        verdicts.push(end(&mut tx, ending, &mut leaving, endings.len() > 1).await?);
    }
    leaving.write(&mut tx);
    tx.commit().await?;
    Ok(verdicts)
}

async fn lock(tx: &mut Tx, tasks: impl Iterator<Item = i64>) -> Result<(), LedgerError> {
    let lock = unnamed::query("SELECT 1 FROM task WHERE id = ANY ($1) ORDER BY id FOR UPDATE");
    lock.bind(tasks.collect::<Vec<_>>()).execute(&mut **tx).await?;
    Ok(())
}

/// One ending: read where its attempt stands, ask the rules, write what they say.
async fn end(tx: &mut Tx, ending: &Ending, leaving: &mut Leaving, many: bool) -> Result<Verdict, LedgerError> {
    let Some(held) = standing(tx, ending.token).await? else { return Ok(Verdict::Refused(Refusal::Unknown)) };
    let verdict = judge(held.standing, ending.outcome.end());
    let over = matches!(verdict, Verdict::Recorded(_)) || held.standing.attempt != AttemptState::Running;
    if held.seated && over {
        lock_pools(tx, leaving, many).await?;
        seats::free(tx, ending.token).await?;
    }
    if let Verdict::Recorded(state) = verdict {
        write(tx, &held, ending, state, leaving).await?;
    }
    Ok(verdict)
}

/// Those of one attempt are locked in order anyway; those of several would not be.
async fn lock_pools(tx: &mut Tx, leaving: &mut Leaving, many: bool) -> Result<(), LedgerError> {
    if many && !std::mem::replace(&mut leaving.pools, true) {
        seats::lock(tx).await?;
    }
    Ok(())
}

/// Where an attempt stands, and nobody changes it before the transaction ends.
async fn standing(tx: &mut Tx, token: Token) -> Result<Option<Held>, LedgerError> {
    let query = unnamed::query_as(sql!("standing")).bind(token.task.0).bind(i64::from(token.attempt));
    let row: Option<StandingRow> = query.fetch_optional(&mut **tx).await?;
    let Some(mut held) = row.map(|row| rows::standing(row, token.attempt)).transpose()? else { return Ok(None) };
    if held.tenant == TenantId::HOUSE {
        // Nobody closes it now. A tenant's batch ends when its last task has, or is cancelled before or after this.
        held.standing.batch = share(tx, held.batch).await?.0;
    }
    Ok(Some(held))
}

/// Writes an ending that counts; the task stands so from now on.
async fn write(
    tx: &mut Tx,
    held: &Held,
    ending: &Ending,
    state: TaskState,
    leaving: &mut Leaving,
) -> Result<(), LedgerError> {
    let ours = held.tenant != TenantId::HOUSE;
    let kind = event(state).filter(|_| ours);
    rows_of(tx, held, ending, state, kind).await?;
    if !ours {
        return Ok(());
    }
    let counts = leaving.counts.entry(held.tenant.0).or_default();
    counts.0 += i64::from(held.standing.attempt == AttemptState::Running);
    counts.1 += i64::from(state.is_terminal());
    if kind.is_some() {
        bill(tx, held, ending, state, &mut leaving.usage)?;
    }
    Ok(())
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

/// The attempt, the task, its outputs, its event or dispatch row: one statement.
async fn rows_of(
    tx: &mut Tx,
    held: &Held,
    ending: &Ending,
    state: TaskState,
    kind: Option<EventKind>,
) -> Result<(), LedgerError> {
    let (fault, outputs, usage) = match &ending.outcome {
        Outcome::Succeeded { outputs, usage } => (None, outputs.as_slice(), Some(json(usage)?)),
        Outcome::Failed(fault) => (Some(fault), [].as_slice(), None),
        Outcome::HandedBack => (None, [].as_slice(), None),
    };
    let ours = held.tenant != TenantId::HOUSE;
    let left = held.standing.budget.after(ending.outcome.end());
    let due = if state == TaskState::Ready { due(tx, ending) } else { 0 };
    let texts = |what: fn(&Output) -> &str| outputs.iter().map(what).collect::<Vec<_>>();
    let query = unnamed::query(sql!("write_ending"))
        .bind(ending.token.task.0)
        .bind(i64::from(ending.token.attempt))
        .bind(ending.outcome.end().recorded(state).word())
        .bind(tx.wall.0)
        .bind(fault.map(|f| f.class.word()))
        .bind(fault.map(|f| &f.what))
        .bind(fault.map(|f| &f.why))
        .bind(fault.map(|f| &f.advice))
        .bind(usage)
        .bind(state.word())
        .bind(i64::from(left.photo_faults))
        .bind(i64::from(left.expiries))
        .bind(due)
        .bind(ours.then_some(due.max(tx.ticks)))
        .bind(held.batch.0)
        .bind(kind.map(EventKind::word))
        .bind(ours && kind.is_none())
        .bind(texts(|o| &o.rendition))
        .bind(texts(|o| &o.rendition_hash))
        .bind(texts(|o| &o.path))
        .bind(outputs.iter().map(|o| o.size.cast_signed()).collect::<Vec<_>>())
        .bind(outputs.iter().map(|o| i64::from(o.crc32)).collect::<Vec<_>>())
        .bind(texts(|o| &o.name));
    query.execute(&mut **tx).await?;
    Ok(())
}

/// When the next attempt may begin.
fn due(tx: &Tx, ending: &Ending) -> i64 {
    if ending.retry_in.is_zero() { 0 } else { tx.later(ending.retry_in) }
}

/// The usage row of a task that has its outcome. Its cost is numbers and their names.
fn bill(tx: &Tx, held: &Held, ending: &Ending, state: TaskState, to: &mut String) -> Result<(), LedgerError> {
    let usage = if let Outcome::Succeeded { usage, .. } = &ending.outcome { usage.billed() } else { Usage::default() };
    let (task, cost) = (ending.token.task.0, json(&usage)?.replace('\'', "''"));
    let _ = write!(
        to,
        "INSERT INTO usage (tenant, batch, task, state, at, cost) VALUES ({}, {}, {task}, '{state}', {}, '{cost}'); ",
        held.tenant.0, held.batch.0, tx.wall.0
    );
    Ok(())
}

/// Ends the attempts whose leases have run out after this moment, the first [`PIECE`] of them; returns how many.
pub async fn expire(tx: &mut Tx, after: i64) -> Result<u64, LedgerError> {
    let expired = unnamed::query_as(sql!("expired")).bind(after).bind(tx.ticks).bind(PIECE);
    let expired: Vec<(i64, i64, String)> = expired.fetch_all(&mut **tx).await?;
    let mut leaving = Leaving::default();
    for (task, attempt, worker) in &expired {
        let token = Token { task: TaskId(*task), attempt: rows::small("attempt", *attempt)? };
        let Some(held) = standing(tx, token).await? else { continue };
        let ending = Ending::expired(token, worker);
        if let Verdict::Recorded(state) = judge(held.standing, ending.outcome.end()) {
            if held.seated {
                lock_pools(tx, &mut leaving, true).await?;
                seats::rest(tx, token, held.lease.unwrap_or_default()).await?;
            }
            write(tx, &held, &ending, state, &mut leaving).await?;
        }
    }
    if leaving.pools {
        seats::wake(tx).await?;
    }
    leaving.write(tx);
    Ok(expired.len() as u64)
}

pub async fn renew(ledger: &Postgres, tokens: &[Token], lease: Duration) -> Result<Vec<Renewal>, LedgerError> {
    let mut tx = ledger.begin().await?;
    if tokens.len() > 1 {
        lock(&mut tx, tokens.iter().map(|token| token.task.0)).await?;
    }
    let (mut answers, mut renewed) = (Vec::with_capacity(tokens.len()), Vec::new());
    for token in tokens {
        let answer = standing(&mut tx, *token).await?.map_or(Renewal::Lost, |held| renewal(held.standing));
        renewed.extend((answer == Renewal::Renewed).then_some(token.task.0));
        answers.push(answer);
    }
    if !renewed.is_empty() {
        let until = tx.later(lease);
        unnamed::query(sql!("set_leases")).bind(until).bind(renewed).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(answers)
}
