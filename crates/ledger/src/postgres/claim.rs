//! Handing out a certain task, or those of one batch; the fairest of all are handed out in `turns`.

use super::pace::{self, Pace};
use super::tx::Tx;
use super::{PIECE, Postgres, list, record, seats, sql, turns, unnamed};
use crate::record::*;
use crate::rows::{self, Head, HeadRow};
use crate::states::{next_pass, turn};
use crate::{BatchState, LedgerError, TaskState};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::time::Duration;

/// Retries whose pause is over that one claim makes ready.
const WOKEN: i64 = 1_000;

/// Where a seated batch is submitted, whoever claims is alone with the pools.
pub const POOLS: &str = "SELECT 1 FROM pool WHERE EXISTS (SELECT 1 FROM batch WHERE seated AND state IN ('open', 'sealed')) \
                         ORDER BY name FOR UPDATE; ";

/// How things are when a claim begins.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    expired: bool,
    due: bool,
    seated: bool,
    pools: bool,
    /// Nothing is begun.
    pub paused: bool,
    /// The pass of the tenant that went last in its turn.
    pub went: i64,
}

impl Start {
    /// The statement that asks for it. The time stands in a query of its own, so that an index can be searched for it.
    pub fn ask(ledger: &Postgres) -> String {
        let (lease, due) = ledger.marks().times();
        format!(
            "SELECT EXISTS (SELECT 1 FROM task WHERE lease > {lease} AND lease <= (SELECT $now)), \
             EXISTS (SELECT 1 FROM task WHERE due > 0 AND due > {due} AND due <= (SELECT $now)), \
             EXISTS (SELECT 1 FROM batch WHERE seated AND state IN ('open', 'sealed')), EXISTS (SELECT 1 FROM pool), \
             paused, {} FROM house; ",
            pace::WENT
        )
    }

    /// From its row.
    fn read(row: &PgRow) -> Result<Self, LedgerError> {
        Ok(Self {
            expired: row.try_get(0)?,
            due: row.try_get(1)?,
            seated: row.try_get(2)?,
            pools: row.try_get(3)?,
            paused: row.try_get(4)?,
            went: row.try_get(5)?,
        })
    }

    /// May seats be given out by whoever has locked so many pools.
    pub fn seats(&self, locked: usize) -> bool {
        self.seated && (locked > 0 || !self.pools)
    }
}

/// Begins a claim with these statements, of which the one at `at` is [`Start::ask`]'s, when time alone has changed nothing
/// any more: leases that ran out are noticed first, and retries that are due woken.
pub async fn start(
    ledger: &Postgres,
    sql: impl Fn() -> String,
    at: usize,
) -> Result<(Tx, Start, Vec<Vec<PgRow>>), LedgerError> {
    // Marks of an earlier boot mean nothing.
    ledger.meet_boot().await?;
    let (tx, found) = ledger.begin_with(&sql()).await?;
    let start = read(&found, at)?;
    ledger.marks().none_over(!start.expired, !start.due, tx.ticks);
    if !start.expired && !start.due {
        return Ok((tx, start, found));
    }
    tx.roll_back().await?;
    let (lease, due) = ledger.marks().times();
    let mut tx = ledger.begin().await?;
    record::expire(&mut tx, lease).await?;
    unnamed::query(sql!("wake")).bind(due).bind(tx.ticks).bind(WOKEN).execute(&mut *tx).await?;
    tx.commit().await?;
    let (tx, found) = ledger.begin_with(&sql()).await?;
    let start = read(&found, at)?;
    Ok((tx, start, found))
}

fn read(found: &[Vec<PgRow>], at: usize) -> Result<Start, LedgerError> {
    Start::read(found.get(at).and_then(|rows| rows.first()).ok_or(sqlx::Error::RowNotFound)?)
}

/// What time has changed at the pools.
pub async fn prepare_seats(tx: &mut Tx) -> Result<(), LedgerError> {
    seats::wake(tx).await?;
    seats::give_rights(tx).await
}

pub async fn claim(ledger: &Postgres, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    match asking.from {
        Some(batch) => from_batch(ledger, batch, asking).await,
        None => turns::fairest(ledger, asking).await,
    }
}

