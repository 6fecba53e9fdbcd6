//! Questions to SQS: one signed POST of JSON each, sent again while that may help.

use crate::error::QueueError;
use crate::settings::Settings;
use http_body_util::{BodyExt, Limited};
use https::Https;
use hyper::body::Incoming;
use hyper::{Request, Response};
use identity::{Cached, signed};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Longest wait for an answer: longer than the longest poll.
const ANSWER: Duration = Duration::from_secs(30);
/// Pauses before a question is asked again.
const PAUSES: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1_600)];
/// Longest answer: ten messages of the largest size.
const LONGEST: usize = 16 << 20;

/// Whoever asks. Copies share their connections.
#[derive(Debug, Clone)]
pub struct Sqs {
    http: Https<String>,
    url: String,
    region: String,
    identity: Cached,
}

impl Sqs {
    /// For the queue of these settings, and others at the same place.
    pub fn new(settings: &Settings, identity: &Cached) -> Result<Self, QueueError> {
        settings.check()?;
        let no_region =
            || QueueError::Settings { key: "queue.region", why: "is missing, and the URL names none".into() };
        let region = settings.region().ok_or_else(no_region)?;
        let url = format!("{}/", settings.place());
        Ok(Self { http: https::client(settings.ca_file.as_deref())?, url, region, identity: identity.clone() })
    }

    /// Asks for this action. What may pass is asked for again: whatever SQS does twice, does no harm.
    pub async fn ask(&self, action: &'static str, asked: &Value) -> Result<Value, QueueError> {
        for pause in PAUSES {
            match self.once(action, asked).await {
                Err(error @ QueueError::Away { .. }) => tracing::debug!(%error, "the queue is asked again"),
                done => return done,
            }
            sleep(pause).await;
        }
        self.once(action, asked).await
    }

    async fn once(&self, action: &'static str, asked: &Value) -> Result<Value, QueueError> {
        let away = |why: String| QueueError::Away { action, why };
        let request = self.signed(action, asked).await?;
        let answer = timeout(ANSWER, async {
            let answer = self.http.request(request).await.map_err(|e| away(chain(&e)))?;
            read(answer).await.map_err(away)
        });
        let (status, text) = answer.await.map_err(|_| away(format!("no answer in {} s", ANSWER.as_secs())))??;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        if status == 200 { Ok(answer) } else { Err(refusal(action, status, &answer)) }
    }

    async fn signed(&self, action: &str, asked: &Value) -> Result<Request<String>, QueueError> {
        let target = format!("AmazonSQS.{action}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", &target)];
        let whom = signed::Whom { service: "sqs", region: &self.region, url: &self.url };
        Ok(signed::post(&self.identity, whom, &headers, asked.to_string()).await?)
    }
}

async fn read(answer: Response<Incoming>) -> Result<(u16, String), String> {
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), LONGEST).collect().await.map_err(|e| chain(&*e))?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

/// `{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "…"}`
fn refusal(action: &'static str, status: u16, answer: &Value) -> QueueError {
    let code = answer["__type"].as_str().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    let said = answer["message"].as_str().or_else(|| answer["Message"].as_str()).unwrap_or_default();
    let why = format!("{status} {code}: {said}").trim_end_matches([':', ' ']).to_owned();
    let passes = status >= 500 || code.contains("Throttl") || code == "OverLimit";
    if passes { QueueError::Away { action, why } } else { QueueError::Refused { action, why } }
}

/// An error with its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let refusal = |status, code: &str| refusal("SendMessage", status, &json!({ "__type": code, "message": "m" }));
        let gone = refusal(400, "com.amazonaws.sqs#QueueDoesNotExist");
        assert_eq!(gone.to_string(), "queue: SendMessage: 400 QueueDoesNotExist: m");
        assert!(matches!(gone, QueueError::Refused { .. }));
        for (status, code) in [(503, ""), (400, "com.amazonaws.sqs#RequestThrottled"), (403, "OverLimit")] {
            assert!(matches!(refusal(status, code), QueueError::Away { .. }), "{status} {code}");
        }
    }
    #[test]
    fn certificates_that_cannot_be_read_are_named() {
        let identity = Cached::new(identity::Chain::new(identity::Place::of(&[], "")));
        let settings = Settings {
            url: "https://sqs.eu-central-1.amazonaws.com/123/work".into(),
            ca_file: Some("no-such-ca.pem".into()),
            ..Settings::default()
        };
        let error = Sqs::new(&settings, &identity).unwrap_err().to_string();
        assert!(error.contains("no-such-ca.pem"), "{error}");
    }
}
