//! What all invariants need: the network with somebody in each subnet, and the classes of packets from place to place.

use super::cuts::{self, Cuts};
use super::search::Case;
use crate::design::Design;
use crate::network::{Kind, Network};
use crate::packet::{End, Ports, Protocol};
use crate::trace::places::{anyone, seen};
use std::net::Ipv4Addr;

pub(super) const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Icmp];

/// A design, ready to be asked.
pub(super) struct Prover<'a> {
    pub design: &'a Design,
    /// What commands call it.
    pub file: &'a str,
    /// With somebody in each subnet behind all else.
    pub net: Network,
    /// How many interfaces the design itself has.
    own: usize,
    inside: Vec<Vec<Ipv4Addr>>,
}

impl<'a> Prover<'a> {
    pub fn new(design: &'a Design, file: &'a str) -> Self {
        let mut net = Network::new(design);
        let own = net.interfaces.len();
        for subnet in 0..net.subnets.len() {
            anyone(&mut net, subnet, "anyone", None);
        }
        let inside = cuts::inside(&net);
        Self { design, file, net, own, inside }
    }

    /// Whatever the design places, by its interfaces.
    pub fn placed(&self) -> impl Iterator<Item = usize> {
        0..self.own
    }

    /// Those that begin connections of their own: a balancer only begins those to its targets, a NAT gateway those of
    /// others, and an endpoint none.
    pub fn senders(&self) -> impl Iterator<Item = usize> {
        let begins =
            |i: &usize| !matches!(self.net.interfaces[*i].kind, Kind::Balancer | Kind::NatGateway | Kind::Endpoint);
        self.placed().filter(begins)
    }

    /// The first of each class of these interfaces: those alike in kind, subnet, groups and public address.
    pub fn classes(&self, interfaces: impl Iterator<Item = usize>) -> Vec<usize> {
        let alike = |a: usize, b: usize| {
            let (a, b) = (&self.net.interfaces[a], &self.net.interfaces[b]);
            (a.kind, a.subnet, &a.groups, a.public) == (b.kind, b.subnet, &b.groups, b.public)
        };
        let mut by_subnet: Vec<Vec<usize>> = vec![Vec::new(); self.net.subnets.len()];
        for i in interfaces {
            let known = &mut by_subnet[self.net.interfaces[i].subnet];
            if !known.iter().any(|&other| alike(other, i)) {
                known.push(i);
            }
        }
        by_subnet.into_iter().flatten().collect()
    }

    /// An interface at an address of each part of its subnet.
    pub fn ends(&self, interface: usize) -> impl Iterator<Item = End> {
        let end = self.net.private_end(interface);
        let cut = &self.inside[self.net.interfaces[interface].subnet];
        let others = cut.iter().filter(move |other| Some(**other) != end.address);
        [self.net.private_end(interface)].into_iter().chain(others.map(move |other| at(interface, *other)))
    }

    /// What the world outside may send to an interface: to these ports, of these protocols.
    pub fn coming_in(&self, interface: usize, protocols: &[Protocol], ports: Ports) -> Vec<Case> {
        let net = &self.net;
        // Nobody outside can name what has no public address, so no rule is met there.
        let cuts = || if net.interfaces[interface].public { Cuts::at(net, &[interface]) } else { Cuts::default() };
        let froms: Vec<End> = cuts().outside(net).into_iter().map(End::outside).collect();
        let to = froms.first().map(|from| seen(net, from, &net.private_end(interface)));
        cases(&froms, to.as_slice(), &cuts(), protocols, ports)
    }

    /// What an interface may send to the world outside.
    pub fn to_outside(&self, interface: usize) -> Vec<Case> {
        let outside = Cuts::at(&self.net, &[interface]).outside(&self.net);
        self.let_out(interface, &outside.into_iter().map(End::outside).collect::<Vec<_>>())
    }

    /// What an interface may send to a service.
    pub fn to_service(&self, interface: usize, service: &str) -> Vec<Case> {
        self.let_out(interface, &[End::service(service)])
    }

    /// What the security groups of an interface may let out to these: most of what could be tried is stopped there.
    fn let_out(&self, interface: usize, tos: &[End]) -> Vec<Case> {
        let net = &self.net;
        let froms: Vec<End> = self.ends(interface).collect();
        let groups = net.interfaces[interface].groups.as_ref();
        let rules = || groups.into_iter().flatten().flat_map(|name| &net.groups[name].outbound);
        let may = |case: &Case| {
            let packet = case.packet(0);
            groups.is_none()
                || rules().any(|rule| rule.allows(&packet, |i, group| net.is_member(i, group)) != Some(false))
        };
        let mut all = cases(&froms[..1], tos, &Cuts::at(net, &[interface]), &PROTOCOLS, Ports::ALL);
        all.retain(may);
        // Rules on the way out do not look at the sender, so what is let out is so from each of its addresses.
        let from = |end: &End| all.iter().map(|case| Case { from: end.clone(), ..case.clone() }).collect::<Vec<_>>();
        froms.iter().flat_map(from).collect()
    }

    /// What an interface may send to another.
    pub fn between(&self, from: usize, to: usize, protocols: &[Protocol], ports: Ports) -> Vec<Case> {
        let froms: Vec<End> = self.ends(from).collect();
        let seen = self.ends(to).map(|end| seen(&self.net, &froms[0], &end));
        let mut tos: Vec<End> = seen.collect();
        tos.dedup();
        cases(&froms, &tos, &Cuts::at(&self.net, &[from, to]), protocols, ports)
    }

    /// Services that the design speaks of: it has an endpoint for them, or stores something there.
    pub fn services(&self) -> Vec<&str> {
        let endpoints = self.design.endpoints.values().map(|endpoint| endpoint.service.as_str());
        let s3 = (!self.design.buckets.is_empty()).then_some("s3");
        let sqs = (!self.design.queues.is_empty()).then_some("sqs");
        let mut all: Vec<&str> = endpoints.chain(s3).chain(sqs).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// May these two talk at all, as far as security groups name the other; cheap, and never no where a packet passes.
    pub fn may_talk(&self, from: usize, to: usize) -> bool {
        let names = |of: usize, other: usize, inbound: bool| {
            let Some(groups) = &self.net.interfaces[of].groups else { return true };
            let groups = groups.iter().map(|name| &self.net.groups[name]);
            let mut rules = groups.flat_map(|group| if inbound { &group.inbound } else { &group.outbound });
            let member = |i: usize, group: &str| self.net.is_member(i, group);
            rules.any(|rule| self.ends(other).any(|end| rule.names(&end, member) != Some(false)))
        };
        names(to, from, true) && names(from, to, false)
    }
}

/// An interface at one of the addresses that it could have.
fn at(interface: usize, address: Ipv4Addr) -> End {
    End { interface: Some(interface), ..End::outside(address) }
}

/// A packet of each class from any of the first to any of the second.
pub(super) fn cases(froms: &[End], tos: &[End], cuts: &Cuts, protocols: &[Protocol], ports: Ports) -> Vec<Case> {
    let kinds: Vec<(Protocol, u16)> = protocols
        .iter()
        .flat_map(|&protocol| cuts.ports(protocol, ports).into_iter().map(move |p| (protocol, p)))
        .collect();
    let pairs = froms.iter().flat_map(|from| tos.iter().map(move |to| (from, to)));
    let case = |(from, to): (&End, &End)| {
        let (from, to) = (from.clone(), to.clone());
        kinds.clone().into_iter().map(move |(protocol, port)| Case {
            from: from.clone(),
            to: to.clone(),
            protocol,
            port,
        })
    };
    pairs.flat_map(case).collect()
}
