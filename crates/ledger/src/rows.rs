//! Rows as a database gives them, and the records that they mean: the same for each backend in SQL.

use crate::LedgerError;
use crate::event::Event;
use crate::record::*;
use crate::states::{Budget, Standing, waited};
use crate::tenant::BatchRecord;
use crate::upkeep::{AttemptRecord, TaskRecord, UsageRow};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Name, size, time of change, hash.
type InputRow = (String, i64, i64, Option<String>);
/// Task, newest attempt, batch, tenant, seated, waits for seats since, input, detail.
pub type HeadRow = (i64, i64, i64, i64, bool, Option<i64>, String, i64, i64, Option<String>, String);
/// Batch, tenant, seated, state of the batch, state of the task, newest attempt, state of the attempt, what is left of
/// photo faults and expiries, end of the lease.
pub type StandingRow = (i64, i64, bool, String, String, i64, String, i64, i64, Option<i64>);
/// Task, newest attempt, input, and one of its faults: class, what, why, advice.
pub type FailureRow =
    (i64, i64, String, i64, i64, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
/// Input, rendition, its hash, path, size, CRC-32, name.
pub type WrittenRow = (String, i64, i64, Option<String>, String, String, String, i64, i64, String);
/// Batch, tenant, recipe, order, priority, state, opened, ended, found, skipped, succeeded, failed, cancelled, last
/// event, running, seats.
pub type BatchRow =
    (i64, i64, String, String, i64, String, i64, Option<i64>, i64, i64, i64, i64, i64, i64, i64, String);
/// Task, state, detail, input.
pub type TaskRow = (i64, String, String, String, i64, i64, Option<String>);
/// Task, number, state, worker, started, ended, fault, usage.
pub type AttemptRow = (
    i64,
    i64,
    String,
    String,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);
/// Task, rendition, its hash, path, size, CRC-32, name.
pub type OutputRow = (i64, String, String, String, i64, i64, String);
/// Number, task, kind, when, tenant.
pub type EventRow = (i64, Option<i64>, String, i64, i64);
/// Row, task, batch, state, when, cost.
pub type CostRow = (i64, i64, i64, String, i64, String);

/// A task that may be handed out.
pub struct Head {
    pub claim: Claim,
    pub seated: bool,
}

/// Where an attempt stands, and whose it is.
pub struct Held {
    pub batch: BatchId,
    pub tenant: TenantId,
    pub seated: bool,
    pub standing: Standing,
    pub lease: Option<i64>,
}

/// As a value of a statement.
pub fn json<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    Ok(serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(e.into()))?)
}

fn unjson<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|_| LedgerError::Unreadable { what, found: text.into() })
}

pub fn head(row: HeadRow, now: i64) -> Result<Head, LedgerError> {
    let (task, attempt, batch, tenant, seated, waits, name, bytes, modified, hash, detail) = row;
    let token = Token { task: TaskId(task), attempt: small("attempt", attempt)? };
    let input = input((name, bytes, modified, hash))?;
    let seat_wait = waited(waits, now);
    let claim = Claim { token, batch: BatchId(batch), tenant: TenantId(tenant), input, detail, seat_wait };
    Ok(Head { claim, seated })
}

pub fn standing(row: StandingRow, number: u32) -> Result<Held, LedgerError> {
    let (batch, tenant, seated, batch_state, task, newest, attempt, photo_faults, expiries, lease) = row;
    let budget = Budget { photo_faults: small("faults", photo_faults)?, expiries: small("expiries", expiries)? };
    let newest = small("attempt", newest)?;
    let (state, task, attempt) = (batch_state.parse()?, task.parse()?, attempt.parse()?);
    let standing = Standing { batch: state, task, newest, number, attempt, budget };
    Ok(Held { batch: BatchId(batch), tenant: TenantId(tenant), seated, standing, lease })
}

/// One failure a task; its faults stand in neighbouring rows.
pub fn failures(rows: Vec<FailureRow>) -> Result<Vec<Failure>, LedgerError> {
    let mut failures: Vec<Failure> = Vec::new();
    for (task, attempts, name, size, modified, hash, class, what, why, advice) in rows {
        let task = TaskId(task);
        if failures.last().is_none_or(|f| f.task != task) {
            let (input, attempts) = (input((name, size, modified, hash))?, small("attempt", attempts)?);
            failures.push(Failure { task, input, attempts, faults: Vec::new() });
        }
        if let (Some(fault), Some(failure)) = (fault(class, what, why, advice)?, failures.last_mut()) {
            failure.faults.push(fault);
        }
    }
    Ok(failures)
}

