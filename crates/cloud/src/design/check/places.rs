//! Invariants: the places, protocols and ports that they speak of.

use super::Checker;
use crate::design::{Invariant, Text, taken_apart};
use crate::packet::Ports;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Names, and the subnets where each stands.
type Standing<'a> = BTreeMap<&'a str, Vec<&'a Text>>;

impl Checker<'_> {
    pub(super) fn invariants(&mut self) {
        let standing = self.design.standing();
        for invariant in &self.design.invariants {
            self.packets(invariant);
            self.sender(&invariant.from, &standing);
            self.receiver(&invariant.to, &standing);
        }
    }

    fn packets(&mut self, invariant: &Invariant) {
        let at = invariant.from.span().start;
        if let Err(what) = invariant.protocols() {
            self.add(at, what);
        }
        if let Some(Err(what)) = invariant.ports.as_ref().map(|ports| ports.parse::<Ports>()) {
            self.add(at, what);
        }
    }

    fn sender(&mut self, place: &Text, standing: &Standing) {
        let kind = "`internet`, a subnet or what stands in one";
        self.place(place, kind, &["internet"], standing);
    }

    fn receiver(&mut self, place: &Text, standing: &Standing) {
        if place.get_ref().parse::<Ipv4Addr>().is_ok() {
            return;
        }
        let kind = "`internet`, a subnet, what stands in one, a service of AWS or an address";
        let others: Vec<&str> = ["internet"].into_iter().chain(self.design.services()).collect();
        self.place(place, kind, &others, standing);
    }

    fn place(&mut self, place: &Text, kind: &str, others: &[&str], standing: &Standing) {
        let (whole, at) = (place.get_ref().as_str(), place.span().start);
        if others.contains(&whole) || standing.contains_key(whole) {
            return;
        }
        let (name, subnet, address) = taken_apart(whole);
        // A subnet is in no other.
        let whose = |_: &&Vec<&Text>| subnet.is_none() || !self.design.subnets.contains_key(name);
        let Some(all) = standing.get(name).filter(whose) else {
            let known = others.iter().chain(standing.keys()).copied();
            return self.unknown(at, kind, name, known);
        };
        let names = || all.iter().map(|subnet| subnet.get_ref().as_str());
        if let Some(subnet) = subnet.filter(|subnet| !names().any(|known| known == *subnet)) {
            return self.unknown(at, &format!("a subnet of `{name}`"), subnet, names());
        }
        let here = names().filter(|known| subnet.is_none_or(|subnet| subnet == *known));
        let mut ranges = here.filter_map(|name| self.design.subnets.get(name)).map(|subnet| subnet.cidr.get_ref().0);
        if let Some(address) = address.filter(|address| !ranges.any(|range| range.contains(address))) {
            self.add(at, format!("expected an address where `{name}` stands, found {address}"));
        }
    }
}
