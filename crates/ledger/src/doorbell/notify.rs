//! The bell of a ledger on PostgreSQL: whoever brings work calls it out with the commit.

use super::{Doorbell, Listener};
use crate::LedgerError;
use crate::postgres::{Call, Postgres};
use crate::record::TaskId;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How often those look who cannot hear.
const LOOK: Duration = Duration::from_secs(1);
/// Longest wait for the first connection to listen at.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between processes that share a database. One connection a process listens, beside the pooler; where it is absent or
/// away, listeners wake up once a second and look. Only new work rings, a completion does not.
#[derive(Debug, Clone)]
pub struct NotifyBell(Postgres);

impl NotifyBell {
    /// The bell of this ledger.
    pub fn new(ledger: &Postgres) -> Self {
        Self(ledger.clone())
    }
}

impl Doorbell for NotifyBell {
    type Listener = NotifyListener;

    async fn ring(&self, _: &[TaskId]) -> Result<(), LedgerError> {
        self.0.ring().await
    }

    async fn listener(&self) -> Result<Self::Listener, LedgerError> {
        let mut call = self.0.listen();
        // What is called from here on is heard, if it can be.
        let _ = timeout(PATIENCE, call.hears.wait_for(|hears| hears.is_none_or(|hears| hears))).await;
        call.rings.mark_unchanged();
        Ok(NotifyListener(call))
    }
}

/// One who listens at a database.
#[derive(Debug)]
pub struct NotifyListener(Call);

impl NotifyListener {
    /// Can it hear other processes at the moment.
    pub fn hears(&self) -> bool {
        *self.0.hears.borrow() == Some(true)
    }
}

impl Listener for NotifyListener {
    async fn listen(&mut self, at_most: Duration) -> Result<bool, LedgerError> {
        let until = Instant::now().checked_add(at_most);
        let wait = if self.hears() { at_most } else { at_most.min(LOOK) };
        if heard(&mut self.0.rings, wait).await {
            return Ok(true);
        }
        // It is deaf, and its time is not over: there may be work.
        Ok(!self.hears() && until.is_none_or(|until| Instant::now() < until))
    }
}

async fn heard(rings: &mut watch::Receiver<()>, at_most: Duration) -> bool {
    // Without a bell nobody can ring any more.
    timeout(at_most, rings.changed()).await.is_ok_and(|rung| rung.is_ok())
}
