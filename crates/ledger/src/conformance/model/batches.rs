//! Batches, from their opening to their end.

use super::play::Play;
use super::retold::{Batch, Fate, Task};
use crate::conformance::kit::new;
use crate::*;
use std::time::Duration;

/// Names of submissions are kept so long.
const KEPT: Duration = Duration::from_secs(120);

impl<L: Ledger> Play<'_, L> {
    pub async fn open(&mut self, tenant: u8, priority: i8, needs: u8) {
        let seats = SeatNeeds::from_iter((needs > 0).then(|| ("p".into(), needs.into())));
        let (recipe, order) = ("web".into(), "{}".into());
        let new = NewBatch {
            tenant: TenantId(tenant.into()),
            recipe,
            order,
            priority: priority.into(),
            seats: seats.clone(),
        };
        let id = self.ledger.open_batch(&new).await.unwrap();
        let batch = Batch {
            tenant: tenant.into(),
            priority: priority.into(),
            needs: needs.into(),
            state: BatchState::Open,
            opened: self.model.wall,
            waits: None,
            events: Vec::new(),
            folded: 0,
        };
        assert!(self.model.batches.insert(id, batch).is_none(), "numbers are given once");
    }

    pub async fn add(&mut self, batch: BatchId, count: u8) {
        let tasks: Vec<_> = (0..count).map(|at| NewTask { skip: at % 3 == 2, ..new(&at.to_string()) }).collect();
        let open = self.model.batches[&batch].state == BatchState::Open;
        let heard = self.model.now;
        match self.ledger.add(batch, &tasks).await {
            Ok(ids) => {
                assert!(open, "a batch that is not open took tasks");
                let task =
                    |skipped| Task { batch, skipped, cancelled: false, fates: Vec::new(), forgiven: 0, due: 0, heard };
                self.model.tasks.extend(ids.iter().zip(&tasks).map(|(id, t)| (*id, task(t.skip))));
            }
            Err(e) => assert!(!open && matches!(e, LedgerError::NotOpen { .. }), "{e}"),
        }
    }

    /// The names of a tenant's submissions: two keys with two bodies each.
    pub async fn submit(&mut self, batch: BatchId, name: Option<u8>) {
        let once = name.map(|n| Once { key: (n % 2).to_string(), fingerprint: (n / 2 % 2).to_string() });
        let answer = self.ledger.submit(batch, once.as_ref(), KEPT).await;
        let model = &mut self.model;
        let (tenant, state) = (model.batches[&batch].tenant, model.batches[&batch].state);
        if tenant == 0 {
            return assert!(matches!(answer, Err(LedgerError::UnknownTenant(_))));
        }
        let slot = once.as_ref().map(|once| (tenant, once.key.clone()));
        let named = slot.as_ref().and_then(|slot| model.names.get(slot)).filter(|(.., until)| *until > model.wall);
        if let (Some((print, before, _)), Some(once)) = (named.cloned(), &once) {
            if print == once.fingerprint && before == batch {
                return assert_eq!(answer.unwrap(), Submitted::Accepted);
            }
            if state == BatchState::Open {
                let same = print == once.fingerprint;
                let expected = if same { Submitted::Repeated(before) } else { Submitted::OtherBody };
                assert_eq!(answer.unwrap(), expected);
                return self.gone(batch);
            }
        }
        if state != BatchState::Open {
            return assert!(matches!(answer, Err(LedgerError::NotOpen { .. })));
        }
        let (queued, cap) = (model.load(tenant).0, model.tenants[&tenant].queued);
        if queued + model.totals(batch).remaining > cap {
            return assert_eq!(answer.unwrap(), Submitted::OverCap { queued, cap });
        }
        assert_eq!(answer.unwrap(), Submitted::Accepted);
        model.batches.get_mut(&batch).unwrap().state = BatchState::Sealed;
        model.tell(batch, EventKind::Submitted, None);
        model.dispatch.push((batch, 0));
        if let (Some(slot), Some(once)) = (slot, once) {
            model.names.insert(slot, (once.fingerprint, batch, model.wall + KEPT.as_millis() as i64));
        }
    }

    pub async fn close(&mut self, batch: BatchId) {
        let remaining = self.model.totals(batch).remaining;
        let found = self.model.batches.get_mut(&batch).unwrap();
        let expected = match found.state {
            BatchState::Sealed if found.tenant == 0 && remaining == 0 => BatchState::Closed,
            BatchState::Open | BatchState::Sealed if found.tenant == 0 => BatchState::Stopped,
            other => other,
        };
        let ends = expected != found.state;
        found.state = expected;
        assert_eq!(self.ledger.close(batch).await.unwrap(), expected);
        let tasks = self.model.tasks.values_mut().filter(|t| ends && t.batch == batch);
        let running = tasks.filter_map(|t| t.fates.last_mut()).filter(|f| matches!(f, Fate::Runs(_)));
        running.for_each(|fate| *fate = Fate::Lost);
    }

    pub async fn cancel(&mut self, batch: BatchId) {
        let found = self.model.batches.get_mut(&batch).unwrap();
        if found.state == BatchState::Sealed && found.tenant > 0 {
            (found.state, found.waits) = (BatchState::Cancelling, None);
            found.events.push((EventKind::Cancelling, None));
        }
        assert_eq!(self.ledger.cancel(batch).await.unwrap(), found.state);
    }

    pub async fn redrive(&mut self, batch: BatchId, only: Option<u16>) {
        let model = &mut self.model;
        let tasks: Vec<_> = model.of(batch).map(|(id, _)| id).collect();
        let only = only.filter(|_| !tasks.is_empty()).map(|which| [tasks[usize::from(which) % tasks.len()]]);
        let mut dead = model.at(batch, TaskState::Failed);
        dead.retain(|task| only.is_none_or(|[only]| only == *task));
        let (tenant, state) = (model.batches[&batch].tenant, model.batches[&batch].state);
        let room = model.tenants.get(&tenant).map_or(0, |c| c.queued.saturating_sub(model.load(tenant).0));
        let lives = matches!(state, BatchState::Sealed | BatchState::Closed);
        dead.truncate(if lives { room as usize } else { 0 });
        for task in &dead {
            let found = model.tasks.get_mut(task).unwrap();
            (found.forgiven, found.due, found.heard) = (found.fates.len(), 0, model.now);
            model.tell(batch, EventKind::Redriven, Some(*task));
            model.batches.get_mut(&batch).unwrap().state = BatchState::Sealed;
        }
        if !dead.is_empty() {
            model.dispatch.push((batch, 0));
        }
        let revived = self.ledger.redrive(batch, only.as_ref().map(|only| only.as_slice())).await.unwrap();
        assert_eq!(revived, dead.len() as u64);
    }

    pub async fn forget(&mut self, batch: BatchId) {
        let found = &self.model.batches[&batch];
        let over = matches!(found.state, BatchState::Closed | BatchState::Stopped | BatchState::Cancelled);
        let abandoned =
            found.tenant > 0 && found.state == BatchState::Open && self.model.wall - found.opened >= 3_600_000;
        match self.ledger.forget(batch).await {
            Ok(_) => {
                assert!(over || abandoned, "{batch} was removed");
                self.gone(batch);
            }
            Err(e) => assert!(!over && !abandoned && matches!(e, LedgerError::NotOver { .. }), "{e}"),
        }
    }

    /// The batch is removed; what it cost stays.
    pub fn gone(&mut self, batch: BatchId) {
        let tenant = self.model.batches[&batch].tenant;
        let bills: Vec<_> = super::check::bills(&self.model, batch).map(|task| (tenant, task)).collect();
        self.model.billed.extend(bills);
        self.model.batches.remove(&batch);
        self.model.tasks.retain(|_, t| t.batch != batch);
        self.model.dispatch.retain(|(of, _)| *of != batch);
    }
}
