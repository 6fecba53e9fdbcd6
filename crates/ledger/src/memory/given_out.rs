//! The rows of a move, made of what is here.

use super::Tx;
use super::moving::text;
use super::rows::{Batch as Kept, Named, Told};
use crate::event::EventKind;
use crate::moving::*;
use crate::record::*;

/// As a column holds a number that is never so great.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    pub fn moving_tenants(&self) -> Vec<Row> {
        let row = |c: &super::rows::Customer| Tenant {
            id: c.tenant.id.0,
            name: c.tenant.name.clone(),
            weight: c.tenant.weight.into(),
            queued_cap: signed(c.tenant.queued_cap),
            running_cap: signed(c.tenant.running_cap),
            paused: c.tenant.paused,
            queued: signed(c.queued),
            running: signed(c.running),
            pass: c.pass.max(self.pass),
        };
        self.tenants.values().map(|c| Row::Tenant(row(c))).collect()
    }

    pub fn moving_batches(&self, shelf: Shelf) -> Vec<Row> {
        let needs = |(id, kept): (&BatchId, &Kept)| {
            let need = |(pool, count): (&String, &u32)| {
                Row::Need(Need { batch: id.0, pool: pool.clone(), count: (*count).into() })
            };
            kept.new.seats.iter().map(need).collect::<Vec<_>>()
        };
        match shelf {
            Shelf::Need => self.batches.iter().flat_map(needs).collect(),
            _ => self.batches.iter().map(|(id, kept)| Row::Batch(self.moving_batch(*id, kept))).collect(),
        }
    }

    fn moving_batch(&self, id: BatchId, kept: &Kept) -> Batch {
        let (counted, folded, new) = (self.totals(id), kept.folded, &kept.new);
        let submitted = kept.events.iter().chain(&kept.news).any(|told| told.kind == EventKind::Submitted);
        Batch {
            id: id.0,
            tenant: new.tenant.0,
            recipe: new.recipe.clone(),
            work: new.order.clone(),
            priority: new.priority.into(),
            seated: !new.seats.is_empty(),
            state: kept.state.word().into(),
            opened: kept.opened.0,
            ended: kept.ended.map(|at| at.0),
            waits: kept.waits.map(|_| 0),
            submitted: submitted.then_some(kept.submitted.0),
            found: signed(counted.found),
            skipped: signed(counted.skipped),
            succeeded: signed(folded.succeeded),
            failed: signed(folded.failed),
            cancelled: signed(folded.cancelled),
            last_event: kept.events.len() as i64,
        }
    }

    pub fn moving_tasks(&self, shelf: Shelf) -> Vec<Row> {
        let mut rows = Vec::new();
        for (id, kept) in &self.tasks {
            let served = self.batches[&kept.batch].new.tenant != TenantId::HOUSE;
            let input = kept.new.input.clone();
            match shelf {
                Shelf::Attempt => rows.extend(kept.attempts.iter().map(|a| Row::Attempt(attempt(*id, a)))),
                _ => rows.push(Row::Task(Task {
                    id: id.0,
                    batch: kept.batch.0,
                    state: kept.state.word().into(),
                    attempt: kept.newest().into(),
                    input_name: input.name,
                    input_size: signed(input.size),
                    input_modified: input.modified_ns,
                    input_hash: input.hash,
                    detail: kept.new.detail.clone(),
                    due: 0,
                    lease: kept.lease.map(|_| RUN_OUT),
                    heard: served.then_some(0),
                    since: kept.since.map(|at| at.0),
                    photo_faults: kept.budget.photo_faults.into(),
                    expiries: kept.budget.expiries.into(),
                })),
            }
        }
        rows
    }

    /// Their numbers are their places in the list.
    pub fn moving_outputs(&self) -> Vec<Row> {
        let row = |(id, (token, output)): (i64, &(Token, Output))| {
            let Output { rendition, rendition_hash, path, size, crc32, name } = output.clone();
            let (task, attempt) = (token.task.0, token.attempt.into());
            let (size, crc32) = (signed(size), crc32.into());
            Row::Made(Made { id, task, attempt, rendition, rendition_hash, path, size, crc32, name })
        };
        (1..).zip(&self.outputs).map(row).collect()
    }

    pub fn moving_seats(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for kept in &self.seats {
            let (task, attempt, rest) = (kept.token.task.0, kept.token.attempt.into(), kept.rest.map(|_| 0));
            let seat = |(pool, count): (&String, &u32)| {
                Row::Seat(Seat { task, attempt, pool: pool.clone(), count: (*count).into(), rest })
            };
            rows.extend(kept.needs.iter().map(seat));
        }
        rows
    }

    /// Those of a batch one after the other, what is not folded at its end.
    pub fn moving_events(&self) -> Vec<Row> {
        let of_batch = |(id, kept): (&BatchId, &Kept)| {
            let folded = (1..).zip(&kept.events).map(|(number, told)| (Some(number), *told));
            let news = kept.news.iter().map(|told| (None, *told));
            let batch = id.0;
            folded.chain(news).map(move |(number, told)| (batch, number, told)).collect::<Vec<_>>()
        };
        let row = |(id, (batch, number, Told { kind, task, at })): (i64, (i64, Option<i64>, Told))| {
            let (task, kind, at) = (task.map(|t| t.0), kind.word().into(), at.0);
            Row::Event(Event { id, batch, task, kind, at, number })
        };
        (1..).zip(self.batches.iter().flat_map(of_batch)).map(row).collect()
    }

    pub fn moving_rest(&self, shelf: Shelf) -> Vec<Row> {
        let usage = |(tenant, row): &(TenantId, crate::UsageRow)| {
            let (state, cost): (String, String) = (row.state.word().into(), text(&row.usage));
            let (task, batch, at) = (row.task.0, row.batch.0, row.at.0);
            Row::Cost(Cost { id: row.id, tenant: tenant.0, batch, task, state, at, cost })
        };
        let dispatch =
            |(id, batch, _): &(i64, BatchId, i64)| Row::Dispatch(Dispatch { id: *id, batch: batch.0, due: 0 });
        let once =
            |((tenant, key), (fingerprint, named, until)): (&(TenantId, String), &(String, Named, Timestamp))| {
                let Named::Batch(batch) = named else { return None };
                let (key, fingerprint) = (key.clone(), fingerprint.clone());
                Some(Row::Once(Once { tenant: tenant.0, key, fingerprint, batch: batch.0, until: until.0 }))
            };
        match shelf {
            Shelf::Cost => self.usage.iter().map(usage).collect(),
            Shelf::Dispatch => self.dispatch.iter().map(dispatch).collect(),
            _ => self.names.iter().filter_map(once).collect(),
        }
    }
}

fn attempt(task: TaskId, kept: &crate::AttemptRecord) -> Attempt {
    let fault = kept.fault.clone();
    Attempt {
        task: task.0,
        number: kept.number.into(),
        state: kept.state.word().into(),
        worker: kept.worker.clone(),
        started: kept.started.0,
        ended: kept.ended.map(|at| at.0),
        class: fault.as_ref().map(|f| f.class.word().into()),
        what: fault.as_ref().map(|f| f.what.clone()),
        why: fault.as_ref().map(|f| f.why.clone()),
        advice: fault.map(|f| f.advice),
        usage: kept.usage.as_ref().map(text),
    }
}
