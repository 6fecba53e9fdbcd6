//! Handing out the fairest tasks: tenants in weighted turns, see [`crate::states::STRIDE`].
//!
//! A claim locks the paces of the tenants whose turns come next, and passes over those that others have locked: they are
//! being served. Only where nothing else is left does it wait for one of them.

use super::claim::{POOLS, Start, prepare_seats, start};
use super::pace::{COLUMNS, ELIGIBLE, Pace, SLACK, WENT};
use super::tx::Tx;
use super::{PIECE, Postgres, seats, sql, unnamed};
use crate::LedgerError;
use crate::record::*;
use crate::rows::{self, Head, HeadRow};
use crate::states::{next_pass, turn};
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;

/// So often a claim looks for a tenant that others were serving.
const ROUNDS: usize = 8;

/// A tenant whose turn may come; its pace is locked.
struct Candidate {
    pace: Pace,
    turn: i64,
}

impl Candidate {
    /// Smaller goes first.
    fn key(&self) -> (i64, i64) {
        (self.turn, self.pace.tenant)
    }

    fn slots(&self) -> i64 {
        self.pace.running_cap - self.pace.running
    }
}

/// The tenants in front, in the order of their turns.
struct Line {
    tenants: Vec<Candidate>,
    /// Those that were ever in it.
    seen: Vec<i64>,
    /// There may be more of them behind this one.
    end: Option<(i64, i64)>,
    went: i64,
    most: usize,
}

/// What a claim has taken.
#[derive(Default)]
struct Taken {
    claims: Vec<Claim>,
    /// Tenants that may go and have nothing that can.
    without: Vec<Candidate>,
    /// The turn of the last one that went.
    last: Option<i64>,
}

pub async fn fairest(ledger: &Postgres, asking: &Asking) -> Result<Vec<Claim>, LedgerError> {
    let (mut seen, most) = (Vec::new(), asking.most.clamp(1, PIECE as usize));
    for round in 0..ROUNDS {
        let next = if round == 0 { front(most, &seen) } else { wait_for_one(&seen) };
        let (mut tx, start, mut found) = start(ledger, || format!("{POOLS}{}{next}", Start::ask(ledger)), 1).await?;
        let seats = start.seats(found[0].len());
        let mut line = Line { tenants: Vec::new(), seen: seen.clone(), end: None, went: start.went, most };
        line.join(&found.pop().unwrap_or_default(), round == 0)?;
        let nobody = line.tenants.is_empty();
        let taken = serve(ledger, &mut tx, &mut line, asking, seats).await?;
        let none = taken.claims.is_empty();
        let others = none && asking.most > 0 && !start.paused && someone_else(&mut tx, &line.seen).await?;
        finish(ledger, tx, &taken, seats).await?;
        if !others || round > 0 && nobody {
            return Ok(taken.claims);
        }
        seen = line.seen;
    }
    Ok(Vec::new())
}

/// Nothing of it is begun while the queue is paused.
const UNPAUSED: &str = "EXISTS (SELECT 1 FROM house WHERE NOT house.paused)";

fn but(seen: &[i64]) -> String {
    let list: Vec<_> = seen.iter().map(i64::to_string).collect();
    format!("tenant <> ALL (ARRAY[{}]::BIGINT[])", list.join(","))
}

/// The first tenants that nobody serves. Nearly always none is behind the one that went last, and the order is that of the
/// index.
fn front(most: usize, seen: &[i64]) -> String {
    let (but, rest) = (but(seen), format!("LIMIT {most} FOR UPDATE SKIP LOCKED"));
    let behind = format!("EXISTS (SELECT 1 FROM pace WHERE {ELIGIBLE} AND pass >= {WENT} - {SLACK} AND pass < {WENT})");
    format!(
        "WITH late AS MATERIALIZED (SELECT {behind} AS found), \
         sorted AS (SELECT {COLUMNS} FROM pace WHERE (SELECT found FROM late) AND {ELIGIBLE} AND {but} AND {UNPAUSED} \
                    AND pass >= {WENT} - {SLACK} ORDER BY greatest(pass, {WENT}), tenant {rest}), \
         indexed AS (SELECT {COLUMNS} FROM pace WHERE NOT (SELECT found FROM late) AND {ELIGIBLE} AND {but} AND {UNPAUSED} \
                     AND pass >= {WENT} ORDER BY pass, tenant {rest}) \
         SELECT * FROM sorted UNION ALL SELECT * FROM indexed"
    )
}

