//! A message, and the call that it carries.

use crate::queue::LIFE;
use ledger::Call;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A message that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it says; `None` where nobody understands it.
    pub call: Option<Call>,
    /// How often it was received, this time included.
    pub receives: u32,
    /// The right to hide and to delete it.
    pub(crate) handle: String,
    /// When it was asked for: its twelve hours count from then.
    since: Instant,
}

impl Message {
    pub(crate) fn new(message: &Value, since: Instant) -> Self {
        let count = message["Attributes"]["ApproximateReceiveCount"].as_str().and_then(|count| count.parse().ok());
        let call = message["Body"].as_str().and_then(|body| serde_json::from_str(body).ok());
        let handle = message["ReceiptHandle"].as_str().unwrap_or_default().to_owned();
        Self { call, receives: count.unwrap_or(1), handle, since }
    }

    /// It cannot be hidden much longer.
    pub fn is_old(&self) -> bool {
        self.since.elapsed() >= LIFE
    }

    /// For how long to hide it when nothing can be done now: longer each time, from 5 seconds to 5 minutes.
    pub fn pause(&self) -> Duration {
        Duration::from_secs((5 << self.receives.saturating_sub(1).min(6)).min(300))
    }
}

/// As it is sent.
pub(crate) fn body(call: &Call) -> String {
    // Three numbers: this cannot fail.
    serde_json::to_string(call).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{BatchId, TaskId, TenantId};
    use serde_json::json;

    #[test]
    fn a_message_carries_numbers_and_nothing_else() {
        let call = Call { tenant: TenantId(1), batch: BatchId(2), task: TaskId(3) };
        assert_eq!(body(&call), r#"{"tenant":1,"batch":2,"task":3}"#);
        let message = |body: &str| Message::new(&json!({ "Body": body }), Instant::now());
        assert_eq!(message(&body(&call)).call, Some(call));
        assert_eq!(message("hello").call, None);
    }

    #[test]
    fn pauses_grow() {
        let pause = |receives| {
            let message = Message::new(&Value::Null, Instant::now());
            Message { receives, ..message }.pause().as_secs()
        };
        assert_eq!([1, 2, 3, 7, 99].map(pause), [5, 10, 20, 300, 300]);
    }
}
