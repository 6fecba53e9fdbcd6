//! A backlog an instance, where there may be no instance.

use crate::design::{AutoScalingGroup, Metric};
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "scaling-divides-by-zero",
    severity: Severity::Error,
    finds: "a group that scales on the backlog an instance and may have none",
    why: "messages divided by no instances are no figure: once the last instance is gone, nothing starts another however many \
          messages wait",
    remedy: "min = 1, or a second policy that starts the first instance as soon as a message waits",
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let divides = |group: &AutoScalingGroup| {
        group.min == 0 && group.scale.as_ref().is_some_and(|scale| scale.on == Metric::BacklogPerInstance)
    };
    let groups = seen.design.auto_scaling_groups.iter().filter(|(_, group)| divides(group));
    let what = |name: &str| format!("{name} scales on messages an instance and may have no instance");
    groups.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "min"))).collect()
}
