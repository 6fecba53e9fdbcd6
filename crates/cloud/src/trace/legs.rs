//! The connections of a question: one, or two where a balancer stands between; on every source port that may be chosen.

use super::Question;
use super::reason::Reason;
use super::walk::{Blocked, Hop, Lack, Walk};
use super::world::World;
use crate::network::{Kind, Network, Passing};
use crate::packet::{End, Packet, Ports, Protocol};
use crate::rule::Traffic;
use serde::Serialize;
use std::collections::BTreeSet;

/// A connection: there, and back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// Who asks.
    pub from: String,
    /// Who answers.
    pub to: String,
    /// The way of the packet.
    pub there: Vec<Hop>,
    /// The way of its answer.
    pub back: Vec<Hop>,
    /// Where one of them ends.
    pub blocked: Option<Blocked>,
}

/// What came of all connections of a question in one world.
pub(crate) struct Followed {
    pub legs: Vec<Leg>,
    /// How many pairs there are, and how many fail.
    pub pairs: (usize, usize),
}

impl Followed {
    pub fn allowed(&self) -> bool {
        self.pairs.1 == 0
    }
}

/// Follows every pair; keeps the legs of the first that fails, or of the first.
pub(crate) fn follow(net: &Network, world: &mut World, pairs: &[(End, End)], question: &Question) -> Followed {
    let mut kept: Option<Vec<Leg>> = None;
    let mut failed = 0;
    for (from, to) in pairs {
        for legs in paths(net, world, from, to, question) {
            let fails = legs.iter().any(|leg| leg.blocked.is_some());
            failed += usize::from(fails);
            if kept.is_none() || fails && failed == 1 {
                kept = Some(legs);
            }
            if fails {
                break;
            }
        }
    }
    Followed { legs: kept.unwrap_or_default(), pairs: (pairs.len(), failed) }
}

/// The ways of one pair: its leg, and behind a balancer one way for each target.
fn paths(net: &Network, world: &mut World, from: &End, to: &End, question: &Question) -> Vec<Vec<Leg>> {
    let front = leg(net, world, from, to, question.protocol, question.port);
    let node = to.interface.or(to.public).filter(|&i| net.interfaces[i].kind == Kind::Balancer);
    let Some(node) = node.filter(|_| front.blocked.is_none()) else { return vec![vec![front]] };
    if question.protocol == Protocol::Icmp {
        // It answers a ping itself, where its groups let one in
        // (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html>).
        return vec![vec![front]];
    }
    let passing = match taken(net, node, question.protocol, question.port) {
        Ok(passing) => passing,
        Err((reason, why)) => return vec![refused(net, front, node, reason, &why)],
    };
    let targets: Vec<(usize, &Passing)> =
        passing.iter().filter(|group| !group.idle).flat_map(|group| targets(net, group)).collect();
    if targets.is_empty() {
        return vec![refused(net, front, node, Reason::NoTargets, "no target group has members")];
    }
    let source = net.private_end(node);
    let behind = |(target, group): (usize, &Passing)| {
        let second = leg(net, world, &source, &net.private_end(target), Protocol::Tcp, group.port);
        vec![front.clone(), second]
    };
    targets.into_iter().map(behind).collect()
}

/// Whom a balancer passes a request to, or why it takes none.
pub(crate) fn taken(
    net: &Network,
    node: usize,
    protocol: Protocol,
    port: u16,
) -> Result<&Vec<Passing>, (Reason, String)> {
    if protocol != Protocol::Tcp {
        return Err((Reason::WrongProtocol, "an application load balancer takes no UDP".to_owned()));
    }
    let listening = net.balancers[&net.interfaces[node].owner].listeners.get(&port);
    listening.ok_or_else(|| (Reason::NoListener, format!("no listener on port {port}")))
}

fn targets<'a>(net: &'a Network, group: &'a Passing) -> impl Iterator<Item = (usize, &'a Passing)> {
    group.members.iter().flat_map(|member| net.of(member)).map(move |target| (target, group))
}

/// The balancer itself ends what came through the network.
fn refused(net: &Network, mut front: Leg, node: usize, reason: Reason, why: &str) -> Vec<Leg> {
    let packet = front.there.last().map_or_else(String::new, |hop| hop.packet.clone());
    let hop = Hop { at: format!("load balancer {}", net.named(node)), packet, rule: why.to_owned() };
    front.blocked = Some(Blocked { reason, hop, back: false, lack: Lack::Sense });
    front.back.clear();
    vec![front]
}

/// One connection: the first source port that fails, or the lowest.
fn leg(net: &Network, world: &mut World, from: &End, to: &End, protocol: Protocol, port: u16) -> Leg {
    let port = if protocol.has_ports() { port } else { 0 };
    let mut first = None;
    for (source_port, nat_port) in source_ports(net, from, to, protocol) {
        let packet = Packet { protocol, source: from.clone(), source_port, destination: to.clone(), port };
        let leg = walk(net, world, &packet, nat_port);
        if leg.blocked.is_some() {
            return leg;
        }
        first.get_or_insert(leg);
    }
    first.expect("a sender has a port")
}

fn walk(net: &Network, world: &mut World, packet: &Packet, nat_port: u16) -> Leg {
    let name = |end: &End| end.interface.or(end.public).map_or_else(|| end.to_string(), |i| net.named(i));
    let mut walk = Walk::new(net, world, nat_port);
    let there = walk.there(packet);
    let hops = std::mem::take(&mut walk.hops);
    let passed = there.and_then(|()| walk.back());
    let back = std::mem::take(&mut walk.hops);
    let blocked = passed.err().map(|blocked| *blocked);
    Leg { from: name(&packet.source), to: name(&packet.destination), there: hops, back, blocked }
}

/// Ports from which a connection and, behind a NAT, its second half may begin: all that ACLs on the way tell apart.
/// Each entry looks at one of the two at most, so neither needs to be tried with each of the other.
pub(crate) fn source_ports(net: &Network, from: &End, to: &End, protocol: Protocol) -> Vec<(u16, u16)> {
    if !protocol.has_ports() {
        return vec![(0, 0)];
    }
    let sender = from.interface.map_or(Ports::ANYONE, |i| net.interfaces[i].source_ports());
    let ends = [from.interface, from.public, to.interface, to.public];
    let near = ends.into_iter().flatten().chain(from.interface.into_iter().flat_map(|i| net.nats_of(i)));
    let acls: BTreeSet<&str> = near.filter_map(|i| net.subnet(i).acl.as_deref()).collect();
    let (own, nat) = (choices(net, &acls, sender), choices(net, &acls, Ports::ANYONE));
    own.iter().map(|&own| (own, nat[0])).chain(nat[1..].iter().map(|&nat| (own[0], nat))).collect()
}

/// Ports of this range of which one at least falls into each part that these ACLs tell apart.
fn choices(net: &Network, acls: &BTreeSet<&str>, range: Ports) -> Vec<u16> {
    let entries = acls.iter().map(|name| &net.acls[*name]).flat_map(|acl| acl.inbound.iter().chain(&acl.outbound));
    let ports = entries.filter_map(|entry| Traffic::ports(&entry.traffic));
    let borders = ports.flat_map(|ports| [Some(ports.first), ports.last.checked_add(1)]).flatten();
    let within: BTreeSet<u16> = borders.filter(|port| range.has(*port)).chain([range.first]).collect();
    within.into_iter().collect()
}
