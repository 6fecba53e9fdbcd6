//! Workers that are taken away with work in their hands.

use crate::design::AutoScalingGroup;
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "unprotected-scale-in",
    severity: Severity::Warning,
    finds: "a group that scales with a queue and does not protect instances that hold work",
    why: "when messages become few, instances are ended whatever they do: what they had begun begins again elsewhere, after \
          the message comes back",
    remedy: "protected = true: an instance protects itself from scale-in while it holds a message",
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let shrinks = |group: &AutoScalingGroup| {
        group.max > group.min && group.scale.as_ref().is_some_and(|scale| scale.queue.is_some())
    };
    let groups = seen.design.auto_scaling_groups.iter().filter(|(_, group)| shrinks(group) && !group.protected);
    let what = |name: &str| format!("instances of {name} may be ended while they work on a message");
    groups.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "scale"))).collect()
}
