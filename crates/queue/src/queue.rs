//! Sending, receiving, hiding, deleting.

use crate::aws::Sqs;
use crate::error::QueueError;
use crate::message::{Message, body};
use crate::settings::Settings;
use identity::Cached;
use ledger::Call;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// Most messages in one request.
pub const BATCH: usize = 10;
/// Longest poll, in seconds.
const POLL: u32 = 20;
/// Nobody can have a message for longer than twelve hours; well before that it is sent again and let go.
pub(crate) const LIFE: Duration = Duration::from_secs(11 * 3_600);
/// Longest that a message can be hidden, in seconds.
const HIDDEN: u64 = 12 * 3_600;

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(crate) sqs: Sqs,
    pub(crate) url: String,
    /// Where its dead messages go, as the settings say.
    pub(crate) dlq_url: Option<String>,
    /// The same, as it was found.
    pub(crate) dlq: Arc<OnceCell<Option<String>>>,
    warnings: Vec<String>,
}

impl Queue {
    /// Looks at the queue, and for where its dead messages go. One that is away may come back.
    pub async fn open(settings: &Settings, identity: &Cached) -> Result<Self, QueueError> {
        let sqs = Sqs::new(settings, identity)?;
        let (url, dlq_url) = (settings.url.clone(), settings.dlq_url.clone());
        let queue = Self { sqs, url, dlq_url, dlq: Arc::default(), warnings: Vec::new() };
        match queue.look().await {
            Ok(found) => Ok(Self { dlq: Arc::new(OnceCell::from(found.dlq)), warnings: found.warnings, ..queue }),
            Err(error @ QueueError::Away { .. }) => Ok(Self { warnings: vec![error.to_string()], ..queue }),
            Err(error) => Err(error),
        }
    }

    /// What its operator should know.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Does it answer, and know us.
    pub async fn answers(&self) -> Result<(), QueueError> {
        self.look().await.map(drop)
    }

    /// Sends calls; those of one tenant are a group, so that none waits behind another's. Returns how many went.
    pub async fn send(&self, calls: &[Call]) -> Result<usize, QueueError> {
        let entry = |call: &Call| json!({ "MessageBody": body(call), "MessageGroupId": call.tenant.to_string() });
        self.all("SendMessageBatch", &self.url, calls, entry).await
    }

    /// Waits for messages, 20 seconds at most. They are hidden from others for so long.
    pub async fn receive(&self, most: usize, hidden: Duration) -> Result<Vec<Message>, QueueError> {
        self.receive_from(&self.url, most, hidden, POLL).await
    }

    pub(crate) async fn receive_from(
        &self,
        url: &str,
        most: usize,
        hidden: Duration,
        poll: u32,
    ) -> Result<Vec<Message>, QueueError> {
        let since = Instant::now();
        let asked = json!({
            "QueueUrl": url, "MaxNumberOfMessages": most.clamp(1, BATCH), "WaitTimeSeconds": poll,
            "VisibilityTimeout": seconds(hidden), "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
        });
        let answer = self.sqs.ask("ReceiveMessage", &asked).await?;
        Ok(list(&answer["Messages"]).iter().map(|message| Message::new(message, since)).collect())
    }

    /// Hides messages for so long from now on. One that somebody else has by now is left alone.
    pub async fn hide(&self, messages: &[&Message], hidden: Duration) -> Result<(), QueueError> {
        let hidden = seconds(hidden);
        let entry = |message: &&Message| json!({ "ReceiptHandle": message.handle, "VisibilityTimeout": hidden });
        self.all("ChangeMessageVisibilityBatch", &self.url, messages, entry).await.map(drop)
    }

    /// Deletes messages.
    pub async fn delete(&self, messages: &[&Message]) -> Result<(), QueueError> {
        self.delete_from(&self.url, messages).await
    }

    pub(crate) async fn delete_from(&self, url: &str, messages: &[&Message]) -> Result<(), QueueError> {
        let entry = |message: &&Message| json!({ "ReceiptHandle": message.handle });
        self.all("DeleteMessageBatch", url, messages, entry).await.map(drop)
    }

    /// Asks for the same of each, ten at a time. Returns how many it was done to. What failed does no harm, for the ledger
    /// knows better; it is said, in case it never ends.
    async fn all<T>(
        &self,
        action: &'static str,
        url: &str,
        all: &[T],
        entry: impl Fn(&T) -> Value,
    ) -> Result<usize, QueueError> {
        let mut done = 0;
        for piece in all.chunks(BATCH) {
            let mut entries: Vec<_> = piece.iter().map(&entry).collect();
            entries.iter_mut().enumerate().for_each(|(id, entry)| entry["Id"] = json!(id.to_string()));
            let answer = self.sqs.ask(action, &json!({ "QueueUrl": url, "Entries": entries })).await?;
            done += list(&answer["Successful"]).len();
            for failed in list(&answer["Failed"]) {
                tracing::debug!(action, %failed, "the queue refused a message");
            }
        }
        Ok(done)
    }

    /// Lets go of messages that nobody can have much longer: others take their place.
    pub async fn replace(&self, messages: &[&Message]) -> Result<(), QueueError> {
        let calls: Vec<_> = messages.iter().filter_map(|message| message.call).collect();
        if self.send(&calls).await? == calls.len() {
            self.delete(messages).await?;
        }
        Ok(())
    }
}

/// What is listed there, if anything is.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn seconds(time: Duration) -> u64 {
    // Whole seconds, never fewer.
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).min(HIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_and_within_twelve_hours() {
        assert_eq!(seconds(Duration::ZERO), 0);
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_secs(99_999)), 43_200);
        assert!(LIFE < Duration::from_secs(HIDDEN));
    }
}
