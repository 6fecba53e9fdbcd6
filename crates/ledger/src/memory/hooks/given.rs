//! Moving them, the plain way.

use super::{Answer, Book, Kept};
use crate::event::Event;
use crate::hooks::*;
use crate::moving;
use crate::record::{BatchId, TenantId, Timestamp, Totals};

impl Book {
    /// Rows of a shelf, for a move.
    pub fn given_out(&self, shelf: moving::Shelf) -> Vec<moving::Row> {
        match shelf {
            moving::Shelf::Hook => self.hooks.values().map(|hook| moving::Row::Hook(moving_hook(hook))).collect(),
            _ => self.deliveries.values().map(|kept| moving::Row::Delivery(moving_delivery(kept))).collect(),
        }
    }

    /// Puts a hook of a move here.
    pub fn take_in_hook(&mut self, row: moving::Hook) -> Answer<()> {
        let moving::Hook { id, tenant, url, events, secrets, created, off, why, failing } = row;
        let (tenant, events, secrets) =
            (TenantId(tenant), record::kinds_read(&events)?, Secrets::read(secrets.reveal()));
        let off = off.map(|since| Off { since: Timestamp(since), why: why.unwrap_or_default() });
        let (created, failing) = (Timestamp(created), failing.map(Timestamp));
        self.last_hook = self.last_hook.max(id);
        self.hooks.insert(id, Hook { id, tenant, url, events, secrets, created, off, failing });
        Ok(())
    }

    /// Puts a delivery of a move here.
    pub fn take_in_delivery(&mut self, row: moving::Delivery) -> Answer<()> {
        let small = |number| crate::rows::small("attempt", number);
        let delivery = Delivery {
            id: row.id,
            hook: row.hook,
            told: told_moved(self.hooks.get(&row.hook), &row)?,
            made: Timestamp(row.made),
            state: row.state.parse()?,
            attempt: small(row.attempt)?,
            forgiven: small(row.forgiven)?,
            due: Timestamp(0),
            tries: Vec::new(),
        };
        self.last_delivery = self.last_delivery.max(row.id);
        self.deliveries.insert(row.id, Kept { delivery, due: row.due, lease: row.lease });
        Ok(())
    }
}

fn moving_hook(hook: &Hook) -> moving::Hook {
    let off = hook.off.clone();
    moving::Hook {
        id: hook.id,
        tenant: hook.tenant.0,
        url: hook.url.clone(),
        events: record::kinds_text(&hook.events),
        secrets: hook.secrets.text(),
        created: hook.created.0,
        off: off.as_ref().map(|off| off.since.0),
        why: off.map(|off| off.why),
        failing: hook.failing.map(|at| at.0),
    }
}

fn moving_delivery(Kept { delivery, lease, .. }: &Kept) -> moving::Delivery {
    let event = delivery.told.as_ref().map(|told| &told.event);
    let count = |of: fn(&Totals) -> u64| delivery.told.as_ref().map(|told| of(&told.totals).cast_signed());
    moving::Delivery {
        id: delivery.id,
        hook: delivery.hook,
        batch: event.map(|e| e.batch.0),
        number: event.map(|e| e.number.cast_signed()),
        kind: event.map(|e| e.kind.word().into()),
        task: event.and_then(|e| e.task).map(|task| task.0),
        at: event.map(|e| e.at.0),
        found: count(|t| t.found),
        skipped: count(|t| t.skipped),
        succeeded: count(|t| t.succeeded),
        failed: count(|t| t.failed),
        cancelled: count(|t| t.cancelled),
        state: delivery.state.word().into(),
        attempt: delivery.attempt.into(),
        forgiven: delivery.forgiven.into(),
        due: 0,
        lease: lease.map(|_| moving::RUN_OUT),
        made: delivery.made.0,
    }
}

fn told_moved(hook: Option<&Hook>, row: &moving::Delivery) -> Answer<Option<Told>> {
    let (Some(hook), Some(batch), Some(kind)) = (hook, row.batch, &row.kind) else { return Ok(None) };
    let number = |column: Option<i64>| column.unwrap_or_default().cast_unsigned();
    let event = Event {
        number: number(row.number),
        tenant: hook.tenant,
        batch: BatchId(batch),
        task: row.task.map(crate::TaskId),
        kind: kind.parse()?,
        at: Timestamp(row.at.unwrap_or_default()),
    };
    let [found, skipped, succeeded, failed, cancelled] =
        [row.found, row.skipped, row.succeeded, row.failed, row.cancelled].map(number);
    let remaining = found - skipped - succeeded - failed - cancelled;
    let totals = Totals { found, succeeded, failed, skipped, remaining, running: 0, cancelled };
    Ok(Some(Told { event, totals }))
}