/// The first of all tenants, however far behind and whoever serves it. Asked for by whoever has locked no pace.
fn wait_for_one(seen: &[i64]) -> String {
    format!(
        "SELECT {COLUMNS} FROM pace WHERE {ELIGIBLE} AND {} AND {UNPAUSED} ORDER BY greatest(pass, {WENT}), tenant \
         LIMIT 1 FOR UPDATE",
        but(seen)
    )
}

/// May any tenant go that has not been looked at.
async fn someone_else(tx: &mut Tx, seen: &[i64]) -> Result<bool, LedgerError> {
    let found = tx.sets(&format!("SELECT 1 FROM pace WHERE {ELIGIBLE} AND {} LIMIT 1", but(seen))).await?;
    Ok(found.iter().any(|rows| !rows.is_empty()))
}

impl Line {
    /// Those found join it; a full piece may not be all.
    fn join(&mut self, rows: &[PgRow], pieces: bool) -> Result<(), LedgerError> {
        for row in rows {
            let pace = Pace::read(row)?;
            self.seen.push(pace.tenant);
            self.tenants.push(Candidate { turn: turn(pace.pass, self.went), pace });
        }
        let last = self.tenants.iter().map(Candidate::key).max();
        self.end = last.filter(|_| pieces && rows.len() >= self.most);
        Ok(())
    }

    /// The one whose turn it is, and the key behind which somebody else goes.
    async fn next(&mut self, tx: &mut Tx) -> Result<Option<(Candidate, (i64, i64))>, LedgerError> {
        loop {
            let at = (0..self.tenants.len()).min_by_key(|at| self.tenants[*at].key());
            let first = at.map(|at| self.tenants[at].key());
            if self.end.is_some_and(|end| first.is_none_or(|first| first > end)) {
                let found = tx.sets(&front(self.most, &self.seen)).await?;
                self.join(found.last().map_or(&[], Vec::as_slice), true)?;
                continue;
            }
            let Some(at) = at else { return Ok(None) };
            let next = self.tenants.swap_remove(at);
            let others = self.tenants.iter().map(Candidate::key).chain(self.end).min();
            return Ok(Some((next, others.unwrap_or((i64::MAX, i64::MAX)))));
        }
    }
}

/// Serves the tenants in line until there are enough.
async fn serve(
    ledger: &Postgres,
    tx: &mut Tx,
    line: &mut Line,
    asking: &Asking,
    seats: bool,
) -> Result<Taken, LedgerError> {
    let mut taken = Taken::default();
    if seats {
        prepare_seats(tx).await?;
    }
    while taken.claims.len() < asking.most {
        let Some((mut tenant, others)) = line.next(tx).await? else { break };
        let left = asking.most - taken.claims.len();
        let turns = if seats { 1 } else { turns_in_a_row(&tenant, others, left.min(PIECE as usize)) };
        let heads = take(ledger, tx, &tenant.pace, turns, asking, seats).await?;
        let enough = heads.len() == turns;
        for head in heads {
            taken.last = Some(tenant.turn);
            if head.seated {
                // Whoever had the first right to these seats has them now: others may find some again.
                let back = |t: Candidate| Candidate { turn: turn(t.turn, tenant.turn), ..t };
                line.tenants.extend(taken.without.drain(..).map(back));
            }
            go(&mut tenant);
            if seats {
                advance(tx, &mut tenant, taken.last);
                tx.run_last().await?;
            }
            if head.seated {
                seats::take(tx, head.claim.token, head.claim.batch).await?;
            }
            taken.claims.push(head.claim);
        }
        if !seats && tenant.turn != turn(tenant.pace.pass, line.went) {
            advance(tx, &mut tenant, taken.last);
        }
        match enough {
            true => line.tenants.extend((tenant.slots() > 0).then_some(tenant)),
            false => taken.without.push(tenant),
        }
    }
    Ok(taken)
}

