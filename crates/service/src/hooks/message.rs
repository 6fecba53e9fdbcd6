//! A message in the form of Standard Webhooks: what it says, its name, and its signatures.

use crate::web::ids::{BatchId, DeliveryId, TaskId, WebhookId};
use crate::web::time::rfc3339;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ledger::hooks::{Delivery, Errand, Secret, Secrets, Told};
use serde_json::{Value, json};
use sha2::Sha256;
use std::io;

/// Before the bytes of a secret.
const PREFIX: &str = "whsec_";
/// Bytes of a secret that is made here.
const SECRET: usize = 32;

/// A new secret from the system's randomness.
pub fn fresh_secret() -> io::Result<Secret> {
    let mut bytes = [0; SECRET];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(bytes)).into())
}

/// What a message is called, however often it is sent.
pub fn message_id(delivery: &Delivery) -> String {
    match &delivery.told {
        Some(Told { event, .. }) => format!("msg_{}_{}_{}", event.batch, event.number, delivery.hook),
        None => format!("msg_test_{}_{}", delivery.id, delivery.hook),
    }
}

/// What a message says; the same however often it is sent. Links begin with this URL.
pub fn body(errand: &Errand, url: &str) -> String {
    let Errand { hook, delivery } = errand;
    let (kind, at, data) = match &delivery.told {
        Some(told) => (told.event.kind.word(), told.event.at, data(told, url)),
        None => {
            let data = json!({ "webhook": WebhookId(hook.id), "delivery": DeliveryId(delivery.id) });
            ("webhook.test", delivery.made, data)
        }
    };
    json!({ "type": kind, "timestamp": rfc3339(at), "data": data }).to_string()
}

fn data(Told { event, totals }: &Told, url: &str) -> Value {
    let batch = BatchId(event.batch.0);
    let at = format!("{url}/v1/batches/{batch}");
    let mut data = json!({
        "batch": batch,
        "event": event.number,
        "totals": {
            "found": totals.found,
            "succeeded": totals.succeeded,
            "failed": totals.failed,
            "cancelled": totals.cancelled,
            "remaining": totals.remaining,
        },
        "links": { "batch": &at, "tasks": format!("{at}/tasks"), "renditions": format!("{at}/renditions") },
    });
    if let Some(task) = event.task {
        data["task"] = json!(TaskId(task.0));
    }
    data
}

/// The signatures of a message, one for each secret, the newest first.
pub fn signatures(secrets: &Secrets, id: &str, seconds: i64, body: &str) -> String {
    let all = [Some(&secrets.newest), secrets.before.as_ref()].into_iter().flatten();
    let all: Vec<_> = all.filter_map(|secret| signature(secret, id, seconds, body)).collect();
    all.join(" ")
}

fn signature(secret: &Secret, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.reveal().strip_prefix(PREFIX)?).ok()?;
    let mac = Hmac::<Sha256>::new_from_slice(&key).ok()?.chain_update(format!("{id}.{seconds}.{body}"));
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn a_known_message_has_its_known_signature() {
        let known: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned().into();
        let body = r#"{"test": 2432232314}"#;
        let one = Secrets { newest: known.clone(), before: None };
        let signed = signatures(&one, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = Secrets { newest: fresh_secret().unwrap(), before: Some(known) };
        let both = signatures(&two, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert!(both.ends_with(&format!(" {signed}")) && both.split(' ').count() == 2, "{both}");
    }

    #[test]
    fn a_fresh_secret_is_long_enough_and_its_own() {
        let [one, other] = [fresh_secret().unwrap(), fresh_secret().unwrap()];
        let bytes = STANDARD.decode(one.reveal().strip_prefix(PREFIX).unwrap()).unwrap();
        assert!((24..=64).contains(&bytes.len()) && one != other);
    }
}
