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

/// Where dead messages go, and what the operator should know of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub dlq: Option<String>,
    pub warnings: Vec<String>,
}

impl Queue {
    /// Finds the queue of dead messages, and what is missing.
    pub(crate) async fn look(&self) -> Result<Found, QueueError> {
        let mut found = Found { dlq: self.dlq_url.clone(), warnings: Vec::new() };
        match self.redrive().await? {
            None => found.warnings.push(
                "the queue has no redrive policy: a message that nobody understands comes again until it expires; name a \
                 queue for dead messages, with maxReceiveCount 100 or more"
                    .into(),
            ),
            Some(redrive) => {
                if redrive.most < OFTEN {
                    found.warnings.push(format!(
                        "the queue's maxReceiveCount is {}: messages whose tasks wait for seats or caps die early, and are \
                         sent again from the DLQ; {OFTEN} or more is better",
                        redrive.most
                    ));
                }
                if found.dlq.is_none() {
                    self.find_dlq(&redrive.arn, &mut found).await?;
                }
            }
        }
        Ok(found)
    }

    async fn redrive(&self) -> Result<Option<Redrive>, QueueError> {
        let asked = json!({ "QueueUrl": self.url, "AttributeNames": ["RedrivePolicy"] });
        let answer = self.sqs.ask("GetQueueAttributes", &asked).await?;
        Ok(answer["Attributes"]["RedrivePolicy"].as_str().and_then(parse))
    }

    async fn find_dlq(&self, arn: &str, found: &mut Found) -> Result<(), QueueError> {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let asked = json!({ "QueueName": name(arn), "QueueOwnerAWSAccountId": account });
        match self.sqs.ask("GetQueueUrl", &asked).await {
            Ok(answer) => found.dlq = answer["QueueUrl"].as_str().map(str::to_owned),
            Err(error @ QueueError::Refused { .. }) => {
                found.warnings.push(format!("dead messages are not looked after: {error}; set `queue.dlq_url`"));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Where dead messages lie. A queue that was away when we began is looked at again.
    async fn dlq(&self) -> Result<Option<&String>, QueueError> {
        let look = async || {
            let found = self.look().await?;
            found.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
            Ok(found.dlq)
        };
        self.dlq.get_or_try_init(look).await.map(Option::as_ref)
    }

    /// Some dead messages, if there are any. Whoever reads them sends them again or lets them go.
    pub async fn dead(&self) -> Result<Vec<Message>, QueueError> {
        match self.dlq().await? {
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
        match self.dlq().await? {
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
