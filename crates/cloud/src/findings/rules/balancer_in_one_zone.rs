//! A balancer whose subnets are all in one zone.

use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "balancer-in-one-zone",
    severity: Severity::Error,
    finds: "a load balancer whose subnets are all in one zone",
    why: "an application load balancer needs subnets in two zones at least: AWS refuses to make this one, and it could not \
          outlive its zone",
    remedy: "name a subnet in a second zone",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let balancers = seen.design.load_balancers.iter().filter(|(_, lb)| seen.zones(&lb.subnets).len() < 2);
    let what = |name: &str| format!("all subnets of balancer {name} are in one zone");
    balancers.map(|(name, _)| Found::of(name, what(name.get_ref()), seen.key(name, "subnets"))).collect()
}
