//! The smallest change that would turn a verdict.

use super::walk::Lack;
use super::{Question, Trace, Verdict, places};
use crate::network::{Acl, Destination, Network, Route, Target};
use crate::packet::{End, Packet, Ports, Protocol};
use crate::rule::{AclEntry, GroupRule, Maybe, Peer, Traffic, Way};
use ipnet::Ipv4Net;
use serde::Serialize;

/// More changes than this are not looked for.
const MOST: usize = 8;

/// One thing to add or to take away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where, such as `network ACL app inbound`.
    pub at: String,
    /// What.
    pub what: String,
}

/// What to change, one after the other, until the verdict turns; none where nothing helps.
pub(super) fn smallest(network: &Network, question: &Question, trace: &Trace) -> Vec<Change> {
    match trace.verdict {
        Verdict::Blocked => open(network, question, trace),
        Verdict::Allowed => close(network, question),
        Verdict::Unknown => Vec::new(),
    }
}

/// Adds what each blocked packet lacks.
fn open(network: &Network, question: &Question, trace: &Trace) -> Vec<Change> {
    let (mut network, mut changes, mut trace) = (network.clone(), Vec::new(), trace.clone());
    while let Some(lack) = trace.blocked().map(|blocked| blocked.lack.clone()) {
        let change = if changes.len() < MOST { give(&mut network, lack) } else { None };
        let Some(change) = change else { return Vec::new() };
        changes.push(change);
        let Ok(places) = places::resolve(&network, question) else { return Vec::new() };
        trace = super::judge(&places, question);
    }
    changes
}

fn give(network: &mut Network, lack: Lack) -> Option<Change> {
    match lack {
        Lack::Entry { subnet, inbound, packet, ports } => entry(network, subnet, inbound, &packet, ports),
        Lack::Rule { interface, inbound, packet } => rule(network, interface, inbound, &packet),
        Lack::Route { subnet, packet } => route(network, subnet, &packet),
        Lack::Public { interface } => public(network, interface),
        Lack::Sense => None,
    }
}

/// An entry before the one that denies.
fn entry(network: &mut Network, subnet: usize, inbound: bool, packet: &Packet, ports: Ports) -> Option<Change> {
    let name = network.subnets[subnet].acl.clone()?;
    let other = if inbound { &packet.source } else { &packet.destination };
    let range = range_of(network, other);
    // An answer goes to any port that its question may have come from.
    let asked = packet.port < 1024 || !ports.has(packet.port);
    let traffic = traffic(packet, if asked { Ports::one(packet.port) } else { ports });
    let acl = network.acls.get_mut(&name)?;
    let Acl { inbound: to, outbound: from } = acl;
    let (entries, way, word) = if inbound { (to, Way::From, "inbound") } else { (from, Way::To, "outbound") };
    let denies = entries.iter().position(|entry| !entry.allow && entry.covers(packet) != Some(false));
    let number = free_number(entries, denies)?;
    let new = AclEntry { number, allow: true, traffic, way, range: Maybe::Known(range) };
    let change = Change { at: format!("network ACL {name} {word}"), what: format!("add {new}") };
    entries.push(new);
    entries.sort_by_key(|entry| entry.number);
    Some(change)
}

/// A number before the entry at this place, or behind all.
fn free_number(entries: &[AclEntry], before: Option<usize>) -> Option<u16> {
    let Some(place) = before else {
        return Some(entries.last().map_or(100, |last| last.number.saturating_add(10)))
            .filter(|n| *n <= AclEntry::LAST);
    };
    let lower = place.checked_sub(1).map_or(0, |i| entries[i].number);
    let middle = lower + (entries[place].number - lower) / 2;
    Some(middle).filter(|number| *number > lower)
}

fn traffic(packet: &Packet, ports: Ports) -> Traffic {
    match packet.protocol {
        Protocol::Icmp => Traffic::Icmp,
        Protocol::Tcp => Traffic::Tcp(Maybe::Known(ports)),
        Protocol::Udp => Traffic::Udp(Maybe::Known(ports)),
    }
}

/// The subnet of an end within the network, or everybody.
fn range_of(network: &Network, end: &End) -> Ipv4Net {
    end.interface.map_or_else(Ipv4Net::default, |i| network.subnet(i).net)
}

