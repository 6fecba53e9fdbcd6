//! Scaling by a figure that does not fall when instances are added.

use crate::design::Metric;
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "scaling-on-total-messages",
    severity: Severity::Warning,
    finds: "a group that keeps the number of all messages near a target",
    why: "tracking supposes that twice the instances halve the figure; the number of messages says nothing of how many \
          instances share them, so the group swings between too many and too few",
    remedy: "track the backlog an instance: messages divided by instances in service, as metric math",
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let groups = seen.design.auto_scaling_groups.iter();
    let total = groups.filter(|(_, group)| group.scale.as_ref().is_some_and(|scale| scale.on == Metric::Messages));
    let what = |name: &str| format!("{name} scales on the total of messages");
    total.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "scale"))).collect()
}
