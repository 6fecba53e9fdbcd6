//! The places that a question names.

use super::Question;
use crate::network::{Interface, Kind, Network};
use crate::packet::End;
use crate::rule::{Maybe, Peer};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing has this name.
    #[error("there is no `{name}`; there are {known}")]
    Nobody {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Only one thing has both names.
    #[error("`{0}` is one place: nothing has to travel")]
    Same(String),
    /// A packet cannot begin there.
    #[error("a packet cannot come from `{0}`")]
    NoSender(String),
}

/// Services of AWS that can be named without an endpoint.
const SERVICES: &[&str] =
    &["s3", "dynamodb", "sqs", "sns", "ssm", "ecr", "logs", "monitoring", "secretsmanager", "kms", "sts"];

/// Pairs of places, in a network to which whoever asks from a subnet was added.
pub(super) struct Places {
    pub network: Network,
    /// From where to where, one way a pair. What the second leads to may be a balancer.
    pub pairs: Vec<(End, End)>,
}

pub(super) fn resolve(network: &Network, question: &Question) -> Result<Places, PlaceError> {
    let mut network = network.clone();
    let from = senders(&mut network, question)?;
    let to = receivers(&mut network, question)?;
    let mut pairs = Vec::new();
    for (a, b) in from.iter().flat_map(|a| to.iter().map(move |b| (a, b))) {
        let b = if a.interface.is_some() { named_within(&network, b) } else { b.clone() };
        if a.interface.is_none() || a.interface != b.interface {
            pairs.push((a.clone(), b));
        }
    }
    if pairs.is_empty() { Err(PlaceError::Same(question.from.clone())) } else { Ok(Places { network, pairs }) }
}

fn senders(network: &mut Network, question: &Question) -> Result<Vec<End>, PlaceError> {
    let name = question.from.as_str();
    if name == "internet" {
        return Ok(vec![End::outside(question.source.unwrap_or_else(|| stranger(network)))]);
    }
    if let Some(subnet) = network.subnets.iter().position(|subnet| subnet.name == name) {
        return Ok(vec![anyone(network, subnet, "anyone")]);
    }
    match network.of(name) {
        found if !found.is_empty() => Ok(found.into_iter().map(|i| network.private_end(i)).collect()),
        _ if SERVICES.contains(&name) => Err(PlaceError::NoSender(name.to_owned())),
        _ => Err(nobody(network, name)),
    }
}

fn receivers(network: &mut Network, question: &Question) -> Result<Vec<End>, PlaceError> {
    let name = question.to.as_str();
    if name == "internet" {
        return Ok(vec![End::outside(stranger(network))]);
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Ok(vec![network.at(address).map_or_else(|| End::outside(address), |i| network.private_end(i))]);
    }
    if let Some(subnet) = network.subnets.iter().position(|subnet| subnet.name == name) {
        let there = anyone(network, subnet, "anyone else");
        return Ok(there.interface.map(|i| seen(network, i)).into_iter().collect());
    }
    let behind = |service: &str| network.doors.get(service).into_iter().flatten().flat_map(|door| network.of(door));
    let found = network.of(name).into_iter().chain(behind(name)).collect::<Vec<_>>();
    if !found.is_empty() {
        return Ok(found.into_iter().map(|i| seen(network, i)).collect());
    }
    if SERVICES.contains(&name) { Ok(vec![End::service(name)]) } else { Err(nobody(network, name)) }
}

/// How those outside see an interface.
fn seen(network: &Network, interface: usize) -> End {
    if network.interfaces[interface].public { network.public_end(interface) } else { network.private_end(interface) }
}

/// Within the network a name leads to the private address, but that of a public balancer leads to its public ones for
/// everybody (Elastic Load Balancing user guide, load balancer scheme).
fn named_within(network: &Network, end: &End) -> End {
    match end.public {
        Some(i) if network.interfaces[i].kind != Kind::Balancer => network.private_end(i),
        _ => end.clone(),
    }
}

/// Somebody who may stand in this subnet: the one who asks, or another.
fn anyone(network: &mut Network, subnet: usize, who: &str) -> End {
    let owner = format!("{who} in {}", network.subnets[subnet].name);
    if let Some(there) = network.of(&owner).first() {
        return network.private_end(*there);
    }
    let address = network.free_address(subnet);
    network.interfaces.push(Interface { owner, kind: Kind::Anyone, subnet, address, public: true, groups: None });
    network.private_end(network.interfaces.len() - 1)
}

/// A public address that no rule names but as one of all.
fn stranger(network: &Network) -> Ipv4Addr {
    let groups = network.groups.values().flat_map(|group| group.inbound.iter().chain(&group.outbound));
    let of_groups = groups.filter_map(|rule| if let Peer::Range(net) = &rule.peer { Some(*net) } else { None });
    let entries = network.acls.values().flat_map(|acl| acl.inbound.iter().chain(&acl.outbound));
    let of_acls = entries.filter_map(|entry| if let Maybe::Known(net) = &entry.range { Some(*net) } else { None });
    let named: Vec<Ipv4Net> = of_groups.chain(of_acls).filter(|net| net.prefix_len() > 0).collect();
    let free = |address: &Ipv4Addr| !named.iter().any(|net| net.contains(address));
    // Addresses for documentation (RFC 5737), then any.
    let candidates = (1..255).map(|n| Ipv4Addr::new(198, 51, 100, n));
    let others = (1..224).filter(|n| ![10, 127, 169, 172, 192].contains(n)).map(|n| Ipv4Addr::new(n, 99, 99, 99));
    candidates.chain(others).find(free).unwrap_or(Ipv4Addr::new(198, 51, 100, 1))
}

fn nobody(network: &Network, name: &str) -> PlaceError {
    let mut known: Vec<String> = network.interfaces.iter().map(|interface| interface.owner.clone()).collect();
    known.extend(network.subnets.iter().map(|subnet| subnet.name.clone()));
    known.push("internet".to_owned());
    known.dedup();
    PlaceError::Nobody { name: name.to_owned(), known: known.join(", ") }
}
