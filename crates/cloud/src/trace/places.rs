//! The places that a question names.

use super::Question;
use crate::design::{SERVICES, taken_apart};
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

/// Pairs of places, in a network to which whoever asks from a subnet was added.
pub(crate) struct Places {
    pub network: Network,
    /// From where to where, one way a pair. What the second leads to may be a balancer.
    pub pairs: Vec<(End, End)>,
}

pub(crate) fn resolve(network: &Network, question: &Question) -> Result<Places, PlaceError> {
    let mut network = network.clone();
    let from = senders(&mut network, question)?;
    let to = receivers(&mut network, question)?;
    let mut pairs = Vec::new();
    for (a, b) in from.iter().flat_map(|a| to.iter().map(move |b| (a, b))) {
        let b = seen(&network, a, b);
        if a.interface.is_none() || a.interface != b.interface.or(b.public) {
            pairs.push((a.clone(), b));
        }
    }
    if pairs.is_empty() { Err(PlaceError::Same(question.from.clone())) } else { Ok(Places { network, pairs }) }
}

/// The interfaces of a name, as they are asked for.
fn standing(network: &Network, text: &str) -> Vec<End> {
    let whole = network.of(text);
    let (name, subnet, address) = if whole.is_empty() { taken_apart(text) } else { (text, None, None) };
    let here = |i: &usize| subnet.is_none_or(|subnet| network.subnet(*i).name == subnet);
    let fits = |i: &usize| address.is_none_or(|address| network.subnet(*i).net.contains(&address));
    let of = network.of(name).into_iter().filter(here).filter(fits);
    of.map(|i| End { address: address.or(Some(network.interfaces[i].address)), ..network.private_end(i) }).collect()
}

fn senders(network: &mut Network, question: &Question) -> Result<Vec<End>, PlaceError> {
    let name = question.from.as_str();
    if name == "internet" {
        return Ok(vec![End::outside(question.source.unwrap_or_else(|| stranger(network)))]);
    }
    if let Some((subnet, address)) = part(network, name) {
        return Ok(vec![anyone(network, subnet, "anyone", address)]);
    }
    match standing(network, name) {
        found if !found.is_empty() => Ok(found),
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
    if let Some((subnet, address)) = part(network, name) {
        return Ok(vec![anyone(network, subnet, "anyone else", address)]);
    }
    let mut found = standing(network, name);
    let doors = network.doors.get(name).into_iter().flatten().filter(|door| *door != name);
    found.extend(doors.flat_map(|door| network.of(door)).map(|i| network.private_end(i)));
    if !found.is_empty() {
        return Ok(found);
    }
    if SERVICES.contains(&name) { Ok(vec![End::service(name)]) } else { Err(nobody(network, name)) }
}

/// The subnet of this name, and which address in it where that is said.
fn part(network: &Network, text: &str) -> Option<(usize, Option<Ipv4Addr>)> {
    let place = |name: &str| network.subnets.iter().position(|subnet| subnet.name == name);
    place(text).map(|subnet| (subnet, None)).or_else(|| {
        // A subnet is in no other.
        let (name, None, address) = taken_apart(text) else { return None };
        let subnet = place(name)?;
        address.filter(|address| network.subnets[subnet].net.contains(address)).map(|address| (subnet, Some(address)))
    })
}

/// How the one sees the other. For those outside, what is public is at its public address. Within the network a name leads
/// to the private one, but that of a public balancer leads to its public ones for everybody (Elastic Load Balancing user
/// guide, load balancer scheme).
pub(crate) fn seen(network: &Network, from: &End, to: &End) -> End {
    let public = |i: usize| {
        let Interface { kind, public, .. } = network.interfaces[i];
        public && (from.interface.is_none() || kind == Kind::Balancer)
    };
    to.interface.filter(|&i| public(i)).map_or_else(|| to.clone(), |i| network.public_end(i))
}

/// Somebody who may stand in this subnet: the one who asks, or another.
pub(crate) fn anyone(network: &mut Network, subnet: usize, who: &str, address: Option<Ipv4Addr>) -> End {
    let owner = format!("{who} in {}", network.subnets[subnet].name);
    if let Some(there) = network.of(&owner).first() {
        let end = network.private_end(*there);
        return End { address: address.or(end.address), ..end };
    }
    let address = address.unwrap_or_else(|| network.free_address(subnet));
    network.interfaces.push(Interface { owner, kind: Kind::Anyone, subnet, address, public: true, groups: None });
    network.private_end(network.interfaces.len() - 1)
}

/// A public address that no rule names but as one of all.
pub(crate) fn stranger(network: &Network) -> Ipv4Addr {
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