fn rule(network: &mut Network, interface: usize, inbound: bool, packet: &Packet) -> Option<Change> {
    let name = network.interfaces[interface].groups.as_ref()?.first()?.clone();
    let other = if inbound { &packet.source } else { &packet.destination };
    let group = other.interface.and_then(|i| network.interfaces[i].groups.as_ref()?.first().cloned());
    let peer = match (group, &other.service) {
        (Some(group), _) => Peer::Group(group),
        (None, Some(service)) => Peer::Service(service.clone()),
        (None, None) => Peer::Range(range_of(network, other)),
    };
    let (way, word) = if inbound { (Way::From, "inbound") } else { (Way::To, "outbound") };
    let new = GroupRule { traffic: traffic(packet, Ports::one(packet.port)), way, peer };
    let change = Change { at: format!("security group {name} {word}"), what: format!("add {new}") };
    let group = network.groups.get_mut(&name)?;
    if inbound {
        group.inbound.push(new)
    } else {
        group.outbound.push(new)
    }
    Some(change)
}

/// A route to a NAT of the zone where there is one, or else to the internet gateway.
fn route(network: &mut Network, subnet: usize, packet: &Packet) -> Option<Change> {
    let zone = network.subnets[subnet].zone.clone();
    let answers =
        packet.source.public.is_some() || packet.source.interface.is_some_and(|i| network.interfaces[i].public);
    let is_nat = |i: &usize| network.interfaces[*i].kind.is_nat();
    let nats: Vec<usize> = (0..network.interfaces.len()).filter(is_nat).collect();
    let near = nats.iter().copied().find(|&i| network.subnet(i).zone == zone).or(nats.first().copied());
    let (target, named) = match near.filter(|_| !answers) {
        Some(nat) => (Target::Nat(nat), network.interfaces[nat].owner.clone()),
        None => (Target::Internet, "internet".to_owned()),
    };
    let name = network.subnets[subnet].table.clone().unwrap_or_else(|| format!("new-{}", network.subnets[subnet].name));
    network.subnets[subnet].table = Some(name.clone());
    let routes = network.tables.entry(name.clone()).or_default();
    let everything = Destination::Range(Ipv4Net::default());
    let replaces = routes.iter().any(|route| route.to == everything);
    routes.retain(|route| route.to != everything);
    routes.push(Route { to: everything, target });
    let verb = if replaces { "let 0.0.0.0/0 lead" } else { "add 0.0.0.0/0" };
    Some(Change { at: format!("route table {name}"), what: format!("{verb} to {named}") })
}

fn public(network: &mut Network, interface: usize) -> Option<Change> {
    let owner = network.interfaces[interface].owner.clone();
    network.interfaces.iter_mut().filter(|other| other.owner == owner).for_each(|other| other.public = true);
    Some(Change { at: owner, what: "give it a public address".to_owned() })
}

/// Takes rules away that let it in, until none does.
fn close(network: &Network, question: &Question) -> Vec<Change> {
    let (mut network, mut changes) = (network.clone(), Vec::new());
    while changes.len() < MOST {
        let Ok(places) = places::resolve(&network, question) else { return Vec::new() };
        let trace = super::judge(&places, question);
        if trace.verdict != Verdict::Allowed {
            return changes;
        }
        match trace.legs.first().and_then(|leg| take_rule(&mut network, leg)) {
            Some(change) => changes.push(change),
            None => return Vec::new(),
        }
    }
    Vec::new()
}

/// The last rule of a security group on the way there goes.
fn take_rule(network: &mut Network, leg: &super::Leg) -> Option<Change> {
    let hops = leg.there.iter().rev();
    let decided = hops.filter(|hop| hop.at.starts_with("security groups of")).find_map(|hop| {
        let (group, rule) = hop.rule.split_once(": ")?;
        Some((group.to_owned(), rule.to_owned(), hop.at.ends_with("inbound")))
    });
    let (name, rule, inbound) = decided?;
    let group = network.groups.get_mut(&name)?;
    let (rules, word) = if inbound { (&mut group.inbound, "inbound") } else { (&mut group.outbound, "outbound") };
    rules.retain(|other| other.to_string() != rule);
    Some(Change { at: format!("security group {name} {word}"), what: format!("take {rule} away") })
}
