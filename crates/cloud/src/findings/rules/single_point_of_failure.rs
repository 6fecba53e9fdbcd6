//! A part without which the service stops until the part is back.

use crate::availability::graph::{Effect, Kind};
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "single-point-of-failure",
    severity: Severity::Error,
    finds: "a process, instance, zone, NAT, database or cache without which the service stops",
    why: "parts fail; nothing takes over from this one. A standby that takes over after a while, or an instance that its \
          group starts again, is a gap and not found here. Nor is the region: a design has one",
    remedy: "have it twice, in two zones, with something in front that knows which is well",
    source: "https://aws.github.io/aws-elb-best-practices/reliability/workload_architecture",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let stops = seen.faults.iter().filter(|fault| fault.effect == Effect::Stops && fault.kind != Kind::Region);
    let found = stops.map(|fault| Found {
        what: format!("the service stops without {}", fault.part),
        at: fault.origin.at,
        parts: vec![fault.origin.name.clone()],
    });
    found.collect()
}
