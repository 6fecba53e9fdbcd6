//! Messages of a queue as the source of work: each names a task, and the ledger says what may be done about it.

use super::claims::Claims;
use super::held::Held;
use super::news::{News, Taken};
use crate::house::House;
use ledger::{Asking, ClaimAnswer, Ledger, LedgerError};
use queue::{Message, Queue, QueueError};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A message whose task the ledger does not know is hidden for so long; the DLQ gets it in the end.
const UNKNOWN: Duration = Duration::from_secs(900);

impl Claims {
    /// Waits for messages, as many as slots are free. What it waits with ends by itself, or with the worker.
    pub(super) fn listen(&mut self, queue: &Queue, most: usize) {
        if self.listening.is_some() {
            return;
        }
        let (queue, teller, hidden) = (queue.clone(), self.teller.clone(), self.hidden());
        let listening = tokio::spawn(async move { teller.tell(News::Heard(queue.receive(most, hidden).await)) });
        self.listening = Some(listening.abort_handle());
    }

    /// A poll ended. Claiming takes no long wait, and is not broken off.
    pub(super) fn heard(&mut self, heard: Result<Vec<Message>, QueueError>) {
        self.listening = None;
        match heard {
            Ok(messages) if messages.is_empty() => self.look(),
            Ok(messages) if self.closing => self.pass_on(messages),
            Ok(messages) => {
                self.asking = true;
                let (house, teller, hidden) = (Arc::clone(&self.house), self.teller.clone(), self.hidden());
                tokio::spawn(async move { teller.tell(News::Taken(take_all(&house, messages, hidden).await)) });
            }
            Err(error) => {
                tracing::error!(%error, "cannot hear the queue");
                self.rest();
            }
        }
    }

    /// We end: others may hear them at once.
    fn pass_on(&self, messages: Vec<Message>) {
        let Some(queue) = self.house.queue.clone() else { return };
        tokio::spawn(async move { queue.hide(&messages.iter().collect::<Vec<_>>(), Duration::ZERO).await });
    }

    /// The ledger has answered to messages.
    pub(super) fn taken(&mut self, Taken { claims, error }: Taken) {
        self.asking = false;
        self.look();
        metrics::counter!("rawmill_attempts_total").increment(claims.len() as u64);
        for (claim, asked, message) in claims {
            self.begin(claim, asked, Some(message));
        }
        if let Some(error) = error {
            tracing::error!(%error, "cannot claim");
            self.rest();
        }
    }

    /// Says with the heartbeats that the messages of what is held are still ours. What nobody can have much longer is
    /// let go: another message takes its place, and the ledger knows whose the task is.
    pub(super) fn keep_hidden(&mut self) {
        let Some(queue) = self.house.queue.clone() else { return };
        let (mut ours, mut old) = (Vec::new(), Vec::new());
        for held in self.held.values_mut().filter(|held| !held.lost) {
            old.extend(held.message.take_if(|message| message.is_old()));
            ours.extend(held.message.clone());
        }
        let hidden = self.hidden();
        tokio::spawn(async move {
            let done = async {
                queue.hide(&ours.iter().collect::<Vec<_>>(), hidden).await?;
                queue.replace(&old.iter().collect::<Vec<_>>()).await
            };
            done.await.unwrap_or_else(|error| tracing::warn!(%error, "messages may be heard by others too"));
        });
    }

    fn hidden(&self) -> Duration {
        let config = &self.house.config;
        config.queue.as_ref().map_or(config.lease(), |queue| queue.hidden(config.lease()))
    }
}

/// Its attempt has ended and the ledger knows it: the message has done its work. If the task is ready again, it is called
/// again.
pub fn done(house: &House, held: &mut Held) {
    let (Some(queue), Some(message)) = (house.queue.clone(), held.message.take()) else { return };
    tokio::spawn(async move {
        if let Err(error) = queue.delete(&[&message]).await {
            // It comes again, and is deleted when the ledger says that nothing is left to do.
            tracing::warn!(%error, "cannot delete a message");
        }
    });
}

/// Asks the ledger about each.
async fn take_all(house: &House, messages: Vec<Message>, hidden: Duration) -> Taken {
    let mut taken = Taken { claims: Vec::new(), error: None };
    let Some(queue) = &house.queue else { return taken };
    for message in messages {
        let asked = Instant::now();
        match ask(house, &message).await {
            Ok(ClaimAnswer::Claimed(claim)) => taken.claims.push((claim, asked, message)),
            Ok(answer) => let_go(queue, &message, &answer).await,
            Err(error) => {
                taken.error = Some(error);
                // Where nobody answers, the others need not ask: they come again.
                break;
            }
        }
    }
    // The first ones have waited for the last.
    let ours: Vec<_> = taken.claims.iter().map(|(_, _, message)| message).collect();
    if let Err(error) = queue.hide(&ours, hidden).await {
        tracing::warn!(%error, "messages may be heard by others too");
    }
    taken
}

async fn ask(house: &House, message: &Message) -> Result<ClaimAnswer, LedgerError> {
    let Some(call) = message.call else {
        tracing::warn!("a message that names no task; the DLQ gets it in the end");
        return Ok(ClaimAnswer::Blocked);
    };
    let (worker, lease) = (house.worker(), Some(house.config.lease()));
    house.ledger.claim_task(call.task, &Asking { from: None, most: 1, worker, lease }).await
}

/// Nothing can be done about it, now or ever.
async fn let_go(queue: &Queue, message: &Message, answer: &ClaimAnswer) {
    let done = match answer {
        ClaimAnswer::Terminal(_) => queue.delete(&[message]).await,
        // Should its holder die, the task is called anew.
        ClaimAnswer::Leased(left) => queue.hide(&[message], message.pause().max(*left)).await,
        ClaimAnswer::NotDue(left) => queue.hide(&[message], *left).await,
        ClaimAnswer::Unknown => queue.hide(&[message], UNKNOWN).await,
        ClaimAnswer::Blocked | ClaimAnswer::Claimed(_) => queue.hide(&[message], message.pause()).await,
    };
    if let Err(error) = done {
        tracing::warn!(%error, "a message comes again for nothing");
    }
}
