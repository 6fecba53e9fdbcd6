//! What can be asked of a server, operation by operation.

use crate::error::{Cause, Doing, Failure, printable};
use crate::http::Client;
use crate::login::Key;
use crate::wire::{Batch, Fault, Listed, MadeKey, Redriven, Rendition, Task};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Entries of a page of tasks or batches.
const PAGE: usize = 500;

/// The id of a batch, as one may be typed: `bat_12` or `12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchId(String);

impl std::str::FromStr for BatchId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("bat_").unwrap_or(text);
        let good = (1..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let wrong = || format!("expected a batch such as bat_12, found `{}`", text.escape_debug());
        good.then(|| Self(format!("bat_{digits}"))).ok_or_else(wrong)
    }
}

impl std::fmt::Display for BatchId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl BatchId {
    /// Of a batch that a server has told us.
    pub fn of(batch: &Batch) -> Result<Self, Failure> {
        let wrong = |e: String| Cause::Strange(e);
        batch.id.parse().map_err(wrong).doing(|| "cannot use the batch that the server named".into())
    }
}

/// Reads an answer that was kept as the JSON that came.
pub fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Failure> {
    let strange = |e: serde_json::Error| Cause::Strange(e.to_string());
    serde_json::from_value(answer).map_err(strange).doing(|| "cannot read the server's answer".into())
}

impl Client {
    /// Asks something small that needs a key.
    pub fn check_key(&self) -> Result<(), Failure> {
        self.get::<Value>("/v1/limits").map(drop).doing(|| format!("cannot log in at {}", self.url()))
    }

    /// Exchanges the token of a fresh service for its first key. The token is gone then, whether the answer arrives or not.
    pub fn set_up(&self, token: &str) -> Result<Key, Failure> {
        let made: Result<MadeKey, _> = self.post_untouched("/v1/setup", &json!({ "token": token.trim() }));
        made.map(|made| made.key).doing(|| format!("cannot set up {}", self.url()))
    }

    /// Batches, newest first.
    pub fn batches(&self) -> Result<Vec<Value>, Failure> {
        self.all("/v1/batches?").doing(|| "cannot list the batches".into())
    }

    /// A batch: as [`Batch`], or as the JSON that came.
    pub fn batch<T: DeserializeOwned>(&self, id: &BatchId) -> Result<T, Failure> {
        self.get(&format!("/v1/batches/{id}")).doing(|| format!("cannot look at {id}"))
    }

    /// What it took: as [`crate::wire::Report`], or as the JSON that came.
    pub fn report<T: DeserializeOwned>(&self, id: &BatchId) -> Result<T, Failure> {
        self.get(&format!("/v1/batches/{id}/report")).doing(|| format!("cannot report on {id}"))
    }

    /// Stops it: what waits is not begun.
    pub fn cancel(&self, id: &BatchId) -> Result<Value, Failure> {
        self.post(&format!("/v1/batches/{id}/cancel"), &json!({})).doing(|| format!("cannot cancel {id}"))
    }

    /// Gives its dead letters new tries.
    pub fn redrive(&self, id: &BatchId) -> Result<Redriven, Failure> {
        let redriven = self.post_untouched(&format!("/v1/batches/{id}/redrive"), &json!({}));
        redriven.doing(|| format!("cannot redrive {id}"))
    }

    /// Its photos that failed, in the words of their last attempts; `name` says what a photo is called here.
    pub fn dead(&self, id: &BatchId, name: &dyn Fn(&Task) -> String) -> Result<Vec<Failure>, Failure> {
        let tasks: Result<Vec<Task>, _> = self.all(&format!("/v1/batches/{id}/tasks?state=failed&"));
        let tasks = tasks.doing(|| format!("cannot list the failures of {id}"))?;
        Ok(tasks.into_iter().map(|task| dead(&name(&task), task)).collect())
    }

    /// A page of its renditions, with links.
    pub(crate) fn renditions(&self, id: &BatchId, cursor: Option<&str>) -> Result<Listed<Rendition>, Failure> {
        let cursor = cursor.map(|c| format!("&cursor={}", encoded(c))).unwrap_or_default();
        let page = self.get(&format!("/v1/batches/{id}/renditions?limit=100{cursor}"));
        page.doing(|| format!("cannot list the renditions of {id}"))
    }

    /// All pages of a list.
    fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Cause> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: Listed<T> = self.get(&format!("{path}limit={PAGE}{cursor}"))?;
            items.extend(page.items);
            let Some(next) = page.next else { return Ok(items) };
            cursor = format!("&cursor={}", encoded(&next));
        }
    }
}

fn dead(name: &str, task: Task) -> Failure {
    let unknown = || Fault { what: "cannot develop this photo".into(), why: String::new(), advice: String::new() };
    let fault = task.attempts.into_iter().rev().find_map(|a| a.fault).unwrap_or_else(unknown);
    let what = printable(&fault.what.replace("this photo", &format!("`{name}`")));
    Failure::new(what, Cause::Photo { why: fault.why, advice: fault.advice })
}

/// As it may stand in a query (RFC 3986).
fn encoded(text: &str) -> String {
    let byte = |b: u8| match b {
        b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_batches_get_into_a_path() {
        assert_eq!("7".parse::<BatchId>().map(|id| id.to_string()), Ok("bat_7".into()));
        assert_eq!("bat_7".parse(), Ok(BatchId("bat_7".into())));
        for wrong in ["", "bat_", "bat_7/../8", "pho_7", "7?x", "12345678901234567890"] {
            assert!(wrong.parse::<BatchId>().is_err(), "{wrong}");
        }
        assert_eq!(encoded("a b&c=1é"), "a%20b%26c%3D1%C3%A9");
    }
}
