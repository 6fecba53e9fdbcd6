//! What the file says must hold.

use super::cuts::Cuts;
use super::prover::{Prover, cases};
use super::search::{Case, Fate, Search, never};
use super::{Proved, cuts};
use crate::design::{Expectation, Invariant};
use crate::network::Network;
use crate::packet::{End, Ports, Protocol};
use crate::trace::places::{PlaceError, Places, resolve};
use crate::trace::{Question, legs};
use std::net::Ipv4Addr;

const NAME: &str = "own";

/// In the order of the file.
pub(super) fn all<'a>(prover: &'a Prover<'a>) -> impl Iterator<Item = Proved> + 'a {
    prover.design.invariants.iter().map(|invariant| decide(prover, invariant))
}

fn decide(prover: &Prover, invariant: &Invariant) -> Proved {
    let says = &invariant.says;
    let kinds = match kinds(invariant) {
        Ok(kinds) => kinds,
        Err(why) => return Proved::vacuous(NAME, says, why),
    };
    let places = match places(prover, invariant) {
        Ok(places) => places,
        Err(why) => return Proved::vacuous(NAME, says, why.to_string()),
    };
    let net = &places.network;
    if invariant.from.get_ref() == "internet" && !net.gateway {
        return Proved::vacuous(
            NAME,
            says,
            "nobody outside can send anything: the network has no internet gateway".into(),
        );
    }
    let mut search = Search::new(prover, net);
    let inside = cuts::inside(net);
    for pair in &places.pairs {
        let all = packets(net, &inside, invariant, pair, &kinds);
        match invariant.expect {
            Expectation::Unreachable => search.all(all, |world, case| never(case.arrives(net, world))),
            Expectation::Reachable => search.all(all, |world, case| always(net, world, case)),
        }
    }
    search.end(NAME, says, || "there are no such packets".to_owned())
}

/// Protocols that have the ports it speaks of, and those ports.
fn kinds(invariant: &Invariant) -> Result<(Vec<Protocol>, Ports), String> {
    let ports = invariant.ports.as_deref().map_or(Ok(Ports::ALL), str::parse)?;
    let fits = |protocol: &Protocol| invariant.ports.is_none() || protocol.has_ports();
    let protocols: Vec<Protocol> = invariant.protocols()?.into_iter().filter(fits).collect();
    if protocols.is_empty() {
        Err("icmp has no ports, so there are no such packets".to_owned())
    } else {
        Ok((protocols, ports))
    }
}

fn places(prover: &Prover, invariant: &Invariant) -> Result<Places, PlaceError> {
    let question = Question {
        from: invariant.from.get_ref().clone(),
        to: invariant.to.get_ref().clone(),
        protocol: Protocol::Tcp,
        port: 0,
        source: None,
    };
    resolve(&Network::new(prover.design), &question)
}

/// A packet of each class from the one to the other.
fn packets(
    net: &Network,
    inside: &[Vec<Ipv4Addr>],
    invariant: &Invariant,
    (from, to): &(End, End),
    (protocols, ports): &(Vec<Protocol>, Ports),
) -> Vec<Case> {
    let met: Vec<usize> = [from.interface, from.public, to.interface, to.public].into_iter().flatten().collect();
    let wide = |end: &End, name: &str| match end.interface {
        Some(i) if !name.contains(" at ") => anywhere(end, &inside[net.interfaces[i].subnet]),
        None if name == "internet" => Cuts::at(net, &met).outside(net).into_iter().map(End::outside).collect(),
        _ => vec![end.clone()],
    };
    let (froms, tos) = (wide(from, invariant.from.get_ref()), wide(to, invariant.to.get_ref()));
    cases(&froms, &tos, &Cuts::at(net, &met), protocols, *ports)
}

/// An interface at an address of each part of its subnet.
fn anywhere(end: &End, cut: &[Ipv4Addr]) -> Vec<End> {
    let others = cut.iter().filter(|other| Some(**other) != end.address);
    let others = others.map(|other| End { address: Some(*other), ..end.clone() });
    [end.clone()].into_iter().chain(others).collect()
}

/// It must arrive and be answered, behind a balancer too.
fn always(net: &Network, world: &mut crate::trace::world::World, case: &Case) -> Fate {
    let pairs = [(case.from.clone(), case.to.clone())];
    let question =
        Question { from: String::new(), to: String::new(), protocol: case.protocol, port: case.port, source: None };
    if legs::follow(net, world, &pairs, &question).allowed() { Fate::Fine } else { Fate::Wrong }
}
