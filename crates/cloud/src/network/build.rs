//! From a design to what it means.

use super::{Acl, Balancer, Destination, Group, Interface, Kind, Network, Passing, Route, Subnet, Target};
use crate::design::{self, Design, EndpointKind, NatKind, Scheme, Text};
use crate::rule;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Addresses that AWS keeps at the start of a subnet; it keeps the last one too (Amazon VPC User Guide, subnet sizing).
const RESERVED: u32 = 4;

/// Reads where a route leads from: a range, or `prefix` and a service.
pub fn destination(text: &str) -> Result<Destination, String> {
    match text.strip_prefix("prefix ") {
        Some(service) => Ok(Destination::Service(service.trim().to_owned())),
        None => rule::network(text).map(Destination::Range),
    }
}

impl Network {
    /// What a design that was checked means.
    pub fn new(design: &Design) -> Self {
        let mut network = Self {
            cidr: design.vpc.cidr.get_ref().0,
            gateway: design.vpc.internet_gateway,
            subnets: design.subnets.iter().map(subnet).collect(),
            tables: BTreeMap::new(),
            acls: design.network_acls.iter().map(|(name, acl)| (text(name), sorted(acl))).collect(),
            groups: design.security_groups.iter().map(|(name, group)| (text(name), rules(group))).collect(),
            interfaces: Vec::new(),
            balancers: design.load_balancers.iter().map(|(name, lb)| (text(name), balancer(design, lb))).collect(),
            doors: doors(design),
        };
        network.place_all(design);
        network.tables = tables(design, &network);
        network
    }

    /// Interfaces in an order that depends on names alone, so that addresses are the same every time.
    fn place_all(&mut self, design: &Design) {
        for (name, nat) in &design.nats {
            let gateway = nat.kind == NatKind::Gateway;
            let kind = if gateway { Kind::NatGateway } else { Kind::NatInstance };
            let groups = (!gateway).then_some(nat.security_groups.as_slice());
            self.place(name, kind, std::slice::from_ref(&nat.subnet), true, groups);
        }
        for (name, lb) in &design.load_balancers {
            let public = lb.scheme == Scheme::InternetFacing;
            self.place(name, Kind::Balancer, &lb.subnets, public, Some(&lb.security_groups));
        }
        for (name, group) in &design.auto_scaling_groups {
            self.place(name, Kind::Instance, &group.subnets, group.public_address, Some(&group.security_groups));
        }
        for (name, instance) in &design.instances {
            let subnet = std::slice::from_ref(&instance.subnet);
            self.place(name, Kind::Instance, subnet, instance.public_address, Some(&instance.security_groups));
        }
        for (name, database) in &design.databases {
            self.place(name, Kind::Store, &database.subnets, database.public_address, Some(&database.security_groups));
        }
        for (name, cache) in &design.caches {
            self.place(name, Kind::Store, &cache.subnets, false, Some(&cache.security_groups));
        }
        for (name, endpoint) in &design.endpoints {
            self.place(name, Kind::Endpoint, &endpoint.subnets, false, Some(&endpoint.security_groups));
        }
    }

    fn place(&mut self, owner: &Text, kind: Kind, subnets: &[Text], public: bool, groups: Option<&[Text]>) {
        for name in subnets {
            let subnet = self.subnets.iter().position(|subnet| subnet.name == *name.get_ref());
            let subnet = subnet.expect("the design was checked");
            let address = self.free_address(subnet);
            let groups = groups.map(|names| names.iter().map(text).collect());
            self.interfaces.push(Interface { owner: text(owner), kind, subnet, address, public, groups });
        }
    }

    /// The first address of a subnet that nobody has. A subnet that is full has its last one twice; that is a finding.
    pub(crate) fn free_address(&self, subnet: usize) -> Ipv4Addr {
        let taken = self.interfaces.iter().filter(|interface| interface.subnet == subnet).count();
        let net = self.subnets[subnet].net;
        let first = u32::from(net.network()) + RESERVED;
        let last = u32::from(net.broadcast()) - 1;
        let taken = u32::try_from(taken).unwrap_or(u32::MAX);
        Ipv4Addr::from(first.saturating_add(taken).min(last))
    }
}

