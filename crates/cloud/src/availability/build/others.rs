//! Instances that ask other instances.
//!
//! A design does not say who calls whom, but its security groups do: where the rules of one group name another, whoever is
//! in this one asks somebody in that one. Whoever is in one group does the same work, so that any of them will do. What
//! only names a range says nothing of these two.

use super::Builder;
use crate::network::{Kind, Network};
use crate::packet::Ports;
use crate::rule::{GroupRule, Maybe, Peer, Traffic};
use std::collections::{BTreeMap, BTreeSet};

/// By these ports people log in (SSH, RDP); no request waits for them.
const LOG_IN: [u16; 2] = [22, 3389];

/// The rules that name a group, by its name, each with the group that lets it in.
pub(super) type Letting<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a GroupRule)>>;

/// Who is let in by whom, for work.
pub(super) fn letting(network: &Network) -> Letting<'_> {
    let mut letting = Letting::new();
    for (group, rules) in &network.groups {
        for rule in rules.inbound.iter().filter(|rule| is_work(&rule.traffic)) {
            if let Peer::Group(named) = &rule.peer {
                letting.entry(named).or_default().push((group, rule));
            }
        }
    }
    letting
}

impl Builder<'_> {
    /// Machines that do the same work, for each work that this one asks for, itself or by those whom it asks.
    pub(super) fn others(&self, name: &str) -> BTreeSet<BTreeSet<String>> {
        let (mut todo, mut seen) = (vec![name.to_owned()], BTreeSet::from([name.to_owned()]));
        let mut works = BTreeSet::new();
        while let Some(one) = todo.pop() {
            for others in self.asked(&one) {
                todo.extend(others.iter().filter(|other| seen.insert((*other).clone())).cloned());
                works.insert(others);
            }
        }
        // It does its own work.
        works.retain(|others| !others.contains(name));
        works
    }

    /// Whom a machine asks itself, by the group that lets it in.
    fn asked(&self, name: &str) -> Vec<BTreeSet<String>> {
        let from = self.network.of(name).into_iter().find(|&i| self.network.interfaces[i].kind == Kind::Instance);
        let Some(from) = from else { return Vec::new() };
        let own = self.network.interfaces[from].groups.iter().flatten();
        let rules = own.filter_map(|group| self.letting.get(group.as_str())).flatten();
        let asked = rules.map(|(group, rule)| members(self.network, group, rule, from));
        asked.filter(|others| !others.is_empty()).collect()
    }
}

fn names(network: &Network, rule: &GroupRule, interface: usize) -> bool {
    matches!(&rule.peer, Peer::Group(group) if network.is_member(interface, group))
}

/// The machines of a group that the rule of this group lets in, but for those who do the same work as whoever asks.
fn members(network: &Network, group: &str, rule: &GroupRule, from: usize) -> BTreeSet<String> {
    let machines = (0..network.interfaces.len()).filter(|&i| network.interfaces[i].kind == Kind::Instance);
    let others = machines.filter(|&i| network.is_member(i, group) && !names(network, rule, i));
    let others = others.filter(|&i| may_send(network, from, i, &rule.traffic));
    others.map(|i| network.interfaces[i].owner.clone()).collect()
}

fn may_send(network: &Network, from: usize, to: usize, traffic: &Traffic) -> bool {
    let groups = network.interfaces[from].groups.iter().flatten();
    let mut rules = groups.flat_map(|group| &network.groups[group].outbound);
    let (end, member) = (network.private_end(to), |i: usize, group: &str| network.is_member(i, group));
    rules.any(|rule| rule.traffic.meets(traffic) && rule.names(&end, member) != Some(false))
}

fn is_work(traffic: &Traffic) -> bool {
    match traffic {
        Traffic::Icmp => false,
        Traffic::Tcp(Maybe::Known(Ports { first, last })) => !(first == last && LOG_IN.contains(first)),
        _ => true,
    }
}