async fn from_batch(ledger: &Postgres, batch: BatchId, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    let (mut tx, start, found) = start(ledger, || format!("{POOLS}{}", Start::ask(ledger)), 1).await?;
    let seats = start.seats(found[0].len());
    if seats {
        prepare_seats(&mut tx).await?;
    }
    let claims = some_of(&mut tx, batch, asking, start, seats).await?;
    if seats {
        tx.run_last().await?;
        seats::start_waiting(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(claims)
}

async fn some_of(
    tx: &mut Tx,
    batch: BatchId,
    asking: &Asking,
    start: Start,
    seats: bool,
) -> Result<Vec<Claim>, LedgerError> {
    let (_, tenant) = list::state_of(tx, batch).await?;
    let mut pace = pace::lock(tx, tenant).await?.map(|(pace, _)| pace);
    let (state, _) = list::share(tx, batch).await?;
    let mut claims = Vec::new();
    if !state.gives_work(tenant) {
        return Ok(claims);
    }
    let most = i64::try_from(asking.most).unwrap_or(i64::MAX);
    let heads = unnamed::query_as(sql!("next_of_batch")).bind(batch.0).bind(most.min(PIECE));
    let heads: Vec<HeadRow> = heads.fetch_all(&mut **tx).await?;
    for row in heads {
        let head = rows::head(row, tx.ticks)?;
        if !may_run(tx, &head, pace.as_ref(), start, seats).await? {
            break;
        }
        claims.push(take(tx, head, pace.as_mut(), asking, start.went).await?);
    }
    Ok(claims)
}

/// Is there a slot, and are the seats free.
async fn may_run(
    tx: &mut Tx,
    head: &Head,
    pace: Option<&Pace>,
    start: Start,
    seats: bool,
) -> Result<bool, LedgerError> {
    let slot = pace.is_none_or(|pace| !pace.paused && !start.paused && pace.running < pace.running_cap);
    Ok(slot && (!head.seated || seats && !seats::are_taken(tx, head.claim.batch).await?))
}

/// Begins the next attempt of a task that is locked. Taken out of turn, it counts as a turn.
async fn take(
    tx: &mut Tx,
    head: Head,
    pace: Option<&mut Pace>,
    asking: &Asking,
    went: i64,
) -> Result<Claim, LedgerError> {
    let Head { mut claim, seated } = head;
    claim.token.attempt += 1;
    let lease = asking.lease.map(|lease| tx.later(lease));
    let take = unnamed::query(sql!("take_this")).bind(claim.token.task.0).bind(lease).bind(&asking.worker);
    take.bind(tx.wall.0).execute(&mut **tx).await?;
    if let Some(pace) = pace {
        pace.running += 1;
        pace.pass = next_pass(turn(pace.pass, went), pace.weight);
        let change = format!("running = {}, pass = {}", pace.running, pace.pass);
        tx.last.push_str(&pace.next(&change));
    }
    if seated {
        tx.run_last().await?;
        seats::take(tx, claim.token, claim.batch).await?;
    }
    Ok(claim)
}

/// The task is locked first: somebody else may be about to end it.
pub async fn claim_task(ledger: &Postgres, task: TaskId, asking: &Asking) -> Result<ClaimAnswer, LedgerError> {
    let lock = || format!("SELECT 1 FROM task WHERE id = {} FOR UPDATE; {POOLS}{}", task.0, Start::ask(ledger));
    let (mut tx, start, found) = start(ledger, lock, 2).await?;
    let seats = start.seats(found[1].len());
    if seats {
        prepare_seats(&mut tx).await?;
    }
    let answer = match refusal(&mut tx, task).await? {
        Some(answer) => answer,
        None if asking.most == 0 => ClaimAnswer::Blocked,
        None => claim_ready(&mut tx, task, asking, start, seats).await?,
    };
    if seats {
        tx.run_last().await?;
        seats::start_waiting(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

async fn claim_ready(
    tx: &mut Tx,
    task: TaskId,
    asking: &Asking,
    start: Start,
    seats: bool,
) -> Result<ClaimAnswer, LedgerError> {
    let row: HeadRow = unnamed::query_as(sql!("this_task")).bind(task.0).fetch_one(&mut **tx).await?;
    let head = rows::head(row, tx.ticks)?;
    let mut pace = pace::lock(tx, head.claim.tenant).await?.map(|(pace, _)| pace);
    if !may_run(tx, &head, pace.as_ref(), start, seats).await? {
        return Ok(ClaimAnswer::Blocked);
    }
    Ok(ClaimAnswer::Claimed(take(tx, head, pace.as_mut(), asking, start.went).await?))
}

/// Why this task cannot be handed out, whatever seats and caps say.
async fn refusal(tx: &mut Tx, task: TaskId) -> Result<Option<ClaimAnswer>, LedgerError> {
    let row = unnamed::query_as(sql!("place")).bind(task.0).fetch_optional(&mut **tx).await?;
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
