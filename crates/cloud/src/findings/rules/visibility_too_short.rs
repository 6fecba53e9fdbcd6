//! Messages that come back while somebody works on them.

use crate::design::Queue;
use crate::findings::{Found, Rule, Seen, Severity};

/// So many renewals fit into the time for which a message is hidden, so that one or two may be lost.
const BEATS: u32 = 3;

pub const RULE: Rule = Rule {
    name: "visibility-too-short",
    severity: Severity::Error,
    finds: "a queue that hides messages for less than three heartbeats or, without heartbeats, than the work takes",
    why: "a message that was not deleted in time is given to another worker too: work is done twice, and counted as a failed \
          receive",
    remedy: "hide messages for three heartbeats, or for as long as 99 of 100 pieces of work take",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let short = seen.design.queues.iter().filter_map(|(name, queue)| Some((name, queue, short(queue)?)));
    let what = |name: &str, s: u32, than: String| format!("{name} hides messages for {s} s, less than {than}");
    let found = short.map(|(name, queue, than)| {
        Found::of(name, what(name.get_ref(), queue.visibility_s, than), seen.key(name, "visibility_s"))
    });
    found.collect()
}

/// What the time is less than.
fn short(queue: &Queue) -> Option<String> {
    match (queue.heartbeat_s, queue.work_p99_s) {
        (Some(beat), _) if queue.visibility_s < beat.saturating_mul(BEATS) => {
            Some(format!("{BEATS} heartbeats of {beat} s"))
        }
        (None, Some(work)) if queue.visibility_s < work => {
            Some(format!("the {work} s that 99 of 100 pieces of work take"))
        }
        _ => None,
    }
}
