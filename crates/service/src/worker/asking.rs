//! The ledger as the source of work, where no queue is.

use super::claims::Claims;
use super::news::News;
use ledger::{Asking, Claim, Ledger, LedgerError};
use std::sync::Arc;
use std::time::Instant;

impl Claims {
    /// Asks for so many tasks.
    pub(super) fn ask_ledger(&mut self, most: usize) {
        self.asking = true;
        let (house, teller, asked) = (Arc::clone(&self.house), self.teller.clone(), Instant::now());
        tokio::spawn(async move {
            let (worker, lease) = (house.worker(), Some(house.config.lease()));
            let answer = house.ledger.claim(&Asking { from: None, most, worker, lease }).await;
            teller.tell(News::Claimed { asked, most, answer });
        });
    }

    /// The ledger has answered. Where it gave all that was asked for, it may have more.
    pub(super) fn claimed(&mut self, asked: Instant, most: usize, answer: Result<Vec<Claim>, LedgerError>) {
        self.asking = false;
        match answer {
            Ok(claims) => {
                if claims.len() == most {
                    self.look();
                }
                metrics::counter!("rawmill_attempts_total").increment(claims.len() as u64);
                claims.into_iter().for_each(|claim| self.begin(claim, asked, None));
            }
            Err(error) => {
                tracing::error!(%error, "cannot claim");
                self.rest();
            }
        }
    }
}
