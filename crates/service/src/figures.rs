//! How the house stands: which engines answer, how much work there is, what is owed. It is asked for here alone, so that the
//! metrics, the page of operations and the health of a process tell the same.

use crate::house::House;
use crate::web::scale::{self, ScaleHint};
use ledger::hooks::{Hooks, Owed};
use ledger::transfers::{Transfers, Waiting};
use ledger::{Depth, Ledger, Timestamp};
use std::time::{Duration, Instant};
use store::{Key, Store};
use tokio::time::timeout;

/// Longest wait for an engine.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Does an engine answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Engine {
    /// `ledger`, `store`, `redis` or `queue`.
    pub name: &'static str,
    /// It does.
    pub up: bool,
    /// So soon; nothing where it was not asked now, as its connection tells.
    pub after: Option<Duration>,
}

/// How the house stands.
#[derive(Debug)]
pub struct Figures {
    /// At this moment.
    pub at: Timestamp,
    /// Those that are configured.
    pub engines: Vec<Engine>,
    /// How much work there is, if the ledger answers.
    pub depth: Option<Depth>,
    /// How many workers there should be, if it is known how much work there is.
    pub hint: Option<ScaleHint>,
    /// What is owed to webhooks, if the ledger answers.
    pub owed: Option<Owed>,
    /// What waits of imports and exports, if the ledger answers.
    pub waiting: Option<Waiting>,
}

impl Figures {
    /// Asks everybody at once.
    pub async fn of(house: &House) -> Self {
        let owed = timeout(PATIENCE, house.ledger.owed());
        let waiting = timeout(PATIENCE, house.ledger.waiting_items());
        let ((ledger, depth), store, queue, owed, waiting) =
            tokio::join!(ledger(house), store(house), queue(house), owed, waiting);
        let redis = house.shared.is_up().map(|up| Engine { name: "redis", up, after: None });
        let hint = match &depth {
            Some(depth) => scale::now(house, depth).await.ok(),
            None => None,
        };
        let engines = [Some(ledger), Some(store), redis, queue].into_iter().flatten().collect();
        let (owed, waiting) = (owed.ok().and_then(Result::ok), waiting.ok().and_then(Result::ok));
        Self { at: house.clock.wall(), engines, depth, hint, owed, waiting }
    }

    /// Seconds since a moment; 0 where there is none.
    pub fn age(&self, since: Option<Timestamp>) -> f64 {
        since.map_or(0, |since| (self.at.0 - since.0).max(0)) as f64 / 1e3
    }
}

/// Asks the ledger how much work there is.
pub async fn ledger(house: &House) -> (Engine, Option<Depth>) {
    asked("ledger", house.ledger.depth()).await
}

/// Asks the store for a name that nobody uses.
pub async fn store(house: &House) -> Engine {
    let probe = async {
        let key = Key::parse("health").map_err(drop)?;
        house.store.list(Some(&key), None, 1).await.map_err(drop)
    };
    asked("store", probe).await.0
}

async fn queue(house: &House) -> Option<Engine> {
    Some(asked("queue", house.queue.as_ref()?.answers()).await.0)
}

async fn asked<T, E>(name: &'static str, question: impl Future<Output = Result<T, E>>) -> (Engine, Option<T>) {
    let began = Instant::now();
    let answer = timeout(PATIENCE, question).await.ok().and_then(Result::ok);
    (Engine { name, up: answer.is_some(), after: Some(began.elapsed()) }, answer)
}
