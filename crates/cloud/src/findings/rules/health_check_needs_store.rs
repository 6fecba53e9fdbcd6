//! A health check that fails on every target at once.

use crate::findings::seen::names;
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "health-check-needs-store",
    severity: Severity::Warning,
    finds: "a balancer's health check whose answer depends on a store that all targets share",
    why: "one fault of the store makes every target unhealthy at the same moment: their group ends them all and starts \
          others, which are not well either, so that a short fault becomes a long one",
    remedy: "let the balancer ask a path that answers for the process alone; ask for the store in another, which alarms",
    source: "https://aws.amazon.com/builders-library/implementing-health-checks/",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let groups = seen.design.target_groups.iter().filter(|(_, group)| !group.health.needs.is_empty());
    let found = groups.map(|(name, group)| {
        let needs: Vec<&str> = group.health.needs.iter().map(|need| need.get_ref().as_str()).collect();
        let what =
            format!("{} of {} answers only while {} does", group.health.path, name.get_ref(), needs.join(" and "));
        Found { what, at: group.health.needs[0].span().start, parts: names(&group.members) }
    });
    found.collect()
}
