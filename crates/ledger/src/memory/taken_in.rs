//! What is here, made of the rows of a move.

use super::Tx;
use super::moving::read;
use super::rows::{Batch as Kept, Customer, Named, Seats, Told};
use crate::moving::*;
use crate::record::*;
use crate::rows::small;
use crate::states::Budget;
use crate::{AttemptRecord, LedgerError, TaskState, UsageRow, tenant};

type Taken = Result<(), LedgerError>;

pub fn take_in(tx: &mut Tx, row: &Row) -> Taken {
    match row.clone() {
        Row::Tenant(row) => customer(tx, row),
        Row::Recipe(_) | Row::Upload(_) | Row::Key(_) => tx.shelves.take_in(row.clone()),
        Row::Audit(_) | Row::Invitation(_) | Row::Person(_) | Row::Identity(_) => tx.crowd.take_in(row.clone()),
        Row::Hook(row) => tx.hooks.take_in_hook(row),
        Row::Delivery(row) => tx.hooks.take_in_delivery(row),
        Row::Share(row) => {
            tx.links.take_in(row);
            Ok(())
        }
        Row::Batch(row) => batch(tx, row),
        Row::Need(row) => {
            let count = small("seats", row.count)?;
            tx.batch_mut(BatchId(row.batch))?.new.seats.insert(row.pool, count);
            Ok(())
        }
        Row::Task(row) => task(tx, row),
        Row::Attempt(row) => attempt(tx, row),
        Row::Made(row) => output(tx, row),
        Row::Seat(row) => seat(tx, row),
        Row::Event(row) => event(tx, row),
        Row::Cost(row) => usage(tx, row),
        Row::Dispatch(row) => {
            tx.dispatch.push((row.id, BatchId(row.batch), row.due));
            tx.last_dispatch = tx.last_dispatch.max(row.id);
            Ok(())
        }
        Row::Once(row) => {
            let value = (row.fingerprint, Named::Batch(BatchId(row.batch)), Timestamp(row.until));
            tx.names.insert((TenantId(row.tenant), row.key), value);
            Ok(())
        }
    }
}

fn customer(tx: &mut Tx, row: Tenant) -> Taken {
    let Tenant { id, name, weight, queued_cap, running_cap, paused, queued, running, pass } = row;
    let (id, weight) = (TenantId(id), small("weight", weight)?);
    let [queued_cap, running_cap, queued, running] = [queued_cap, running_cap, queued, running].map(i64::cast_unsigned);
    let tenant = tenant::Tenant { id, name, weight, queued_cap, running_cap, paused };
    tx.tenants.insert(id, Customer { tenant, queued, running, pass });
    Ok(())
}

fn batch(tx: &mut Tx, row: Batch) -> Taken {
    let [found, skipped, succeeded, failed, cancelled] =
        [row.found, row.skipped, row.succeeded, row.failed, row.cancelled].map(i64::cast_unsigned);
    let priority = small("priority", row.priority)?;
    let (tenant, seats) = (TenantId(row.tenant), SeatNeeds::new());
    let opened = Timestamp(row.opened);
    let kept = Kept {
        new: NewBatch { tenant, recipe: row.recipe, order: row.work, priority, seats },
        state: row.state.parse()?,
        opened,
        submitted: row.submitted.map_or(opened, Timestamp),
        ended: row.ended.map(Timestamp),
        waits: row.waits,
        events: Vec::new(),
        news: Vec::new(),
        folded: Totals { found, skipped, succeeded, failed, cancelled, ..Totals::default() },
    };
    tx.batches.insert(BatchId(row.id), kept);
    Ok(())
}

fn task(tx: &mut Tx, row: Task) -> Taken {
    let state: TaskState = row.state.parse()?;
    let (name, size, modified_ns) = (row.input_name, row.input_size.cast_unsigned(), row.input_modified);
    let input = Input { name, size, modified_ns, hash: row.input_hash };
    let kept = super::rows::Task {
        batch: BatchId(row.batch),
        new: NewTask { input, skip: state == TaskState::Skipped, detail: row.detail },
        state,
        attempts: Vec::new(),
        budget: Budget { photo_faults: small("faults", row.photo_faults)?, expiries: small("expiries", row.expiries)? },
        due: row.due,
        lease: row.lease,
        heard: row.heard.unwrap_or_default(),
        since: row.since.map(Timestamp),
    };
    tx.tasks.insert(TaskId(row.id), kept);
    Ok(())
}

fn attempt(tx: &mut Tx, row: Attempt) -> Taken {
    let text = Option::unwrap_or_default;
    let class = row.class.map(|class| class.parse()).transpose()?;
    let kept = AttemptRecord {
        number: small("attempt", row.number)?,
        state: row.state.parse()?,
        worker: row.worker,
        started: Timestamp(row.started),
        ended: row.ended.map(Timestamp),
        fault: class.map(|class| Fault { class, what: text(row.what), why: text(row.why), advice: text(row.advice) }),
        usage: row.usage.map(|usage| read("usage", &usage)).transpose()?,
    };
    let found = tx.tasks.get_mut(&TaskId(row.task));
    found.into_iter().for_each(|task| task.attempts.push(kept.clone()));
    Ok(())
}

fn output(tx: &mut Tx, row: Made) -> Taken {
    let token = Token { task: TaskId(row.task), attempt: small("attempt", row.attempt)? };
    let Made { rendition, rendition_hash, path, name, .. } = row;
    let (size, crc32) = (row.size.cast_unsigned(), small("CRC-32", row.crc32)?);
    tx.outputs.push((token, Output { rendition, rendition_hash, path, size, crc32, name }));
    Ok(())
}

fn seat(tx: &mut Tx, row: Seat) -> Taken {
    let token = Token { task: TaskId(row.task), attempt: small("attempt", row.attempt)? };
    let count = small("seats", row.count)?;
    match tx.seats.iter_mut().find(|held| held.token == token) {
        Some(held) => drop(held.needs.insert(row.pool, count)),
        None => tx.seats.push(Seats { token, needs: [(row.pool, count)].into(), rest: row.rest }),
    }
    Ok(())
}

fn event(tx: &mut Tx, row: Event) -> Taken {
    let told = Told { kind: row.kind.parse()?, task: row.task.map(TaskId), at: Timestamp(row.at) };
    let batch = tx.batch_mut(BatchId(row.batch))?;
    let list = if row.number.is_some() { &mut batch.events } else { &mut batch.news };
    list.push(told);
    Ok(())
}

fn usage(tx: &mut Tx, row: Cost) -> Taken {
    let (task, batch, at) = (TaskId(row.task), BatchId(row.batch), Timestamp(row.at));
    let usage = read("usage", &row.cost)?;
    tx.usage.push((TenantId(row.tenant), UsageRow { id: row.id, task, batch, state: row.state.parse()?, at, usage }));
    tx.last_usage = tx.last_usage.max(row.id);
    Ok(())
}
