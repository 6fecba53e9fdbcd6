//! Who may ask whom, as security groups say: an arrow where both ends have a rule for it.

use crate::network::{Destination, Kind, Network, Target};
use crate::packet::Ports;
use crate::rule::{GroupRule, Maybe, Peer, Traffic};
use ipnet::Ipv4Net;

/// One end of an arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// The world outside.
    Internet,
    /// An interface, by its place.
    Interface(usize),
}

/// An arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flow {
    pub from: Node,
    pub to: Node,
    /// Such as `tcp 443`.
    pub what: String,
    /// Is it a way out, which routes give.
    pub out: bool,
}

/// All arrows, in an order that depends on names alone.
pub(super) fn flows(network: &Network) -> Vec<Flow> {
    let all = 0..network.interfaces.len();
    let mut flows: Vec<Flow> = all.clone().filter_map(|to| from_outside(network, to)).collect();
    flows.extend(all.clone().flat_map(|to| within(network, to)));
    flows.extend(all.filter_map(|from| to_outside(network, from)));
    flows
}

/// Whatever has a public address may be asked by those whom its rules name.
fn from_outside(network: &Network, to: usize) -> Option<Flow> {
    let asked = network.interfaces[to].public && network.interfaces[to].kind != Kind::NatGateway;
    let open = rules(network, to, true).into_iter().filter(|rule| is_outside(&rule.peer));
    let what: Vec<String> = open.map(|rule| rule.traffic.to_string()).collect();
    let flow = |what| Flow { from: Node::Internet, to: Node::Interface(to), what, out: false };
    (asked && !what.is_empty()).then(|| flow(listed(what)))
}

fn is_nat(network: &Network, interface: usize) -> bool {
    network.interfaces[interface].kind.is_nat()
}

/// One arrow to this interface from each that may ask it: from its own zone where it stands there. A NAT asks and is asked
/// on the way out alone.
fn within(network: &Network, to: usize) -> Vec<Flow> {
    let zone = |i: usize| &network.subnet(i).zone;
    let mut found: Vec<(usize, String)> = Vec::new();
    let owner = |i: usize| &network.interfaces[i].owner;
    let others = (0..network.interfaces.len()).filter(|&i| owner(i) != owner(to));
    let others = others.filter(|&i| !is_nat(network, i) && !is_nat(network, to));
    for from in others {
        let what = shared(network, from, to);
        let same = found.iter().position(|(other, _)| owner(*other) == owner(from));
        match same {
            _ if what.is_empty() => {}
            Some(place) if zone(from) == zone(to) && zone(found[place].0) != zone(to) => {
                found[place] = (from, listed(what));
            }
            Some(_) => {}
            None => found.push((from, listed(what))),
        }
    }
    let flow = |(from, what)| Flow { from: Node::Interface(from), to: Node::Interface(to), what, out: false };
    found.into_iter().map(flow).collect()
}

/// Through the NAT of its subnet, or by its own public address.
fn to_outside(network: &Network, from: usize) -> Option<Flow> {
    let interface = &network.interfaces[from];
    let allowed: Vec<String> = match &interface.groups {
        None => vec!["all".to_owned()],
        Some(_) => {
            let open = rules(network, from, false).into_iter().filter(|rule| is_outside(&rule.peer));
            open.map(|rule| rule.traffic.to_string()).collect()
        }
    };
    let asks = interface.kind == Kind::Instance || interface.kind.is_nat();
    let to = match way(network, from)? {
        Target::Internet if interface.public => Node::Internet,
        Target::Nat(nat) if *nat != from => Node::Interface(*nat),
        _ => return None,
    };
    let flow = |what| Flow { from: Node::Interface(from), to, what, out: true };
    (asks && !allowed.is_empty()).then(|| flow(listed(allowed)))
}

/// Where the subnet of an interface sends what is for everybody.
fn way(network: &Network, from: usize) -> Option<&Target> {
    let routes = network.tables.get(network.subnet(from).table.as_ref()?)?;
    let everything = Destination::Range(Ipv4Net::default());
    routes.iter().find(|route| route.to == everything).map(|route| &route.target)
}

fn rules(network: &Network, interface: usize, inbound: bool) -> Vec<&GroupRule> {
    let groups = network.interfaces[interface].groups.iter().flatten().filter_map(|name| network.groups.get(name));
    groups.flat_map(|group| if inbound { &group.inbound } else { &group.outbound }).collect()
}

fn is_outside(peer: &Peer) -> bool {
    matches!(peer, Peer::Range(net) if !net.network().is_private() || net.prefix_len() == 0)
}

/// What the one may send and the other may take. Two rules that are both for everybody are no arrow: they say nothing of
/// these two.
fn shared(network: &Network, from: usize, to: usize) -> Vec<String> {
    let (sent, taken) = (rules(network, from, false), rules(network, to, true));
    let fits = |rule: &GroupRule, other: usize| match &rule.peer {
        Peer::Range(net) => net.contains(&network.interfaces[other].address),
        Peer::Group(name) => network.is_member(other, name),
        Peer::Service(_) | Peer::Unknown => false,
    };
    let everybody = |rule: &GroupRule| matches!(&rule.peer, Peer::Range(net) if net.prefix_len() == 0);
    let pairs = sent.iter().flat_map(|a| taken.iter().map(move |b| (*a, *b)));
    let fitting = pairs.filter(|(a, b)| fits(a, to) && fits(b, from) && !(everybody(a) && everybody(b)));
    fitting.filter_map(|(a, b)| common(&a.traffic, &b.traffic)).collect()
}

/// What both cover, in words.
fn common(a: &Traffic, b: &Traffic) -> Option<String> {
    let ports = |a: &Maybe<Ports>, b: &Maybe<Ports>| match (a, b) {
        (Maybe::Known(a), Maybe::Known(b)) => {
            let both = Ports { first: a.first.max(b.first), last: a.last.min(b.last) };
            (both.first <= both.last).then(|| both.to_string())
        }
        _ => Some("?".to_owned()),
    };
    match (a, b) {
        (Traffic::All, other) | (other, Traffic::All) => Some(other.to_string()),
        (Traffic::Unknown, other) | (other, Traffic::Unknown) => Some(other.to_string()),
        (Traffic::Icmp, Traffic::Icmp) => Some("icmp".to_owned()),
        (Traffic::Tcp(a), Traffic::Tcp(b)) => ports(a, b).map(|ports| format!("tcp {ports}")),
        (Traffic::Udp(a), Traffic::Udp(b)) => ports(a, b).map(|ports| format!("udp {ports}")),
        _ => None,
    }
}

/// Each once, in the order in which they stand.
fn listed(what: Vec<String>) -> String {
    let mut once: Vec<String> = Vec::new();
    what.into_iter().for_each(|what| {
        if !once.contains(&what) {
            once.push(what)
        }
    });
    once.join(", ")
}
