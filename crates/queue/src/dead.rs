//! Messages that were received too often, and where they lie.

use crate::error::QueueError;
use crate::message::Message;
use crate::queue::{BATCH, Queue};
use crate::settings::name;
use ledger::Call;
use serde_json::{Value, json};
use std::time::Duration;

/// A message that was received fewer times than this may still only be unlucky.
const OFTEN: u64 = 100;
/// Time to look at what was read.
const LOOK: Duration = Duration::from_secs(60);

/// What a queue does with messages that were received too often.
struct Redrive {
    arn: String,
    most: u64,
}

impl Queue {
    /// Finds the queue of dead messages, and says what is missing.
    pub(crate) async fn with_dlq(mut self) -> Result<Self, QueueError> {
        match self.redrive().await? {
            None => self.warn(
                "the queue has no redrive policy: a message that nobody understands comes again until it expires; name a \
                 queue for dead messages, with maxReceiveCount 100 or more",
            ),
            Some(redrive) => {
                if redrive.most < OFTEN {
                    self.warn(format!(
                        "the queue's maxReceiveCount is {}: messages whose tasks wait for seats or caps die early, and are \
                         sent again from the DLQ; {OFTEN} or more is better",
                        redrive.most
                    ));
                }
                if self.dlq.is_none() {
                    self.find_dlq(&redrive.arn).await;
                }
            }
        }
        Ok(self)
    }

    async fn redrive(&self) -> Result<Option<Redrive>, QueueError> {
        let asked = json!({ "QueueUrl": self.url, "AttributeNames": ["RedrivePolicy"] });
        let answer = self.sqs.ask("GetQueueAttributes", &asked).await?;
        Ok(answer["Attributes"]["RedrivePolicy"].as_str().and_then(parse))
    }

    async fn find_dlq(&mut self, arn: &str) {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let asked = json!({ "QueueName": name(arn), "QueueOwnerAWSAccountId": account });
        match self.sqs.ask("GetQueueUrl", &asked).await {
            Ok(answer) => self.dlq = answer["QueueUrl"].as_str().map(str::to_owned),
            Err(error) => self.warn(format!("dead messages are not looked after: {error}; set `queue.dlq_url`")),
        }
    }

    /// Some dead messages, if there are any. Whoever reads them sends them again or lets them go.
    pub async fn dead(&self) -> Result<Vec<Message>, QueueError> {
        match &self.dlq {
            Some(dlq) => self.receive_from(dlq, BATCH, LOOK, 0).await,
            None => Ok(Vec::new()),
        }
    }

    /// Sends dead messages again whose tasks live.
    pub async fn revive(&self, messages: &[&Message]) -> Result<(), QueueError> {
        let calls: Vec<Call> = messages.iter().filter_map(|message| message.call).collect();
        if self.send(&calls).await? == calls.len() {
            self.bury(messages).await?;
        }
        Ok(())
    }

    /// Deletes dead messages.
    pub async fn bury(&self, messages: &[&Message]) -> Result<(), QueueError> {
        match &self.dlq {
            Some(dlq) => self.delete_from(dlq, messages).await,
            None => Ok(()),
        }
    }
}

/// `{"deadLetterTargetArn": "…", "maxReceiveCount": 100}`, the number as such or as text.
fn parse(text: &str) -> Option<Redrive> {
    let policy: Value = serde_json::from_str(text).ok()?;
    let most = &policy["maxReceiveCount"];
    let most = most.as_u64().or_else(|| most.as_str()?.parse().ok()).unwrap_or(0);
    Some(Redrive { arn: policy["deadLetterTargetArn"].as_str()?.to_owned(), most })
}
