//! Sending, receiving, hiding, deleting.

use crate::aws;
use crate::error::{QueueError, refused};
use crate::message::{Message, body};
use crate::settings::Settings;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    MessageSystemAttributeName, SendMessageBatchRequestEntry,
};
use ledger::Call;
use std::time::{Duration, Instant};

/// Most messages in one request.
pub const BATCH: usize = 10;
/// Longest poll, in seconds.
const POLL: i32 = 20;
/// Nobody can have a message for longer than twelve hours; well before that it is sent again and let go.
pub(crate) const LIFE: Duration = Duration::from_secs(11 * 3_600);
/// Longest that a message can be hidden, in seconds.
const HIDDEN: u64 = 12 * 3_600;

/// A queue that is there.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(crate) client: Client,
    pub(crate) url: String,
    pub(crate) dlq: Option<String>,
    warnings: Vec<String>,
}

impl Queue {
    /// Looks at the queue, and for where its dead messages go.
    pub async fn open(settings: &Settings, credentials: SharedCredentialsProvider) -> Result<Self, QueueError> {
        let client = aws::client(settings, credentials)?;
        let queue = Self { client, url: settings.url.clone(), dlq: settings.dlq_url.clone(), warnings: Vec::new() };
        queue.with_dlq().await
    }

    /// What its operator should know.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(crate) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Sends calls; those of one tenant are a group, so that none waits behind another's. Returns how many went.
    pub async fn send(&self, calls: &[Call]) -> Result<usize, QueueError> {
        let mut sent = 0;
        for piece in calls.chunks(BATCH) {
            let entries = entries(piece, |id, call| {
                let entry = SendMessageBatchRequestEntry::builder().id(id).message_body(body(call));
                entry.message_group_id(call.tenant.to_string()).build()
            });
            let send = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries?));
            let answer = send.send().await.map_err(refused("send"))?;
            note("send", answer.failed());
            sent += answer.successful().len();
        }
        Ok(sent)
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
        poll: i32,
    ) -> Result<Vec<Message>, QueueError> {
        let asked = Instant::now();
        let receive = self.client.receive_message().queue_url(url).visibility_timeout(seconds(hidden));
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let receive = receive.max_number_of_messages(most.clamp(1, BATCH) as i32).wait_time_seconds(poll);
        let answer = receive.send().await.map_err(refused("receive"))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(|message| Message::new(message, asked)).collect())
    }

    /// Hides messages for so long from now on. One that somebody else has by now is left alone.
    pub async fn hide(&self, messages: &[&Message], hidden: Duration) -> Result<(), QueueError> {
        for piece in messages.chunks(BATCH) {
            let entries = entries(piece, |id, message| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(id);
                entry.receipt_handle(&message.handle).visibility_timeout(seconds(hidden)).build()
            });
            let hide = self.client.change_message_visibility_batch().queue_url(&self.url).set_entries(Some(entries?));
            note("hide", hide.send().await.map_err(refused("hide"))?.failed());
        }
        Ok(())
    }

    /// Deletes messages.
    pub async fn delete(&self, messages: &[&Message]) -> Result<(), QueueError> {
        self.delete_from(&self.url, messages).await
    }

    pub(crate) async fn delete_from(&self, url: &str, messages: &[&Message]) -> Result<(), QueueError> {
        for piece in messages.chunks(BATCH) {
            let entries = entries(piece, |id, message| {
                DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(&message.handle).build()
            });
            let delete = self.client.delete_message_batch().queue_url(url).set_entries(Some(entries?));
            note("delete", delete.send().await.map_err(refused("delete"))?.failed());
        }
        Ok(())
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

/// A numbered entry for each.
fn entries<T, E>(all: &[T], entry: impl Fn(String, &T) -> Result<E, BuildError>) -> Result<Vec<E>, QueueError> {
    let entries = all.iter().enumerate().map(|(n, one)| entry(n.to_string(), one));
    let whole: Result<Vec<E>, BuildError> = entries.collect();
    whole.map_err(|e| QueueError::Refused { action: "ask", why: e.to_string() })
}

/// What failed of a batch does no harm: the ledger knows better. It is said, in case it never ends.
fn note(action: &str, failed: &[BatchResultErrorEntry]) {
    for entry in failed {
        tracing::debug!(action, code = entry.code(), why = entry.message(), "the queue refused a message");
    }
}

fn seconds(time: Duration) -> i32 {
    // Whole seconds, never fewer.
    time.as_millis().div_ceil(1_000).min(u128::from(HIDDEN)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_and_within_twelve_hours() {
        assert_eq!(seconds(Duration::ZERO), 0);
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::MAX), 43_200);
        assert!(LIFE < Duration::from_secs(HIDDEN));
    }
}
