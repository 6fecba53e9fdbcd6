//! Queues.

use crate::plan::Plan;

/// A message that was received is hidden for 30 s, and for 12 hours at most.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
#[test]
fn a_message_is_hidden_for_30_seconds_and_12_hours_at_most() {
    assert_eq!(Plan::new().put("queues.jobs", "").design().queues["jobs"].visibility_s, 30);
    Plan::new().put("queues.jobs", "visibility_s = 43200").design();
    let refusal = Plan::new().put("queues.jobs", "visibility_s = 43201").refusal();
    assert!(refusal.contains("expected at most 43200 s"), "{refusal}");
}

/// After so many receives a message goes to another queue: the one needs the other.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>
#[test]
fn receives_are_counted_for_a_queue_of_dead_letters() {
    let plan = |keys: &str| Plan::new().put("queues.dead", "").put("queues.jobs", keys);
    plan("receives = 3\ndead_letters = \"dead\"").design();
    assert!(plan("receives = 3").refusal().contains("expected receives and dead_letters together"));
}
