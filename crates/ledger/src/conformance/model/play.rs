//! Does each step on the ledger and on the model, and compares the answers.

use super::check::check;
use super::retold::{Customer, Model};
use super::{SEATS, Step};
use crate::conformance::shop::LEASE;
use crate::hooks::Hooks;
use crate::overview::Overview;
use crate::*;
use std::time::Duration;

/// A ledger, its clock and its model.
pub struct Play<'a, L> {
    pub ledger: &'a L,
    pub clock: &'a HeldClock,
    pub model: Model,
}

/// Does the steps on an empty ledger that reads this clock, and on the model; panics at the first difference.
pub async fn follow<L: Ledger + Hooks + Overview>(ledger: &L, clock: &HeldClock, steps: &[Step]) {
    begin(ledger, clock, steps).await;
}

/// The same; returns the model.
pub async fn begin<L: Ledger + Hooks + Overview>(ledger: &L, clock: &HeldClock, steps: &[Step]) -> Model {
    let mut play = Play { ledger, clock, model: Model::default() };
    for tenant in 1..=3 {
        play.change(tenant, 1, 20, 10, false).await;
    }
    play.steps(steps).await
}

/// Goes on with a ledger that was moved here, where moments of the old stopwatch mean nothing.
pub async fn go_on<L: Ledger + Hooks + Overview>(ledger: &L, clock: &HeldClock, mut model: Model, steps: &[Step]) {
    model.forget_moments();
    ledger.pause_queue(model.paused).await.unwrap();
    Play { ledger, clock, model }.steps(steps).await;
}

impl<L: Ledger + Hooks + Overview> Play<'_, L> {
    async fn steps(mut self, steps: &[Step]) -> Model {
        self.ledger.set_seats(&SeatNeeds::from([("p".into(), SEATS)])).await.unwrap();
        check(&self).await;
        for step in steps {
            self.step(step).await;
            check(&self).await;
            self.check_hooks().await;
            self.check_overview().await;
        }
        self.model
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Open(tenant, priority, needs) => self.open(*tenant % 4, *priority, *needs % 4).await,
            Step::Change(id, weight, queued, running, paused) => {
                self.change(id % 3 + 1, weight % 3 + 1, *queued, *running, *paused).await;
            }
            Step::Pause(paused) => {
                self.ledger.pause_queue(*paused).await.unwrap();
                self.model.paused = *paused;
            }
            Step::Hook(tenant, kinds) => self.hook(*tenant, *kinds).await,
            Step::Switch(which, on) => self.switch(*which, *on).await,
            Step::Pass(seconds) => self.pass(Duration::from_secs((*seconds).into())),
            Step::Reboot => self.reboot(),
            Step::Fold => assert_eq!(self.ledger.fold().await.unwrap(), self.model.fold()),
            Step::Ring => self.ring().await,
            Step::Sweep(other) => self.sweep(*other).await,
            Step::Claim(most) => self.claim(None, *most, Some(LEASE)).await,
            Step::ClaimTask(which) => self.claim_task(*which).await,
            Step::Renew(which) => self.renew(which).await,
            Step::End(which, how, retry) => self.end(&[(*which, *how)], Duration::from_secs((*retry).into())).await,
            Step::EndMany(many) => self.end(many, Duration::ZERO).await,
            of_batch => {
                if let Some(batch) = self.batch(of_batch) {
                    self.of_batch(batch, of_batch).await;
                }
            }
        }
    }

    /// The batch that a step means.
    fn batch(&self, step: &Step) -> Option<BatchId> {
        let (Step::Add(which, _)
        | Step::Submit(which, _)
        | Step::Seal(which)
        | Step::ClaimOf(which, ..)
        | Step::Close(which)
        | Step::Cancel(which)
        | Step::Redrive(which, _)
        | Step::Forget(which)) = step
        else {
            return None;
        };
        let count = self.model.batches.len().max(1);
        self.model.batches.keys().nth(usize::from(*which) % count).copied()
    }

    async fn of_batch(&mut self, batch: BatchId, step: &Step) {
        match step {
            Step::Add(_, count) => self.add(batch, *count).await,
            Step::Submit(_, name) => self.submit(batch, *name).await,
            Step::Seal(_) => {
                self.ledger.seal(batch).await.unwrap();
                let found = self.model.batches.get_mut(&batch).unwrap();
                if (found.state, found.tenant) == (BatchState::Open, 0) {
                    found.state = BatchState::Sealed;
                }
            }
            Step::ClaimOf(_, most, leased) => self.claim(Some(batch), *most, leased.then_some(LEASE)).await,
            Step::Close(_) => self.close(batch).await,
            Step::Cancel(_) => self.cancel(batch).await,
            Step::Redrive(_, only) => self.redrive(batch, *only).await,
            _ => self.forget(batch).await,
        }
    }

    async fn change(&mut self, id: u8, weight: u8, queued: u8, running: u8, paused: bool) {
        let name = format!("tenant {id}");
        let (queued_cap, running_cap) = (queued.into(), running.into());
        let tenant = Tenant { id: TenantId(id.into()), name, weight: weight.into(), queued_cap, running_cap, paused };
        assert_eq!(self.ledger.put_tenant(&tenant).await.unwrap(), tenant.id);
        let had = self.model.tenants.get(&i64::from(id)).map_or(0, |c| c.had);
        let (queued, running) = (queued_cap, running_cap);
        self.model.tenants.insert(id.into(), Customer { weight: weight.into(), queued, running, paused, had });
    }

    fn pass(&mut self, time: Duration) {
        self.clock.pass(time);
        self.model.now += time.as_millis() as i64;
        self.model.wall += time.as_millis() as i64;
    }

    fn reboot(&mut self) {
        self.clock.reboot();
        self.model.now = 0;
        self.model.forget_moments();
    }
}
