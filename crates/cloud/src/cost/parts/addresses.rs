//! Public IPv4 addresses, each by the hour: of NATs, of a balancer's node in every zone, of instances and databases that
//! get one.

use crate::cost::draft::{Asked, Draft};
use crate::cost::span::Span;
use crate::network::Kind;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let fixed = standing(asked) + asked.design.databases.values().filter(|database| database.public_address).count();
    let fixed = fixed as u64;
    let groups = asked.design.auto_scaling_groups.iter().filter(|(_, group)| group.public_address);
    let counts = groups.map(|(name, group)| asked.count(name, group));
    let all = counts.fold(Span::fixed(fixed), |sum, count| sum.with(count, |a, b| a + b));
    vec![Draft::hours("network", "public IPv4 addresses", "public-ipv4.hour", all)]
}

/// Whatever has one address for each of its interfaces. A group has an interface a subnet in the network, but an address
/// an instance; a database stands in one subnet of its group.
fn standing(asked: &Asked) -> usize {
    let nodes = |kind| matches!(kind, Kind::Balancer | Kind::NatGateway | Kind::NatInstance);
    let alone = |owner: &str| asked.design.instances.contains_key(owner);
    let interfaces = asked.network.interfaces.iter().filter(|interface| interface.public);
    interfaces.filter(|interface| nodes(interface.kind) || alone(&interface.owner)).count()
}
