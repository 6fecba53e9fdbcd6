//! A subnet with fewer addresses than may have to stand in it.

use crate::design::Text;
use crate::findings::{Found, Rule, Seen, Severity};

/// The first four and the last address of a subnet are not for use.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const RESERVED: u64 = 5;
/// A balancer wants so many free addresses in each of its subnets, and a /27 at least.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
const OF_BALANCER: u64 = 8;
const BALANCER_LENGTH: u8 = 27;

pub const RULE: Rule = Rule {
    name: "exhausted-range",
    severity: Severity::Warning,
    finds: "a subnet that is too small for what may stand in it, or a network without room for another subnet",
    why: "when no address is left nothing can be started: a group cannot grow, a balancer cannot scale, a database cannot \
          fail over. The range of a subnet cannot be changed later",
    remedy: "use a shorter prefix; five addresses of each subnet are kept by AWS",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let mut found: Vec<Found> = seen.design.subnets.keys().filter_map(|subnet| too_small(seen, subnet)).collect();
    found.extend(full(seen));
    found
}

fn too_small(seen: &Seen, name: &Text) -> Option<Found> {
    let net = seen.design.subnets[name.get_ref().as_str()].cidr.get_ref().0;
    let (usable, needed) = (addresses(net.prefix_len()).saturating_sub(RESERVED), needed(seen, name));
    let balancer = seen.design.load_balancers.values().any(|lb| lb.subnets.contains(name));
    let what = if needed > usable {
        format!("{} ({net}) has {usable} addresses for up to {needed}", name.get_ref())
    } else if balancer && net.prefix_len() > BALANCER_LENGTH {
        format!("{} ({net}) is smaller than the /{BALANCER_LENGTH} that a balancer wants", name.get_ref())
    } else {
        return None;
    };
    Some(Found::of(name, what, name.span().start))
}

fn addresses(length: u8) -> u64 {
    1 << (32 - length)
}

/// How many addresses may be wanted in a subnet, groups being spread evenly at their largest.
fn needed(seen: &Seen, name: &Text) -> u64 {
    let design = seen.design;
    let among = |subnets: &[Text]| subnets.contains(name);
    let balancers = design.load_balancers.values().filter(|lb| among(&lb.subnets)).count() as u64 * OF_BALANCER;
    let groups = design.auto_scaling_groups.values().filter(|group| among(&group.subnets));
    let grown: u64 = groups.map(|group| u64::from(group.max).div_ceil(group.subnets.len() as u64)).sum();
    let instances = design.instances.values().filter(|instance| instance.subnet == *name).count() as u64;
    let nats = design.nats.values().filter(|nat| nat.subnet == *name).count() as u64;
    let databases = design.databases.values().filter(|database| among(&database.subnets)).count() as u64;
    let caches = design.caches.values().filter(|cache| among(&cache.subnets));
    let copies: u64 = caches.map(|cache| u64::from(cache.nodes).div_ceil(cache.subnets.len() as u64)).sum();
    let endpoints = design.endpoints.values().filter(|endpoint| among(&endpoint.subnets)).count() as u64;
    balancers + grown + instances + nats + databases + copies + endpoints
}

fn full(seen: &Seen) -> Option<Found> {
    let cidr = &seen.design.vpc.cidr;
    let taken: u64 = seen.design.subnets.values().map(|subnet| addresses(subnet.cidr.get_ref().0.prefix_len())).sum();
    let what = || format!("the subnets take all of {}: there is no room for another zone", cidr.get_ref().0);
    (taken >= addresses(cidr.get_ref().0.prefix_len())).then(|| Found {
        what: what(),
        at: cidr.span().start,
        parts: Vec::new(),
    })
}
