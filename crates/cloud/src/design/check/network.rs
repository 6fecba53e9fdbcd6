//! The network: sizes, routes, rules.

use super::Checker;
use crate::design::{Endpoint, EndpointKind, NatKind, Text, VERSION};
use crate::network::Destination;
use crate::rule::{Peer, Way};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Where AWS itself answers.
const AMAZONS: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 168, 0), 22);

impl Checker<'_> {
    pub(super) fn version(&mut self) {
        if self.design.version != VERSION {
            self.add(0, format!("expected version = {VERSION}, found {}", self.design.version));
        }
    }

    /// Sizes of networks and subnets (Amazon VPC User Guide, VPC CIDR blocks).
    pub(super) fn ranges(&mut self) {
        let vpc = (self.design.vpc.cidr.span().start, self.design.vpc.cidr.get_ref().0);
        self.size(vpc.0, vpc.1);
        let subnets = &self.design.subnets;
        let placed: Vec<_> =
            subnets.iter().map(|(n, s)| (n.get_ref(), s.cidr.span().start, s.cidr.get_ref().0)).collect();
        for (i, (name, at, net)) in placed.iter().enumerate() {
            self.size(*at, *net);
            if !vpc.1.contains(net) {
                self.add(*at, format!("expected a range inside {} for `{name}`, found {net}", vpc.1));
            }
            for (other, _, before) in &placed[..i] {
                if before.contains(net) || net.contains(before) {
                    self.add(*at, format!("`{name}` ({net}) and `{other}` ({before}) overlap"));
                }
            }
        }
    }

    fn size(&mut self, at: usize, net: Ipv4Net) {
        if !(16..=28).contains(&net.prefix_len()) {
            self.add(at, format!("expected a range from /16 to /28, found {net}"));
        }
    }

    /// Whatever a packet can be sent to has a name of its own.
    pub(super) fn names(&mut self) {
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        let mut twice = Vec::new();
        for (kind, names) in self.design.addressed() {
            for name in names {
                if let Some(other) = first.insert(name.get_ref(), kind) {
                    twice.push((name.span().start, format!("`{}` is {kind} and {other}", name.get_ref())));
                }
                if name.get_ref() == "internet" {
                    twice.push((name.span().start, "`internet` is the world outside".to_owned()));
                }
            }
        }
        twice.into_iter().for_each(|(at, what)| self.add(at, what));
    }

    pub(super) fn subnets(&mut self) {
        for (name, subnet) in &self.design.subnets {
            if let Some(table) = &subnet.route_table {
                self.known("a route table", table, self.design.route_tables.keys());
            }
            if let Some(acl) = &subnet.network_acl {
                self.known("a network ACL", acl, self.design.network_acls.keys());
            }
            if !(subnet.zone.len() == 1 && subnet.zone.as_bytes()[0].is_ascii_lowercase()) {
                self.add(name.span().start, format!("expected the letter of a zone, found `{}`", subnet.zone));
            }
        }
    }

    pub(super) fn routes(&mut self) {
        for table in self.design.route_tables.values() {
            for (to, target) in table {
                match crate::network::destination(to.get_ref()) {
                    Ok(Destination::Range(range)) => self.route(to, range),
                    Ok(Destination::Service(_)) => {}
                    Err(what) => self.add(to.span().start, what),
                }
                self.target(target);
            }
        }
        for nat in self.design.nats.values() {
            self.subnet(&nat.subnet);
            self.security_groups(&nat.security_groups);
            if nat.kind == NatKind::Gateway && !nat.security_groups.is_empty() {
                self.add(nat.security_groups[0].span().start, "a NAT gateway has no security groups".to_owned());
            }
        }
        for (name, endpoint) in &self.design.endpoints {
            self.endpoint(name, endpoint);
        }
    }

    /// Ranges that no route here may lead from (<https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>).
    fn route(&mut self, to: &Text, range: Ipv4Net) {
        let vpc = self.design.vpc.cidr.get_ref().0;
        if vpc.contains(&range) {
            let what = format!("{range} lies within the network: a way of its own for a part of it is not supported");
            self.add(to.span().start, what);
        }
        if AMAZONS.contains(&range) {
            self.add(to.span().start, format!("there is no route for {AMAZONS}, AWS's own addresses, found {range}"));
        }
    }

    fn target(&mut self, target: &Text) {
        let (name, design) = (target.get_ref().as_str(), self.design);
        let gateway = name == "internet" && design.vpc.internet_gateway;
        if !(gateway || name == "blackhole" || name == "?") {
            self.known("a NAT, `internet` or `blackhole`", target, design.nats.keys());
        }
    }

    fn endpoint(&mut self, name: &Text, endpoint: &Endpoint) {
        for table in &endpoint.route_tables {
            self.known("a route table", table, self.design.route_tables.keys());
        }
        endpoint.subnets.iter().for_each(|subnet| self.subnet(subnet));
        self.security_groups(&endpoint.security_groups);
        let gateway = endpoint.kind == EndpointKind::Gateway;
        if gateway && !matches!(endpoint.service.as_str(), "s3" | "dynamodb") {
            self.add(
                name.span().start,
                format!("only s3 and dynamodb have gateway endpoints, not {}", endpoint.service),
            );
        }
        let wrong = if gateway { !endpoint.subnets.is_empty() } else { !endpoint.route_tables.is_empty() };
        if wrong {
            self.add(
                name.span().start,
                "a gateway endpoint has route tables, an interface endpoint subnets".to_owned(),
            );
        }
    }

    pub(super) fn acls(&mut self) {
        for acl in self.design.network_acls.values() {
            for (entries, way, word) in [(&acl.inbound, Way::From, "from"), (&acl.outbound, Way::To, "to")] {
                let mut numbers = BTreeMap::new();
                for entry in entries {
                    let (at, entry) = (entry.span().start, entry.get_ref());
                    if entry.way != way {
                        self.add(at, format!("expected `{word}` here"));
                    }
                    if numbers.insert(entry.number, ()).is_some() {
                        self.add(at, format!("number {} is there twice", entry.number));
                    }
                }
            }
        }
    }

    pub(super) fn groups(&mut self) {
        for group in self.design.security_groups.values() {
            for (rules, way, word) in [(&group.inbound, Way::From, "from"), (&group.outbound, Way::To, "to")] {
                for rule in rules {
                    let (at, rule) = (rule.span().start, rule.get_ref());
                    if rule.way != way {
                        self.add(at, format!("expected `{word}` here"));
                    }
                    if let Peer::Group(name) = &rule.peer
                        && !self.design.security_groups.contains_key(name.as_str())
                    {
                        let known = self.design.security_groups.keys().map(|known| known.get_ref().as_str());
                        self.unknown(at, "a security group", name, known);
                    }
                }
            }
        }
    }
}
