//! The relay: sends a message for whatever may run, and looks after messages that nobody could do anything with.
//!
//! The ledger says what is to be called, and counts it as called before anything is sent. What could not be sent, or got
//! lost on the way, it names again after a minute; so nothing here is kept or tried twice.

use crate::house::House;
use crate::upkeep::UpkeepError;
use ledger::{Call, Ledger, LedgerError, Page, TaskState};
use queue::{Message, Queue};

/// Tasks of one tenant that were called and have no outcome.
const PER_TENANT: usize = 100;
/// Calls at once.
const SOME: usize = 500;

/// Sends what is to be called.
pub async fn send(house: &House) -> Result<(), UpkeepError> {
    let Some(queue) = &house.queue else { return Ok(()) };
    loop {
        let calls = house.ledger.take_calls(PER_TENANT, SOME).await?;
        let sent = queue.send(&calls).await?;
        metrics::counter!("rawmill_messages_sent_total").increment(sent as u64);
        if calls.len() < SOME {
            return Ok(());
        }
    }
}

/// Reads dead messages: one whose task lives is sent again, any other is deleted.
pub async fn look_after_the_dead(house: &House) -> Result<(), UpkeepError> {
    let Some(queue) = &house.queue else { return Ok(()) };
    loop {
        let dead = queue.dead().await?;
        if dead.is_empty() {
            return Ok(());
        }
        sort(house, queue, &dead).await?;
    }
}

async fn sort(house: &House, queue: &Queue, dead: &[Message]) -> Result<(), UpkeepError> {
    let (mut living, mut gone) = (Vec::new(), Vec::new());
    for message in dead {
        let lives = match message.call {
            Some(call) => lives(house, call).await?,
            None => false,
        };
        if lives { living.push(message) } else { gone.push(message) }
    }
    tracing::warn!(living = living.len(), gone = gone.len(), "messages in the DLQ");
    metrics::counter!("rawmill_messages_dead_total").increment(dead.len() as u64);
    queue.revive(&living).await?;
    Ok(queue.bury(&gone).await?)
}

/// Has the task no outcome yet.
async fn lives(house: &House, Call { batch, task, .. }: Call) -> Result<bool, LedgerError> {
    let page = Page { after: Some(task.0 - 1), most: 1 };
    match house.ledger.tasks(batch, None, page).await {
        Ok(found) => {
            let found = found.first().filter(|found| found.id == task);
            Ok(found.is_some_and(|found| matches!(found.state, TaskState::Ready | TaskState::Running)))
        }
        Err(LedgerError::UnknownBatch(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
