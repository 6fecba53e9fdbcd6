//! Scaling by a figure that nobody sends.

use crate::design::Metric;
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "scaling-on-uncollected-metric",
    severity: Severity::Error,
    finds: "a group that scales on memory, which EC2 does not report",
    why: "only an agent on the instance sees its memory; without one the figure has no data, and without data a group does \
          not scale at all",
    remedy: "scale on CPU or on requests, or install the CloudWatch agent and track the figure that it sends",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let groups = seen.design.auto_scaling_groups.iter();
    let blind = groups.filter(|(_, group)| group.scale.as_ref().is_some_and(|scale| scale.on == Metric::Memory));
    let what = |name: &str| format!("{name} scales on memory, which nothing collects");
    blind.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "scale"))).collect()
}
