//! Queues by SQS: a message is sent, received and deleted, which makes three requests.

use crate::cost::draft::{Asked, Draft};

/// Requests a message.
const REQUESTS: u64 = 3;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    if asked.design.queues.is_empty() {
        return Vec::new();
    }
    let requests = asked.loads.messages_m.times(REQUESTS);
    vec![Draft::fixed("queues", "requests", "sqs.standard", "million-requests", requests)]
}
