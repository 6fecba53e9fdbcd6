//! Where rules tell packets apart, and one address or port of each part.

use crate::network::{Destination, Kind, Network};
use crate::packet::{Ports, Protocol};
use crate::rule::{AclEntry, GroupRule, Maybe, Peer, Traffic};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Addresses that nobody outside has: of this network, private, shared, of one's own machine, of one's own link, of groups
/// (RFC 6890; the internet gateway drops the private and shared ones,
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>).
const NOT_OUTSIDE: [(u32, u8); 8] = [
    (0, 8),
    (0x0A00_0000, 8),
    (0x6440_0000, 10),
    (0x7F00_0000, 8),
    (0xA9FE_0000, 16),
    (0xAC10_0000, 12),
    (0xC0A8_0000, 16),
    (0xE000_0000, 3),
];

/// Who says more than others where one of many is shown: 198.51.100.1, for documentation (RFC 5737).
const SOMEBODY: u32 = 0xC633_6401;

/// Ports that say more than others when one of many is shown.
const TELLING: [u16; 6] = [443, 80, 22, 5432, 3306, 6379];

/// The first addresses and ports of parts that rules tell apart.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    addresses: BTreeSet<u32>,
    ports: BTreeSet<u16>,
}

impl Cuts {
    /// Those of whatever rules a packet meets at these interfaces and at the NATs to which their routes lead.
    pub fn at(net: &Network, interfaces: &[usize]) -> Self {
        let nats = interfaces.iter().flat_map(|&i| net.nats_of(i));
        let mut cuts = Self::default();
        interfaces.iter().copied().chain(nats).for_each(|i| cuts.meet(net, i));
        cuts
    }

    fn meet(&mut self, net: &Network, interface: usize) {
        let Network { groups, acls, tables, balancers, .. } = net;
        let (subnet, of) = (net.subnet(interface), &net.interfaces[interface]);
        for group in of.groups.iter().flatten().map(|name| &groups[name]) {
            group.inbound.iter().chain(&group.outbound).for_each(|rule| self.rule(rule));
        }
        for acl in subnet.acl.iter().map(|name| &acls[name]) {
            acl.inbound.iter().chain(&acl.outbound).for_each(|entry| self.entry(entry));
        }
        for route in subnet.table.iter().filter_map(|name| tables.get(name)).flatten() {
            if let Destination::Range(range) = &route.to {
                self.range(range);
            }
        }
        if of.kind == Kind::Balancer {
            balancers[&of.owner].listeners.keys().for_each(|port| self.part(Ports::one(*port)));
        }
    }

    fn rule(&mut self, rule: &GroupRule) {
        self.traffic(&rule.traffic);
        if let Peer::Range(range) = &rule.peer {
            self.range(range);
        }
    }

    fn entry(&mut self, entry: &AclEntry) {
        self.traffic(&entry.traffic);
        if let Maybe::Known(range) = &entry.range {
            self.range(range);
        }
    }

    fn traffic(&mut self, traffic: &Traffic) {
        traffic.ports().into_iter().for_each(|ports| self.part(ports));
    }

    fn part(&mut self, ports: Ports) {
        self.ports.insert(ports.first);
        self.ports.extend(ports.last.checked_add(1));
    }

    fn range(&mut self, range: &Ipv4Net) {
        self.addresses.insert(range.network().into());
        self.addresses.extend(u32::from(range.broadcast()).checked_add(1));
    }

    /// A port of each part of this range; 0 without ports.
    pub fn ports(&self, protocol: Protocol, range: Ports) -> Vec<u16> {
        if !protocol.has_ports() {
            return vec![0];
        }
        let firsts: BTreeSet<u16> =
            self.ports.iter().copied().filter(|port| range.has(*port)).chain([range.first]).collect();
        let firsts: Vec<u16> = firsts.into_iter().collect();
        let lasts = firsts[1..].iter().map(|next| next - 1).chain([range.last]);
        firsts.iter().zip(lasts).map(|(&first, last)| telling(Ports { first, last })).collect()
    }

    /// An address of each part of the world outside.
    pub fn outside(mut self, net: &Network) -> Vec<Ipv4Addr> {
        let base = NOT_OUTSIDE.iter().map(|&(at, length)| Ipv4Net::new_assert(at.into(), length));
        let shut: Vec<Ipv4Net> = base.chain([net.cidr]).collect();
        shut.iter().for_each(|range| self.range(range));
        let free = |at: &u32| !shut.iter().any(|range| range.contains(&Ipv4Addr::from(*at)));
        let firsts: Vec<u32> = self.addresses.into_iter().collect();
        let lasts = firsts[1..].iter().map(|next| next - 1).chain([u32::MAX]);
        let parts = firsts.iter().copied().zip(lasts).filter(|(first, _)| free(first));
        let one = parts.map(|(first, last)| if (first..=last).contains(&SOMEBODY) { SOMEBODY } else { first });
        let mut all: Vec<u32> = one.collect();
        all.sort_by_key(|address| *address != SOMEBODY);
        all.into_iter().map(Ipv4Addr::from).collect()
    }
}

fn telling(part: Ports) -> u16 {
    TELLING.into_iter().find(|port| part.has(*port)).unwrap_or(part.first)
}

/// An address of each part into which rules cut a subnet, by the place of the subnet; none where they do not cut it.
pub(super) fn inside(net: &Network) -> Vec<Vec<Ipv4Addr>> {
    let mut cuts = Cuts::default();
    net.groups.values().flat_map(|group| group.inbound.iter().chain(&group.outbound)).for_each(|rule| cuts.rule(rule));
    net.acls.values().flat_map(|acl| acl.inbound.iter().chain(&acl.outbound)).for_each(|entry| cuts.entry(entry));
    net.subnets.iter().map(|subnet| cuts.within(subnet.net)).collect()
}

impl Cuts {
    /// AWS gives out neither the first four addresses nor the last one.
    fn within(&self, subnet: Ipv4Net) -> Vec<Ipv4Addr> {
        let (first, last) = (u32::from(subnet.network()) + 4, u32::from(subnet.broadcast()) - 1);
        let cut: Vec<u32> = self.addresses.range(first + 1..=last).copied().collect();
        let all = (!cut.is_empty()).then_some(first).into_iter().chain(cut);
        all.map(Ipv4Addr::from).collect()
    }
}
