//! Handing out tasks: the fairest, those of one batch, or a certain one.

use super::writer::Tx;
use super::{Sqlite, record, seats, sql};
use crate::record::*;
use crate::rows::{self, Head, HeadRow};
use crate::states::{next_pass, turn};
use crate::{BatchState, LedgerError, TaskState};
use std::time::Duration;

/// Retries whose pause is over that one claim makes ready.
const WOKEN: i64 = 1_000;

/// A tenant whose turn may come.
pub struct Candidate {
    pub id: i64,
    weight: u32,
    pub slots: i64,
    pub turn: i64,
}

pub async fn claim(ledger: &Sqlite, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    let mut tx = ledger.begin().await?;
    prepare(&mut tx).await?;
    let claims = match asking.from {
        Some(batch) => from_batch(&mut tx, batch, asking).await?,
        None => fairest(&mut tx, asking).await?,
    };
    seats::start_waiting(&mut tx).await?;
    tx.commit().await?;
    Ok(claims)
}

/// What time alone has changed since the last claim.
pub async fn prepare(tx: &mut Tx) -> Result<(), LedgerError> {
    record::expire(tx).await?;
    sqlx::query(sql!("wake")).bind(tx.ticks).bind(WOKEN).execute(&mut **tx).await?;
    seats::wake(tx).await?;
    seats::give_rights(tx).await
}

async fn from_batch(tx: &mut Tx, batch: BatchId, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    let (state, tenant) = super::list::state_of(tx, batch).await?;
    let mut claims = Vec::new();
    if !state.gives_work(tenant) {
        return Ok(claims);
    }
    let most = i64::try_from(asking.most).unwrap_or(i64::MAX);
    let heads = sqlx::query_as(sql!("next_of_batch")).bind(batch.0).bind(most);
    let heads: Vec<HeadRow> = heads.fetch_all(&mut **tx).await?;
    for row in heads {
        let head = rows::head(row, tx.ticks)?;
        if !may_run(tx, &head).await? {
            break;
        }
        go(tx, tenant).await?;
        claims.push(take(tx, head, asking).await?);
    }
    Ok(claims)
}

/// Tenants in weighted turns; see [`crate::states::STRIDE`].
async fn fairest(tx: &mut Tx, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    let mut claims = Vec::new();
    let mut tenants = candidates(tx).await?;
    let mut without = Vec::new();
    let mut last = None;
    while claims.len() < asking.most {
        let Some(at) = (0..tenants.len()).min_by_key(|at| (tenants[*at].turn, tenants[*at].id)) else { break };
        let mut tenant = tenants.swap_remove(at);
        let Some(head) = next_of(tx, tenant.id).await? else {
            without.push(tenant);
            continue;
        };
        last = Some(tenant.turn);
        if head.seated {
            // Whoever had the first right to these seats has them now: others may find some again.
            tenants.extend(without.drain(..).map(|t| Candidate { turn: turn(t.turn, tenant.turn), ..t }));
        }
        advance(tx, &mut tenant).await?;
        claims.push(take(tx, head, asking).await?);
        tenants.extend((tenant.slots > 0).then_some(tenant));
    }
    if let Some(last) = last {
        sqlx::query("UPDATE house SET pass = ?").bind(last).execute(&mut **tx).await?;
    }
    Ok(claims)
}

pub async fn candidates(tx: &mut Tx) -> Result<Vec<Candidate>, LedgerError> {
    let found: Vec<(i64, u32, i64, i64)> = sqlx::query_as(sql!("eligible")).fetch_all(&mut **tx).await?;
    let candidate = |(id, weight, slots, turn)| Candidate { id, weight, slots, turn };
    Ok(found.into_iter().map(candidate).collect())
}

async fn next_of(tx: &mut Tx, tenant: i64) -> Result<Option<Head>, LedgerError> {
    let head: Option<HeadRow> = sqlx::query_as(sql!("next_of_tenant")).bind(tenant).fetch_optional(&mut **tx).await?;
    head.map(|row| rows::head(row, tx.ticks)).transpose()
}

/// The tenant goes: one slot less, a greater pass.
async fn advance(tx: &mut Tx, tenant: &mut Candidate) -> Result<(), LedgerError> {
    tenant.turn = next_pass(tenant.turn, tenant.weight);
    tenant.slots -= 1;
    sqlx::query(sql!("advance")).bind(tenant.turn).bind(tenant.id).execute(&mut **tx).await?;
    Ok(())
}