/// So many turns this tenant has before another one goes.
fn turns_in_a_row(tenant: &Candidate, others: (i64, i64), most: usize) -> usize {
    let most = most.min(usize::try_from(tenant.slots()).unwrap_or(usize::MAX));
    let (mut turns, mut at) = (1, next_pass(tenant.turn, tenant.pace.weight));
    while turns < most && (at, tenant.pace.tenant) < others {
        (turns, at) = (turns + 1, next_pass(at, tenant.pace.weight));
    }
    turns
}

/// One slot less, a greater pass.
fn go(tenant: &mut Candidate) {
    tenant.pace.running += 1;
    tenant.turn = next_pass(tenant.turn, tenant.pace.weight);
}

/// Writes so, with the commit.
fn advance(tx: &mut Tx, tenant: &mut Candidate, last: Option<i64>) {
    let pace = &mut tenant.pace;
    pace.pass = tenant.turn;
    let went = last.map(|last| format!(", went = {last}")).unwrap_or_default();
    let change = format!("running = {}, pass = {}{went}", pace.running, pace.pass);
    tx.last.push_str(&pace.next(&change));
}

/// Picks and marks the next tasks of a tenant, in one statement.
async fn take(
    ledger: &Postgres,
    tx: &mut Tx,
    pace: &Pace,
    most: usize,
    asking: &Asking,
    seats: bool,
) -> Result<Vec<Head>, LedgerError> {
    let (batches, lows) = ledger.marks().of(pace.tenant);
    let take = unnamed::query_as(sql!("take")).bind(pace.tenant).bind(most as i64);
    let take = take.bind(asking.lease.map(|lease| tx.later(lease))).bind(&asking.worker).bind(tx.wall.0);
    let rows: Vec<HeadRow> = take.bind(batches).bind(lows).bind(seats).fetch_all(&mut **tx).await?;
    rows.into_iter().map(|row| rows::head(row, tx.ticks)).collect()
}

/// Commits what was taken. Those that could not go catch up now and then, and are seen again.
async fn finish(ledger: &Postgres, mut tx: Tx, taken: &Taken, seats: bool) -> Result<(), LedgerError> {
    if let Some(last) = taken.last {
        for tenant in taken.without.iter().filter(|t| t.turn < last - SLACK / 2) {
            let catch_up = tenant.pace.clone().next(&format!("pass = {last}"));
            tx.last.push_str(&catch_up);
        }
    }
    if seats {
        tx.run_last().await?;
        seats::start_waiting(&mut tx).await?;
    }
    let lows = lows(ledger, &mut tx, &taken.claims).await?;
    tx.commit().await?;
    lows.into_iter().for_each(|(batch, low)| ledger.marks().set(batch, low));
    Ok(())
}

/// New marks of the batches from which many were taken.
async fn lows(ledger: &Postgres, tx: &mut Tx, claims: &[Claim]) -> Result<Vec<(i64, i64)>, LedgerError> {
    let mut counts = BTreeMap::<(i64, i64), usize>::new();
    claims.iter().for_each(|claim| *counts.entry((claim.tenant.0, claim.batch.0)).or_default() += 1);
    let mut lows = Vec::new();
    for ((tenant, batch), count) in counts {
        let Some(low) = ledger.marks().taken(tenant, batch, count) else { continue };
        let first = unnamed::query_as(sql!("low")).bind(batch).bind(low).fetch_optional(&mut **tx).await?;
        let first: Option<(i64, i64)> = first;
        lows.push((batch, first.filter(|(attempt, _)| *attempt == 0).map_or(i64::MAX, |(_, task)| task)));
    }
    Ok(lows)
}