fn text(name: &Text) -> String {
    name.get_ref().clone()
}

fn subnet((name, subnet): (&Text, &design::Subnet)) -> Subnet {
    Subnet {
        name: text(name),
        zone: subnet.zone.clone(),
        net: subnet.cidr.get_ref().0,
        table: subnet.route_table.as_ref().map(text),
        acl: subnet.network_acl.as_ref().map(text),
    }
}

fn sorted(acl: &design::Acl) -> Acl {
    let by_number = |entries: &[toml::Spanned<rule::AclEntry>]| {
        let mut entries: Vec<_> = entries.iter().map(|entry| entry.get_ref().clone()).collect();
        entries.sort_by_key(|entry| entry.number);
        entries
    };
    Acl { inbound: by_number(&acl.inbound), outbound: by_number(&acl.outbound) }
}

fn rules(group: &design::SecurityGroup) -> Group {
    let plain = |rules: &[toml::Spanned<rule::GroupRule>]| rules.iter().map(|rule| rule.get_ref().clone()).collect();
    Group { inbound: plain(&group.inbound), outbound: plain(&group.outbound) }
}

fn balancer(design: &Design, lb: &design::LoadBalancer) -> Balancer {
    let passing = |listener: &design::Listener, name: &Text| {
        let group = &design.target_groups[name.get_ref().as_str()];
        let idle = listener.targets().all(|target| target.get_ref() != name.get_ref());
        Passing { group: text(name), port: group.port, members: group.members.iter().map(text).collect(), idle }
    };
    let listener = |listener: &design::Listener| {
        (listener.port, design.behind(listener).map(|name| passing(listener, name)).collect())
    };
    let public = lb.scheme == Scheme::InternetFacing;
    Balancer { public, listeners: lb.listeners.iter().map(listener).collect() }
}

/// The names of services lead to their interface endpoints. Those of S3 and DynamoDB stay with the public addresses, which
/// gateway endpoints take (<https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html>).
fn doors(design: &Design) -> BTreeMap<String, Vec<String>> {
    let mut doors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let public = |service: &str| matches!(service, "s3" | "dynamodb");
    let interfaces = design.endpoints.iter().filter(|(_, endpoint)| endpoint.kind == EndpointKind::Interface);
    for (name, endpoint) in interfaces.filter(|(_, endpoint)| !public(&endpoint.service)) {
        doors.entry(endpoint.service.clone()).or_default().push(text(name));
    }
    doors
}

/// Most specific first; addresses of a service are more specific than any range that a person writes.
fn tables(design: &Design, network: &Network) -> BTreeMap<String, Vec<Route>> {
    let route = |(to, target): (&Text, &Text)| Route {
        to: destination(to.get_ref()).expect("the design was checked"),
        target: target_of(target.get_ref(), network),
    };
    let table = |(name, routes): (&Text, &design::Named<Text>)| {
        let mut routes: Vec<Route> = routes.iter().map(route).collect();
        routes.extend(endpoint_routes(design, name));
        routes.sort_by_key(|route| std::cmp::Reverse(length(&route.to)));
        (text(name), routes)
    };
    design.route_tables.iter().map(table).collect()
}

fn endpoint_routes(design: &Design, table: &Text) -> impl Iterator<Item = Route> {
    let gateways = design.endpoints.iter().filter(|(_, endpoint)| endpoint.kind == EndpointKind::Gateway);
    let here = gateways.filter(move |(_, endpoint)| endpoint.route_tables.contains(table));
    here.map(|(name, endpoint)| Route {
        to: Destination::Service(endpoint.service.clone()),
        target: Target::Endpoint(text(name)),
    })
}

fn target_of(name: &str, network: &Network) -> Target {
    match name {
        "internet" => Target::Internet,
        "blackhole" => Target::Blackhole,
        "?" => Target::Unknown,
        nat => Target::Nat(network.of(nat)[0]),
    }
}

fn length(to: &Destination) -> u8 {
    match to {
        Destination::Range(net) => net.prefix_len(),
        Destination::Service(_) => Ipv4Net::default().max_prefix_len(),
    }
}
