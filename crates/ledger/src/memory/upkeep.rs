//! Folding, ringing, sweeping.

use super::rows::Batch;
use super::{Tx, ms};
use crate::event::{EventKind, Folded};
use crate::record::*;
use crate::upkeep::{ABANDONED, BROOM, Ring, Swept, UNHEARD};
use crate::{BatchState, TaskState};

impl Tx<'_> {
    pub fn fold(&mut self) -> Vec<Folded> {
        let ids: Vec<_> = self.batches.keys().copied().collect();
        ids.into_iter().filter_map(|id| self.fold_one(id)).collect()
    }

    fn fold_one(&mut self, id: BatchId) -> Option<Folded> {
        self.cancel_waiting(id);
        let now = self.wall;
        let batch = self.batches.get_mut(&id).filter(|b| b.new.tenant != TenantId::HOUSE)?;
        let before = batch.events.len();
        for told in std::mem::take(&mut batch.news) {
            match told.kind {
                EventKind::Succeeded => batch.folded.succeeded += 1,
                EventKind::Dead => batch.folded.failed += 1,
                EventKind::TaskCancelled => batch.folded.cancelled += 1,
                EventKind::Redriven => batch.folded.failed -= 1,
                EventKind::Submitted | EventKind::Cancelling | EventKind::Closed | EventKind::Cancelled => {}
            }
            batch.events.push(told);
        }
        end(batch, now);
        let (last_event, state) = (batch.events.len() as u64, batch.state);
        self.make_deliveries(id, before);
        (last_event > before as u64).then_some(Folded { batch: id, last_event, state })
    }

    /// Whatever waits in a batch that is being cancelled is given up.
    fn cancel_waiting(&mut self, id: BatchId) {
        if self.batches[&id].state != BatchState::Cancelling {
            return;
        }
        let now = self.wall;
        let waiting: Vec<_> = self.of(id).filter(|(_, t)| t.state == TaskState::Ready).map(|(task, _)| task).collect();
        for task in waiting {
            self.tasks.entry(task).and_modify(|t| (t.state, t.due) = (TaskState::Cancelled, 0));
            self.leave(id, false, true);
            self.tell(id, EventKind::TaskCancelled, Some(task), now);
            self.bill(id, task, TaskState::Cancelled, Usage::default(), now);
        }
    }

    pub fn to_ring(&self, most: usize) -> Vec<Ring> {
        let due = self.dispatch.iter().filter(|(.., due)| *due <= self.ticks);
        let rings = due.map(|(row, batch, _)| Ring::Dispatch { row: *row, batch: *batch });
        let long_ago = self.ticks - ms(UNHEARD);
        let served = |batch: &Batch| batch.state == BatchState::Sealed && batch.new.tenant != TenantId::HOUSE;
        let unheard = self.tasks.iter().filter(|(_, t)| t.state == TaskState::Ready && t.heard <= long_ago);
        let mut unheard: Vec<_> =
            unheard.filter(|(_, t)| served(&self.batches[&t.batch])).map(|(id, t)| (t.heard, *id)).collect();
        unheard.sort();
        rings.chain(unheard.into_iter().map(|(_, id)| Ring::Unheard(id))).take(most).collect()
    }

    pub fn rung(&mut self, rings: &[Ring]) {
        let now = self.ticks;
        for ring in rings {
            match ring {
                Ring::Dispatch { row, .. } => self.dispatch.retain(|(number, ..)| number != row),
                Ring::Unheard(task) => drop(self.tasks.entry(*task).and_modify(|t| t.heard = now)),
            }
        }
    }

    pub fn sweep(&mut self, holder: &str) -> Option<Swept> {
        let now = self.ticks;
        if self.broom.as_ref().is_some_and(|(other, until)| other != holder && *until > now) {
            return None;
        }
        self.broom = Some((holder.into(), self.later(BROOM)));
        let (wall, before) = (self.wall, self.names.len());
        self.names.retain(|_, (.., until)| *until > wall);
        self.crowd.sweep(wall);
        let names = (before - self.names.len()) as u64;
        let left = |b: &Batch| b.state == BatchState::Open && b.new.tenant != TenantId::HOUSE;
        let old = |b: &Batch| wall.0 - b.opened.0 >= ms(ABANDONED);
        let abandoned = self.batches.iter().filter(|(_, b)| left(b) && old(b)).map(|(id, _)| *id);
        let abandoned: Vec<_> = abandoned.collect();
        abandoned.iter().for_each(|batch| self.remove(*batch));
        Some(Swept { expired: self.expire(), names, abandoned: abandoned.len() as u64 })
    }
}

/// Closes a batch that nothing remains of, and says so.
fn end(batch: &mut Batch, at: Timestamp) {
    let Totals { found, succeeded, failed, skipped, cancelled, .. } = batch.folded;
    let after = batch.state.folded(found - succeeded - failed - skipped - cancelled);
    if after != batch.state {
        let kind = if after == BatchState::Closed { EventKind::Closed } else { EventKind::Cancelled };
        (batch.state, batch.ended) = (after, Some(at));
        batch.events.push(super::rows::Told { kind, task: None, at });
    }
}
