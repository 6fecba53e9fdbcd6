//! Every request that is let through is answered, on every source port.

use super::Proved;
use super::prover::{PROTOCOLS, Prover};
use super::search::{Case, Search};
use crate::network::Kind;
use crate::packet::{Ports, Protocol};
use crate::trace::legs::source_ports;
use crate::trace::walk::Walk;
use crate::trace::world::{World, explore};
use std::collections::BTreeMap;

const NAME: &str = "answers";
const SAYS: &str = "every request that is let through is answered, on every source port";

pub(super) fn every_request_is_answered(prover: &Prover) -> Proved {
    let net = &prover.net;
    let mut search = Search::new(prover, net);
    let judge = |world: &mut World, case: &Case| case.is_answered(net, world);
    let mut ask = |cases: Vec<Case>| {
        search.all(cases, judge);
        search.is_over()
    };
    let _ = with_outside(prover, &mut ask) || behind_balancers(prover, &mut ask) || within(prover, &mut ask, false);
    if !search.speaks() {
        // Pairs whose answers are safe were passed over: is a request let through between any of them.
        let mut find = |cases: Vec<Case>| {
            search.all(cases, judge);
            search.speaks()
        };
        within(prover, &mut find, true);
    }
    search.end(NAME, SAYS, || "no request is let through".to_owned())
}

/// Those that come in, and those that go out: to addresses, services, and balancers by their public names.
fn with_outside(prover: &Prover, ask: &mut impl FnMut(Vec<Case>) -> bool) -> bool {
    let net = &prover.net;
    let of = |i: usize| &net.interfaces[i];
    let takes = |i: &usize| !matches!(of(*i).kind, Kind::NatGateway | Kind::Endpoint) && of(*i).public;
    let public: Vec<usize> = prover.placed().filter(takes).collect();
    let balancers: Vec<usize> = public.iter().copied().filter(|&i| of(i).kind == Kind::Balancer).collect();
    let senders = prover.classes(prover.senders());
    let out = |i: usize, ask: &mut dyn FnMut(Vec<Case>) -> bool| {
        ask(prover.to_outside(i))
            || prover.services().iter().any(|service| ask(prover.to_service(i, service)))
            || balancers.iter().any(|&to| {
                let listeners: Vec<u16> = net.balancers[&of(to).owner].listeners.keys().copied().collect();
                listeners.iter().any(|&port| ask(prover.between(i, to, &[Protocol::Tcp], Ports::one(port))))
            })
    };
    public.iter().any(|&to| ask(prover.coming_in(to, &PROTOCOLS, Ports::ALL))) || senders.iter().any(|&i| out(i, ask))
}

/// Those of balancers, to their targets alone.
fn behind_balancers(prover: &Prover, ask: &mut impl FnMut(Vec<Case>) -> bool) -> bool {
    let net = &prover.net;
    net.balancers.iter().any(|(name, balancer)| {
        let passing: Vec<_> = balancer.listeners.values().flatten().collect();
        let targets = passing.iter().flat_map(|passing| {
            passing.members.iter().flat_map(|member| net.of(member)).map(|target| (target, passing.port))
        });
        let targets: Vec<(usize, u16)> = targets.collect();
        net.of(name).iter().any(|&node| {
            targets.iter().any(|&(to, port)| ask(prover.between(node, to, &[Protocol::Tcp], Ports::one(port))))
        })
    })
}

/// Those from one interface to another. Answers meet ACLs alone, so most pairs of subnets need no look at their interfaces.
fn within(prover: &Prover, ask: &mut impl FnMut(Vec<Case>) -> bool, all: bool) -> bool {
    let net = &prover.net;
    let senders = prover.classes(prover.senders());
    let takes = |i: &usize| net.interfaces[*i].kind != Kind::NatGateway;
    // Two of one class talk to each other as well, so all of them are asked, not only the first.
    let receivers: Vec<usize> = prover.placed().filter(takes).collect();
    let mut safe: BTreeMap<(usize, usize, Protocol, u16), bool> = BTreeMap::new();
    let pairs = senders.iter().flat_map(|&from| receivers.iter().map(move |&to| (from, to)));
    for (from, to) in pairs.filter(|(from, to)| from != to) {
        let (a, b) = (&net.interfaces[from], &net.interfaces[to]);
        let first = a.source_ports().first;
        let mut is_safe = |&protocol: &Protocol| {
            *safe
                .entry((a.subnet, b.subnet, protocol, first))
                .or_insert_with(|| answers_pass(prover, from, to, protocol))
        };
        let unsafe_ones: Vec<Protocol> = PROTOCOLS.into_iter().filter(|protocol| all || !is_safe(protocol)).collect();
        let look = !unsafe_ones.is_empty() && prover.may_talk(from, to);
        if look && ask(prover.between(from, to, &unsafe_ones, Ports::ALL)) {
            return true;
        }
    }
    false
}

/// Does whatever answers come back from the one subnet to the other, in every world.
fn answers_pass(prover: &Prover, from: usize, to: usize, protocol: Protocol) -> bool {
    let net = &prover.net;
    let pairs: Vec<_> = prover.ends(from).flat_map(|a| prover.ends(to).map(move |b| (a.clone(), b))).collect();
    let passes = |(from_end, to_end): &(crate::packet::End, crate::packet::End), source_port: u16| {
        let case = Case { from: from_end.clone(), to: to_end.clone(), protocol, port: 0 };
        let ports = net.interfaces[from].source_ports();
        let walk =
            |world: &mut _| Walk::silent(net, world, 1024).answer(from, to, case.packet(source_port), ports).is_ok();
        let worlds = explore(walk, |a, b| a == b);
        worlds.complete && worlds.outcomes.iter().all(|(passed, _)| *passed)
    };
    let asked = source_ports(net, &net.private_end(from), &net.private_end(to), protocol);
    pairs.iter().all(|pair| asked.iter().all(|(own, _)| passes(pair, *own)))
}
