//! Claims, heartbeats, endings; bells and brooms.

use super::play::Play;
use super::retold::{Batch, Fate, Task};
use crate::conformance::kit::*;
use crate::conformance::shop::{LEASE, anything};
use crate::*;
use std::time::Duration;

impl<L: Ledger> Play<'_, L> {
    pub async fn claim(&mut self, from: Option<BatchId>, most: u8, lease: Option<Duration>) {
        let asking = Asking { from, most: most.into(), lease, ..anything(0) };
        let claims = self.ledger.claim(&asking).await.unwrap();
        let tokens: Vec<_> = claims.iter().map(|c| c.token).collect();
        assert_eq!(tokens, self.model.claims(from, most.into(), lease), "claims of {from:?}");
    }

    pub async fn claim_task(&mut self, which: u16) {
        let count = self.model.tasks.len() + 1;
        let id = self.model.tasks.keys().nth(usize::from(which) % count).copied().unwrap_or(TaskId(i64::MAX));
        let answer = match self.ledger.claim_task(id, &anything(1)).await.unwrap() {
            ClaimAnswer::Claimed(claim) => Ok(claim.token),
            other => Err(other),
        };
        assert_eq!(answer, self.model.claim_task(id, LEASE), "claim of {id:?}");
    }

    pub fn token(&self, which: u16) -> Option<Token> {
        self.model.tokens.get(usize::from(which) % self.model.tokens.len().max(1)).copied()
    }

    pub async fn renew(&mut self, which: &[u16]) {
        let tokens: Vec<_> = which.iter().filter_map(|which| self.token(*which)).collect();
        let until = self.model.now + LEASE.as_millis() as i64;
        let mut expected = Vec::new();
        for token in &tokens {
            let task = self.model.tasks.get_mut(&token.task);
            let newest = task.filter(|t| t.fates.len() == token.attempt as usize);
            expected.push(match newest.and_then(|t| Some((t.batch, t.fates.last_mut()?))) {
                Some((batch, Fate::Runs(_))) if self.model.batches[&batch].state == BatchState::Cancelling => {
                    Renewal::Cancelled
                }
                Some((_, Fate::Runs(lease))) => {
                    *lease = Some(until);
                    Renewal::Renewed
                }
                _ => Renewal::Lost,
            });
        }
        assert_eq!(self.ledger.renew(&tokens, LEASE).await.unwrap(), expected, "renewals of {tokens:?}");
    }

    pub async fn end(&mut self, many: &[(u16, u8)], retry_in: Duration) {
        let ends: Vec<_> = many.iter().filter_map(|(which, how)| Some((self.token(*which)?, *how))).collect();
        let endings = ends.iter().map(|(token, how)| Ending { retry_in, ..ending(*token, outcome(*how, *token)) });
        let endings: Vec<_> = endings.collect();
        let due = if retry_in.is_zero() { 0 } else { self.model.now + retry_in.as_millis() as i64 };
        let expected = ends.iter().map(|(token, how)| self.model.end(*token, Fate::of(*how), due));
        let expected: Vec<_> = expected.collect();
        assert_eq!(self.ledger.record(&endings).await.unwrap(), expected, "endings {ends:?}");
    }

    pub async fn ring(&mut self) {
        let model = &mut self.model;
        let rings = self.ledger.to_ring(usize::MAX >> 1).await.unwrap();
        let due = model.dispatch.iter().filter(|(_, due)| *due <= model.now).map(|(batch, _)| *batch);
        let found = rings.iter().filter_map(|r| if let Ring::Dispatch { batch, .. } = r { Some(*batch) } else { None });
        assert_eq!(found.collect::<Vec<_>>(), due.collect::<Vec<_>>(), "dispatch rows");
        model.dispatch.retain(|(_, due)| *due > model.now);
        let sealed = |b: BatchId| model.batches[&b].state == BatchState::Sealed && model.batches[&b].tenant > 0;
        let long_ago = model.now - 60_000;
        let waits = |t: &Task| t.place() == TaskState::Ready && t.heard <= long_ago && sealed(t.batch);
        let mut unheard: Vec<_> = model.tasks.iter().filter(|(_, t)| waits(t)).map(|(id, t)| (t.heard, *id)).collect();
        unheard.sort();
        let found = rings.iter().filter_map(|r| if let Ring::Unheard(task) = r { Some(*task) } else { None });
        assert_eq!(found.collect::<Vec<_>>(), unheard.iter().map(|(_, id)| *id).collect::<Vec<_>>(), "unheard");
        for (_, task) in unheard {
            model.tasks.get_mut(&task).unwrap().heard = model.now;
        }
        self.ledger.rung(&rings).await.unwrap();
    }

    pub async fn sweep(&mut self, other: bool) {
        let swept = self.ledger.sweep(if other { "one" } else { "other" }).await.unwrap();
        let model = &mut self.model;
        if model.broom.is_some_and(|(holder, until)| holder != other && until > model.now) {
            return assert_eq!(swept, None);
        }
        model.broom = Some((other, model.now + 15_000));
        let (before, wall) = (model.names.len(), model.wall);
        model.names.retain(|_, (.., until)| *until > wall);
        let names = (before - model.names.len()) as u64;
        let expired = model.notice();
        let left = |b: &Batch| b.state == BatchState::Open && b.tenant > 0 && wall - b.opened >= 3_600_000;
        let left: Vec<_> = model.batches.iter().filter(|(_, b)| left(b)).map(|(id, _)| *id).collect();
        left.iter().for_each(|batch| self.gone(*batch));
        assert_eq!(swept, Some(Swept { expired, names, abandoned: left.len() as u64 }));
    }
}

fn outcome(how: u8, token: Token) -> Outcome {
    match how % 5 {
        0 => succeeded(&[output(&token.to_string(), "h")]),
        1 => failed(FaultClass::Input),
        2 => failed(FaultClass::Photo),
        3 => failed(FaultClass::Environment),
        _ => Outcome::HandedBack,
    }
}