/// Takes one of the tenant's slots; the house has no number of them.
async fn slot(tx: &mut Tx, tenant: TenantId) -> Result<bool, LedgerError> {
    let taken = sqlx::query(sql!("take_slot")).bind(tenant.0).execute(&mut **tx).await?;
    Ok(taken.rows_affected() > 0 || tenant == TenantId::HOUSE)
}

/// Takes a slot if there is one and the seats are free.
async fn may_run(tx: &mut Tx, head: &Head) -> Result<bool, LedgerError> {
    let blocked = head.seated && seats::are_taken(tx, head.claim.batch).await?;
    Ok(!blocked && slot(tx, head.claim.tenant).await?)
}

/// A task taken out of turn counts as a turn.
async fn go(tx: &mut Tx, tenant: TenantId) -> Result<(), LedgerError> {
    let row: Option<(u32, i64)> = sqlx::query_as(sql!("pass_of")).bind(tenant.0).fetch_optional(&mut **tx).await?;
    if let Some((weight, turn)) = row {
        sqlx::query(sql!("set_pass")).bind(next_pass(turn, weight)).bind(tenant.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Begins the next attempt of a task whose tenant has a slot for it.
async fn take(tx: &mut Tx, head: Head, asking: &Asking) -> Result<Claim, LedgerError> {
    let Head { mut claim, seated } = head;
    claim.token.attempt += 1;
    let Token { task, attempt } = claim.token;
    let lease = asking.lease.map(|lease| tx.later(lease));
    sqlx::query(sql!("take_task")).bind(lease).bind(task.0).execute(&mut **tx).await?;
    let begin = sqlx::query(sql!("begin_attempt")).bind(task.0).bind(attempt).bind(&asking.worker);
    begin.bind(tx.wall.0).execute(&mut **tx).await?;
    if seated {
        seats::take(tx, claim.token, claim.batch).await?;
    }
    Ok(claim)
}

pub async fn claim_task(ledger: &Sqlite, task: TaskId, asking: &Asking) -> Result<ClaimAnswer, LedgerError> {
    let mut tx = ledger.begin().await?;
    prepare(&mut tx).await?;
    let answer = match refusal(&mut tx, task).await? {
        Some(answer) => answer,
        None if asking.most == 0 => ClaimAnswer::Blocked,
        None => claim_ready(&mut tx, task, asking).await?,
    };
    seats::start_waiting(&mut tx).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn claim_ready(tx: &mut Tx, task: TaskId, asking: &Asking) -> Result<ClaimAnswer, LedgerError> {
    let row: HeadRow = sqlx::query_as(sql!("this_task")).bind(task.0).fetch_one(&mut **tx).await?;
    let head = rows::head(row, tx.ticks)?;
    if !may_run(tx, &head).await? {
        return Ok(ClaimAnswer::Blocked);
    }
    go(tx, head.claim.tenant).await?;
    Ok(ClaimAnswer::Claimed(take(tx, head, asking).await?))
}

/// Why this task cannot be handed out, whatever seats and caps say.
async fn refusal(tx: &mut Tx, task: TaskId) -> Result<Option<ClaimAnswer>, LedgerError> {
    let row = sqlx::query_as(sql!("place")).bind(task.0).fetch_optional(&mut **tx).await?;
    let Some((state, due, lease, batch, tenant)) = row else { return Ok(Some(ClaimAnswer::Unknown)) };
    let (state, due, lease, batch, tenant): (String, i64, Option<i64>, String, i64) =
        (state, due, lease, batch, tenant);
    let (state, batch): (TaskState, BatchState) = (state.parse()?, batch.parse()?);
    let wait = |until: i64| Duration::from_millis(until.saturating_sub(tx.ticks).max(0).cast_unsigned());
    Ok(match state {
        TaskState::Running => Some(ClaimAnswer::Leased(lease.map_or(Duration::MAX, wait))),
        TaskState::Ready if batch == BatchState::Cancelling => Some(ClaimAnswer::Terminal(TaskState::Cancelled)),
        TaskState::Ready if !batch.gives_work(TenantId(tenant)) => Some(ClaimAnswer::Unknown),
        TaskState::Ready => (due > 0).then(|| ClaimAnswer::NotDue(wait(due))),
        ended => Some(ClaimAnswer::Terminal(ended)),
    })
}
