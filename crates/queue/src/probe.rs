//! Tries what a worker does with a queue, on one that is only there for that.

use crate::aws;
use crate::error::{QueueError, refused};
use crate::settings::{Settings, name};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
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
pub async fn probe(
    production: &Settings,
    url: &str,
    credentials: SharedCredentialsProvider,
) -> Result<Probed, QueueError> {
    let taken = [Some(&production.url), production.dlq_url.as_ref()];
    if taken.into_iter().flatten().any(|queue| name(queue) == name(url)) {
        return Err(QueueError::Production(name(url).to_owned()));
    }
    let settings = Settings { url: url.into(), dlq_url: None, region: production.region(), ..production.clone() };
    let client = aws::client(&settings, credentials)?;
    let text = format!("probe {}", unique());
    let (send, ()) = timed(async {
        let send = client.send_message().queue_url(url).message_body(&text).send().await;
        send.map(drop).map_err(refused("send"))
    })
    .await?;
    let (receive, handle) = timed(find(&client, url, &text)).await?;
    let (hide, ()) = timed(async {
        let hide = client.change_message_visibility().queue_url(url).receipt_handle(&handle).visibility_timeout(60);
        hide.send().await.map(drop).map_err(refused("hide"))
    })
    .await?;
    let (delete, ()) = timed(async {
        let delete = client.delete_message().queue_url(url).receipt_handle(&handle).send().await;
        delete.map(drop).map_err(refused("delete"))
    })
    .await?;
    Ok(Probed { send, receive, hide, delete })
}

async fn timed<T>(work: impl Future<Output = Result<T, QueueError>>) -> Result<(Duration, T), QueueError> {
    let began = Instant::now();
    let done = work.await?;
    Ok((began.elapsed(), done))
}

/// The handle of our own message; others, of earlier probes that broke off, are left alone.
async fn find(client: &Client, url: &str, text: &str) -> Result<String, QueueError> {
    for _ in 0..POLLS {
        let receive = client.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(5);
        let answer = receive.send().await.map_err(refused("receive"))?;
        let ours = answer.messages().iter().find(|message| message.body() == Some(text));
        if let Some(handle) = ours.and_then(|message| message.receipt_handle()) {
            return Ok(handle.to_owned());
        }
    }
    Err(QueueError::Refused { action: "receive", why: "the message that was sent did not come".into() })
}

fn unique() -> String {
    let mut bytes = [0; 8];
    // Two probes of one text would only find each other.
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}
