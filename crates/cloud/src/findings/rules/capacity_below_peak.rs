//! A fleet that serves the busiest hour, and no longer does when a zone is gone.

use crate::design::{AutoScalingGroup, Load, Metric, TargetGroup, Text};
use crate::findings::seen::names;
use crate::findings::{Found, Rule, Seen, Severity};
use std::collections::BTreeMap;

pub const RULE: Rule = Rule {
    name: "capacity-below-peak",
    severity: Severity::Warning,
    finds: "a target group that cannot bear the busiest hour after a zone is lost",
    why: "when a zone goes, all that its group has elsewhere must bear the peak at once; others are started later, or not \
          at all, since everybody asks for instances then",
    remedy: "raise min, lower the target of scaling, or use a third zone, so that what is left bears the peak",
    source: "https://aws.amazon.com/builders-library/static-stability-using-availability-zones/",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let load = &seen.design.load;
    if load.peak_requests_per_s <= 0.0 || load.requests_per_s_an_instance <= 0.0 {
        return Vec::new();
    }
    seen.design.serving().filter_map(|(name, group)| short(seen, load, name, group)).collect()
}

fn short(seen: &Seen, load: &Load, name: &Text, group: &TargetGroup) -> Option<Found> {
    let zones = by_zone(seen, load, group);
    let all: u32 = zones.values().sum();
    let (zone, lost) = zones.iter().max_by_key(|(_, count)| **count)?;
    let borne = f64::from(all - lost) * load.requests_per_s_an_instance;
    let peak = load.peak_requests_per_s;
    let what = format!(
        "{} has {all} instances in the busiest hour; without zone {zone} there are {}, which bear {borne} of {peak} requests a second",
        name.get_ref(),
        all - lost
    );
    (borne < peak).then(|| Found { what, at: name.span().start, parts: names(&group.members) })
}

/// How many members are in each zone in the busiest hour.
fn by_zone<'a>(seen: &Seen<'a>, load: &Load, group: &TargetGroup) -> BTreeMap<&'a str, u32> {
    let mut zones = BTreeMap::new();
    for member in &group.members {
        let name = member.get_ref().as_str();
        if let Some(instance) = seen.design.instances.get(name) {
            *zones.entry(seen.zone(&instance.subnet)).or_default() += 1;
        }
        if let Some(group) = seen.design.auto_scaling_groups.get(name) {
            let (there, count) = (seen.zones(&group.subnets), at_peak(group, load));
            let wide = u32::try_from(there.len()).unwrap_or(u32::MAX);
            for (n, zone) in (0..wide).zip(there) {
                *zones.entry(zone).or_default() += count / wide + u32::from(n < count % wide);
            }
        }
    }
    zones
}

/// As many as scaling keeps in the busiest hour, as if the group had it to itself.
fn at_peak(group: &AutoScalingGroup, load: &Load) -> u32 {
    let (peak, each) = (load.peak_requests_per_s, load.requests_per_s_an_instance);
    let wanted = match &group.scale {
        Some(scale) if scale.target > 0.0 => match scale.on {
            Metric::Cpu => peak / (each * scale.target.min(100.0) / 100.0),
            Metric::Requests => peak * 60.0 / scale.target,
            // These do not follow requests.
            Metric::BacklogPerInstance | Metric::Messages | Metric::Memory => 0.0,
        },
        _ => 0.0,
    };
    // A target that is met to the last request is met: figures of a person are no more exact than that.
    let wanted = (wanted - 1e-9).ceil().clamp(0.0, f64::from(group.max));
    (wanted as u32).clamp(group.min, group.max)
}
