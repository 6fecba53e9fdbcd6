//! Heartbeats, and the end of what the ledger does not let go on.

use super::claims::Claims;
use super::held::Stage;
use super::news::News;
use ledger::{Ledger, LedgerError, Outcome, Renewal, Token};
use std::sync::Arc;
use std::time::Instant;

impl Claims {
    /// When a task must be dead that was renewed by what was sent at `sent`.
    pub(super) fn deadline(&self, sent: Instant) -> Instant {
        sent + self.house.config.lease() - ledger::KILL_MARGIN
    }

    /// Heartbeats for everything that is held.
    pub fn renew(&mut self) {
        self.keep_hidden();
        let held = self.held.iter().filter(|(_, held)| !held.lost);
        let (ids, tokens): (Vec<u64>, Vec<Token>) = held.map(|(id, held)| (*id, held.token())).unzip();
        if tokens.is_empty() || self.renewing {
            return;
        }
        self.renewing = true;
        let (house, teller, sent) = (Arc::clone(&self.house), self.teller.clone(), Instant::now());
        tokio::spawn(async move {
            let answers = house.ledger.renew(&tokens, house.config.lease()).await;
            teller.tell(News::Renewed { sent, answers: answers.map(|answers| ids.into_iter().zip(answers).collect()) });
        });
    }

    /// What the ledger answered to heartbeats.
    pub(super) fn renewed(&mut self, sent: Instant, answers: Result<Vec<(u64, Renewal)>, LedgerError>) {
        self.renewing = false;
        match answers {
            Ok(answers) => answers.into_iter().for_each(|(id, answer)| self.renewed_one(id, answer, sent)),
            Err(error) => tracing::error!(%error, "cannot renew; what cannot be renewed in time is stopped"),
        }
    }

    fn renewed_one(&mut self, id: u64, answer: Renewal, sent: Instant) {
        let deadline = self.deadline(sent);
        let Some(held) = self.held.get_mut(&id) else { return };
        match answer {
            Renewal::Renewed => held.deadline = deadline,
            Renewal::Cancelled => self.kill(id),
            Renewal::Lost => {
                metrics::counter!("rawmill_lease_lost_total").increment(1);
                held.lost = true;
                self.kill(id);
            }
        }
    }

    /// Until the first deadline of what is held.
    pub async fn overdue(&self) {
        let first = self.held.values().filter(|h| !h.killed).map(|h| h.deadline).min();
        match first {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    }

    /// Stops what could not be renewed: someone else may have it soon.
    pub fn kill_overdue(&mut self) {
        let now = Instant::now();
        let late = self.held.iter().filter(|(_, held)| held.deadline <= now && !held.killed);
        let late: Vec<u64> = late.map(|(id, _)| *id).collect();
        late.into_iter().for_each(|id| self.kill(id));
    }

    /// Stops everything.
    pub fn kill_all(&mut self) {
        let all: Vec<u64> = self.held.keys().copied().collect();
        all.into_iter().for_each(|id| self.kill(id));
    }

    /// Stops one task. Once the darkroom has it, its end comes as an event; before, it is handed back.
    fn kill(&mut self, id: u64) {
        let Some(held) = self.held.get_mut(&id) else { return };
        held.span.in_scope(|| tracing::warn!(lost = held.lost, "stopped"));
        held.killed = true;
        match held.stage {
            Stage::Beginning if held.lost => self.forget(id),
            Stage::Beginning => self.record(id, Outcome::HandedBack),
            _ => self.bench.pool.cancel(id),
        }
    }
}