type Text = Option<String>;

pub fn fault(class: Text, what: Text, why: Text, advice: Text) -> Result<Option<Fault>, LedgerError> {
    let Some(class) = class else { return Ok(None) };
    let text = Option::unwrap_or_default;
    Ok(Some(Fault { class: class.parse()?, what: text(what), why: text(why), advice: text(advice) }))
}

pub fn written(row: WrittenRow) -> Result<Written, LedgerError> {
    let (name, bytes, modified, hash, rendition, rendition_hash, path, written, crc32, file) = row;
    let crc32 = small("CRC-32", crc32)?;
    let output = Output { rendition, rendition_hash, path, size: size(written)?, crc32, name: file };
    Ok(Written { input: input((name, bytes, modified, hash))?, output })
}

pub fn batch(row: BatchRow) -> Result<BatchRecord, LedgerError> {
    let (id, tenant, recipe, order, priority, state, opened, ended, ..) = row;
    let (.., found, skipped, succeeded, failed, cancelled, last_event, running, seats) = row;
    let (seats, priority) = (unjson("seats", &seats)?, small("priority", priority)?);
    let remaining = found - skipped - succeeded - failed - cancelled;
    let [found, skipped, succeeded, failed, cancelled, remaining, running, last_event] =
        [found, skipped, succeeded, failed, cancelled, remaining, running, last_event].map(i64::cast_unsigned);
    Ok(BatchRecord {
        id: BatchId(id),
        new: NewBatch { tenant: TenantId(tenant), recipe, order, priority, seats },
        state: state.parse()?,
        totals: Totals { found, succeeded, failed, skipped, remaining, running, cancelled },
        last_event,
        opened: Timestamp(opened),
        ended: ended.map(Timestamp),
    })
}

pub fn task((id, state, detail, name, bytes, modified, hash): TaskRow) -> Result<TaskRecord, LedgerError> {
    Ok(TaskRecord {
        id: TaskId(id),
        input: input((name, bytes, modified, hash))?,
        detail,
        state: state.parse()?,
        attempts: Vec::new(),
        outputs: Vec::new(),
    })
}

/// Gives tasks, which are in the order of their numbers, what is theirs.
pub fn attach(tasks: &mut [TaskRecord], attempts: Vec<AttemptRow>, outputs: Vec<OutputRow>) -> Result<(), LedgerError> {
    for (task, number, state, worker, started, ended, class, what, why, advice, usage) in attempts {
        let Ok(at) = tasks.binary_search_by_key(&TaskId(task), |t| t.id) else { continue };
        tasks[at].attempts.push(AttemptRecord {
            number: small("attempt", number)?,
            state: state.parse()?,
            worker,
            started: Timestamp(started),
            ended: ended.map(Timestamp),
            fault: fault(class, what, why, advice)?,
            usage: usage.map(|usage| unjson("usage", &usage)).transpose()?,
        });
    }
    for (task, rendition, rendition_hash, path, bytes, crc32, name) in outputs {
        let Ok(at) = tasks.binary_search_by_key(&TaskId(task), |t| t.id) else { continue };
        let (size, crc32) = (size(bytes)?, small("CRC-32", crc32)?);
        tasks[at].outputs.push(Output { rendition, rendition_hash, path, size, crc32, name });
    }
    Ok(())
}

pub fn event((number, task, kind, at, tenant): EventRow, batch: BatchId) -> Result<Event, LedgerError> {
    let (number, task) = (number.cast_unsigned(), task.map(TaskId));
    Ok(Event { number, tenant: TenantId(tenant), batch, task, kind: kind.parse()?, at: Timestamp(at) })
}

pub fn usage((id, task, batch, state, at, cost): CostRow) -> Result<UsageRow, LedgerError> {
    let (task, batch, at) = (TaskId(task), BatchId(batch), Timestamp(at));
    Ok(UsageRow { id, task, batch, state: state.parse()?, at, usage: unjson("usage", &cost)? })
}

fn input((name, bytes, modified_ns, hash): InputRow) -> Result<Input, LedgerError> {
    Ok(Input { name, size: size(bytes)?, modified_ns, hash })
}

/// A number that the column could hold a greater one than.
pub fn small<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, LedgerError> {
    T::try_from(number).map_err(|_| LedgerError::Unreadable { what, found: number.to_string() })
}

fn size(bytes: i64) -> Result<u64, LedgerError> {
    u64::try_from(bytes).map_err(|_| LedgerError::Unreadable { what: "size", found: bytes.to_string() })
}
