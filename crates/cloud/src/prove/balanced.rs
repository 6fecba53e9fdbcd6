//! What stands behind a load balancer.
//!
//! From outside the network nothing of it is reached on any port, and on the port of its target group only the balancer
//! reaches it. Other ports within the network, such as those of a bastion or of monitoring, are for invariants of one's own.

use super::Proved;
use super::prover::{PROTOCOLS, Prover};
use super::search::{Search, never};
use crate::network::Kind;
use crate::packet::{Ports, Protocol};
use std::collections::{BTreeMap, BTreeSet};

const NAME: &str = "behind-the-balancer";
const SAYS: &str = "what stands behind a load balancer is reached by that balancer alone";

pub(super) fn only_from_the_balancer(prover: &Prover) -> Proved {
    let net = &prover.net;
    let mut search = Search::new(prover, net);
    for (target, balancers) in targets(prover) {
        let TargetPort { interface, port } = target;
        let outside = prover.coming_in(interface, &PROTOCOLS, Ports::ALL);
        search.all(outside, |world, case| never(case.arrives(net, world)));
        for other in others(prover, interface, &balancers) {
            if search.is_over() {
                break;
            }
            let cases = prover.between(other, interface, &[Protocol::Tcp], Ports::one(port));
            search.all(cases, |world, case| never(case.arrives(net, world)));
        }
    }
    search.end(NAME, SAYS, || "no load balancer has targets".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TargetPort {
    interface: usize,
    port: u16,
}

/// Who stands behind which balancers, by the port on which it is asked there.
fn targets<'a>(prover: &'a Prover) -> BTreeMap<TargetPort, BTreeSet<&'a str>> {
    let mut targets: BTreeMap<TargetPort, BTreeSet<&str>> = BTreeMap::new();
    for (name, balancer) in &prover.net.balancers {
        for passing in balancer.listeners.values().flatten() {
            for interface in passing.members.iter().flat_map(|member| prover.net.of(member)) {
                targets.entry(TargetPort { interface, port: passing.port }).or_default().insert(name);
            }
        }
    }
    targets
}

/// Whoever is neither one of its own kind nor one of its balancers, somebody in any subnet included.
fn others<'a>(prover: &'a Prover, target: usize, balancers: &'a BTreeSet<&str>) -> impl Iterator<Item = usize> {
    let interfaces = &prover.net.interfaces;
    let is_other = move |i: &usize| {
        let other = &interfaces[*i];
        let its_balancer = other.kind == Kind::Balancer && balancers.contains(other.owner.as_str());
        let begins = !matches!(other.kind, Kind::NatGateway | Kind::Endpoint);
        begins && !its_balancer && other.owner != interfaces[target].owner
    };
    (0..interfaces.len()).filter(is_other).filter(move |&other| prover.may_talk(other, target))
}
