//! The name that ties a customer's request to the work that it causes, in the logs of every process: the trace id of W3C
//! Trace Context, <https://www.w3.org/TR/trace-context/>, version 00.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 32 lowercase hexadecimal digits, not all of them 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceId(String);

impl TraceId {
    /// As the request's `traceparent` says; a fresh one where there is none that can be read.
    pub fn of(headers: &HeaderMap) -> Self {
        let header = headers.get("traceparent").and_then(|value| value.to_str().ok());
        header.and_then(parse).unwrap_or_else(Self::fresh)
    }

    fn fresh() -> Self {
        let mut bytes = [0; 16];
        // A request without a name is still answered.
        let _ = getrandom::fill(&mut bytes);
        bytes[15] |= 1;
        Self(hex::encode(bytes))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `VERSION-TRACE-PARENT-FLAGS`; a later version may say more behind that.
fn parse(header: &str) -> Option<TraceId> {
    let parts: Vec<&str> = header.trim().split('-').collect();
    let [version, trace, parent, flags, rest @ ..] = parts.as_slice() else { return None };
    let hex =
        |text: &str, len: usize| text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let named = |text: &str| text.bytes().any(|b| b != b'0');
    let known = hex(version, 2) && *version != "ff" && (*version != "00" || rest.is_empty());
    let good = known && hex(trace, 32) && named(trace) && hex(parent, 16) && named(parent) && hex(flags, 2);
    good.then(|| TraceId((*trace).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_trace_goes_on() {
        for header in [format!("00-{TRACE}-00f067aa0ba902b7-01"), format!("cc-{TRACE}-00f067aa0ba902b7-01-more")] {
            assert_eq!(parse(&header), Some(TraceId(TRACE.into())), "{header}");
        }
    }

    #[test]
    fn what_cannot_be_read_begins_a_new_one() {
        let zero = "0".repeat(32);
        for wrong in [
            String::new(),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{zero}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}\n-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(parse(&wrong), None, "{wrong}");
        }
        let (a, b) = (TraceId::of(&HeaderMap::new()), TraceId::of(&HeaderMap::new()));
        assert!(a != b && a.0.len() == 32, "{a} {b}");
    }
}
