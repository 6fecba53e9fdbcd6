//! Messages that were received too often, and where they lie.

use crate::error::{QueueError, refused};
use crate::message::Message;
use crate::queue::{BATCH, Queue};
use crate::settings::name;
use aws_sdk_sqs::types::QueueAttributeName;
use ledger::Call;
use serde_json::Value;
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
        let ask = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = ask.attribute_names(QueueAttributeName::RedrivePolicy).send().await;
        let answer = answer.map_err(refused("look at the queue"))?;
        let text = answer.attributes().and_then(|all| all.get(&QueueAttributeName::RedrivePolicy));
        Ok(text.and_then(|text| parse(text)))
    }

    async fn find_dlq(&mut self, arn: &str) {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let ask = self.client.get_queue_url().queue_name(name(arn)).queue_owner_aws_account_id(account);
        match ask.send().await.map_err(refused("find the DLQ")) {
            Ok(answer) => self.dlq = answer.queue_url,
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
