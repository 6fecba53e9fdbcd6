//! Tries what a worker does with a queue, on one that is only there for that.

use crate::aws::Sqs;
use crate::error::QueueError;
use crate::settings::{Settings, name};
use identity::Cached;
use serde_json::json;
use std::time::{Duration, Instant};

/// Polls until the probe must have come.
const POLLS: usize = 5;

/// How long each took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probed {
    /// To send a message.
    pub send: Duration,
    /// Until it came.
    pub receive: Duration,
    /// To hide it for longer.
    pub hide: Duration,
    /// To delete it.
    pub delete: Duration,
}

/// Sends a message to the queue at `url`, receives, hides and deletes it. Refuses a queue of the name of the one in
/// production, wherever that is.
pub async fn probe(production: &Settings, url: &str, identity: &Cached) -> Result<Probed, QueueError> {
    let taken = [Some(&production.url), production.dlq_url.as_ref()];
    if taken.into_iter().flatten().any(|queue| name(queue) == name(url)) {
        return Err(QueueError::Production(name(url).to_owned()));
    }
    let settings = Settings { url: url.into(), dlq_url: None, region: production.region(), ..production.clone() };
    let sqs = Sqs::new(&settings, identity)?;
    let text = format!("probe {}", unique());
    let (send, _) = timed(sqs.ask("SendMessage", &json!({ "QueueUrl": url, "MessageBody": text }))).await?;
    let (receive, handle) = timed(find(&sqs, url, &text)).await?;
    let ours = json!({ "QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 60 });
    let (hide, _) = timed(sqs.ask("ChangeMessageVisibility", &ours)).await?;
    let ours = json!({ "QueueUrl": url, "ReceiptHandle": handle });
    let (delete, _) = timed(sqs.ask("DeleteMessage", &ours)).await?;
    Ok(Probed { send, receive, hide, delete })
}

async fn timed<T>(work: impl Future<Output = Result<T, QueueError>>) -> Result<(Duration, T), QueueError> {
    let began = Instant::now();
    let done = work.await?;
    Ok((began.elapsed(), done))
}

/// The handle of our own message; others, of earlier probes that broke off, are left alone.
async fn find(sqs: &Sqs, url: &str, text: &str) -> Result<String, QueueError> {
    let asked = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 5 });
    for _ in 0..POLLS {
        let answer = sqs.ask("ReceiveMessage", &asked).await?;
        let ours = answer["Messages"].as_array().and_then(|all| all.iter().find(|message| message["Body"] == text));
        if let Some(handle) = ours.and_then(|message| message["ReceiptHandle"].as_str()) {
            return Ok(handle.to_owned());
        }
    }
    Err(QueueError::Refused { action: "ReceiveMessage", why: "the message that was sent did not come".into() })
}

fn unique() -> String {
    let mut bytes = [0; 8];
    // Two probes of one text would only find each other.
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}
