//! What goes wrong on command, and to which requests.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// One kind of failure, for the requests that it matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Part of `METHOD /path?query` (without what signs), such as `PUT /` or `uploadId`. Empty: all.
    #[serde(default)]
    pub matching: String,
    /// What happens.
    pub action: Action,
    /// So many of the first that match are spared.
    #[serde(default)]
    pub skip: u64,
    /// For so many requests; without end, where there is no number.
    #[serde(default)]
    pub times: Option<u64>,
    /// For so long, in milliseconds.
    #[serde(default)]
    pub for_ms: Option<u64>,
}

/// A failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Action {
    /// An error in place of an answer.
    Status {
        /// Status of HTTP.
        status: u16,
        /// Code of the error, such as `SlowDown`.
        code: String,
    },
    /// A pause before the request is passed on.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection is reset when so many bytes of the request's body have come; at once, where it has fewer.
    Reset {
        /// Bytes.
        after: u64,
    },
    /// The request is done, but the connection is reset before the answer.
    Lose,
    /// The answer ends after so many bytes of its body.
    Truncate {
        /// Bytes.
        after: u64,
    },
    /// The request is done, and the answer says that it is later there; earlier, if negative.
    Clock {
        /// Seconds.
        ahead_s: i64,
    },
    /// 200 with an error in the body, as `CompleteMultipartUpload` may answer; nothing is done.
    HiddenError {
        /// Code of the error.
        code: String,
    },
}

impl Fault {
    /// For all requests, until it is cleared.
    pub fn always(matching: &str, action: Action) -> Self {
        Self { matching: matching.to_owned(), action, skip: 0, times: None, for_ms: None }
    }

    /// For the next ones.
    pub fn times(matching: &str, times: u64, action: Action) -> Self {
        Self { times: Some(times), ..Self::always(matching, action) }
    }
}

/// How many of the last requests are remembered.
const MEMORY: usize = 10_000;

/// What is to go wrong, and what has come.
#[derive(Debug, Default)]
pub(super) struct Script {
    faults: Vec<(Fault, Instant)>,
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) last: VecDeque<String>,
}

impl Script {
    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push((fault, Instant::now()));
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    /// Counts a request (`METHOD /path?query`) and says what becomes of it.
    pub(super) fn next(&mut self, line: &str) -> Option<Action> {
        let method = line.split(' ').next().unwrap_or_default();
        *self.counts.entry(method.to_owned()).or_default() += 1;
        self.last.push_back(line.to_owned());
        self.last.drain(..self.last.len().saturating_sub(MEMORY));
        self.faults.retain(|(fault, since)| !fault.is_over(since.elapsed()));
        let (fault, _) = self.faults.iter_mut().find(|(fault, _)| line.contains(&fault.matching))?;
        if let Some(left) = fault.skip.checked_sub(1) {
            fault.skip = left;
            return None;
        }
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        let action = fault.action.clone();
        self.count("faults");
        Some(action)
    }

    /// Counts something that happened.
    pub(super) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }
}

impl Fault {
    fn is_over(&self, age: Duration) -> bool {
        self.times == Some(0) || self.for_ms.is_some_and(|ms| age >= Duration::from_millis(ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_befalls_those_it_matches_as_often_as_it_says() {
        let mut script = Script::default();
        script.add(Fault { skip: 1, ..Fault::times("PUT /b", 2, Action::Lose) });
        let befallen: Vec<_> = ["PUT /b/1", "GET /b/1", "PUT /b/2", "PUT /c", "PUT /b/3", "PUT /b/4"]
            .map(|line| script.next(line).is_some())
            .to_vec();
        assert_eq!(befallen, [false, false, true, false, true, false]);
        assert_eq!((script.counts["PUT"], script.counts["GET"], script.counts["faults"]), (5, 1, 2));
        script.add(Fault { for_ms: Some(0), ..Fault::always("", Action::Lose) });
        assert_eq!(script.next("GET /"), None, "its time is over");
    }

    #[test]
    fn a_fault_is_written_as_json() {
        let text =
            r#"{"matching": "PUT", "action": {"kind": "status", "status": 503, "code": "SlowDown"}, "for_ms": 60000}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        assert_eq!(fault.action, Action::Status { status: 503, code: "SlowDown".into() });
        assert_eq!((fault.times, fault.for_ms), (None, Some(60_000)));
    }
}
