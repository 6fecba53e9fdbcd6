//! What a design means: subnets, routes, rules, and an interface for whatever stands somewhere.

mod build;

pub use build::destination;

use crate::packet::{End, Ports};
use crate::rule::{AclEntry, GroupRule};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// A network as packets meet it.
#[derive(Debug, Clone)]
pub struct Network {
    /// Its addresses.
    pub cidr: Ipv4Net,
    /// Does it have an internet gateway.
    pub gateway: bool,
    /// Its parts.
    pub subnets: Vec<Subnet>,
    /// Routes by table, most specific first; the one within the network is not among them and comes before all.
    pub tables: BTreeMap<String, Vec<Route>>,
    /// Network ACLs.
    pub acls: BTreeMap<String, Acl>,
    /// Security groups.
    pub groups: BTreeMap<String, Group>,
    /// Whatever has an address.
    pub interfaces: Vec<Interface>,
    /// Load balancers.
    pub balancers: BTreeMap<String, Balancer>,
    /// Interface endpoints by service: its name leads to them.
    pub doors: BTreeMap<String, Vec<String>>,
}

/// A part of the network in one zone.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its name.
    pub name: String,
    /// The letter of its zone.
    pub zone: String,
    /// Its addresses.
    pub net: Ipv4Net,
    /// Its route table, where it has one.
    pub table: Option<String>,
    /// Its ACL, where it has one.
    pub acl: Option<String>,
}

/// Where a route leads from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// These addresses.
    Range(Ipv4Net),
    /// Those of a service of AWS.
    Service(String),
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Range(net) => net.fmt(f),
            Self::Service(name) => write!(f, "prefix {name}"),
        }
    }
}

/// Where a route leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The internet gateway.
    Internet,
    /// A NAT, by the place of its interface.
    Nat(usize),
    /// A gateway endpoint of this name.
    Endpoint(String),
    /// What is gone.
    Blackhole,
    /// Something.
    Unknown,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Which packets.
    pub to: Destination,
    /// Where they go.
    pub target: Target,
}

/// Stateless rules, by number.
#[derive(Debug, Clone, Default)]
pub struct Acl {
    /// Into the subnet.
    pub inbound: Vec<AclEntry>,
    /// Out of it.
    pub outbound: Vec<AclEntry>,
}

/// Stateful rules.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// To the interface.
    pub inbound: Vec<GroupRule>,
    /// From it.
    pub outbound: Vec<GroupRule>,
}

/// What an interface belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An instance, alone or of an auto-scaling group.
    Instance,
    /// A node of a load balancer.
    Balancer,
    /// A NAT gateway.
    NatGateway,
    /// A NAT instance.
    NatInstance,
    /// A database or cache.
    Store,
    /// An interface endpoint.
    Endpoint,
    /// Whoever may stand in a subnet: nothing is known of its security groups.
    Anyone,
}

impl Kind {
    /// Does it send on in its own name.
    pub fn is_nat(self) -> bool {
        matches!(self, Self::NatGateway | Self::NatInstance)
    }
}

/// Something with an address in a subnet.
#[derive(Debug, Clone)]
pub struct Interface {
    /// Whose it is.
    pub owner: String,
    /// What that is.
    pub kind: Kind,
    /// Its subnet, by its place.
    pub subnet: usize,
    /// Its private address: one that AWS could give it.
    pub address: Ipv4Addr,
    /// Does it have a public address beside it.
    pub public: bool,
    /// Its security groups; none where the kind has none.
    pub groups: Option<Vec<String>>,
}

impl Interface {
    /// Whence it begins connections.
    pub fn source_ports(&self) -> Ports {
        match self.kind {
            Kind::Balancer | Kind::NatGateway | Kind::Anyone => Ports::ANYONE,
            Kind::Instance | Kind::NatInstance | Kind::Store | Kind::Endpoint => Ports::LINUX,
        }
    }
}

/// A load balancer.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// Does it serve the internet: its name then leads to public addresses, for those within the network too.
    pub public: bool,
    /// Where it listens, and whom requests may go to.
    pub listeners: BTreeMap<u16, Vec<Passing>>,
}

/// A target group behind a listener.
#[derive(Debug, Clone)]
pub struct Passing {
    /// Its name.
    pub group: String,
    /// Where its members listen.
    pub port: u16,
    /// Who they are.
    pub members: Vec<String>,
    /// Is it the idle colour, to which no rule leads: it gets no requests, and is asked whether it is well.
    pub idle: bool,
}

impl Network {
    /// The interfaces of this name, by their places.
    pub fn of(&self, owner: &str) -> Vec<usize> {
        (0..self.interfaces.len()).filter(|&i| self.interfaces[i].owner == owner).collect()
    }

    /// The subnet of an interface.
    pub fn subnet(&self, interface: usize) -> &Subnet {
        &self.subnets[self.interfaces[interface].subnet]
    }

    /// Is there a way from a subnet through the internet gateway: it is public then.
    pub fn is_public(&self, subnet: &Subnet) -> bool {
        let routes = subnet.table.as_ref().and_then(|name| self.tables.get(name));
        routes.into_iter().flatten().any(|route| route.target == Target::Internet)
    }

    /// An interface in words.
    pub fn named(&self, interface: usize) -> String {
        let owner = &self.interfaces[interface].owner;
        match self.interfaces[interface].kind {
            Kind::Anyone => owner.clone(),
            _ => format!("{owner} in {}", self.subnet(interface).name),
        }
    }

    /// The NATs to which routes of an interface's subnet lead, by their places.
    pub fn nats_of(&self, interface: usize) -> impl Iterator<Item = usize> {
        let table = self.subnet(interface).table.as_ref();
        let routes = table.and_then(|name| self.tables.get(name)).into_iter().flatten();
        routes.filter_map(|route| if let Target::Nat(nat) = route.target { Some(nat) } else { None })
    }

    /// Is an interface in this security group.
    pub fn is_member(&self, interface: usize, group: &str) -> bool {
        self.interfaces[interface].groups.iter().flatten().any(|name| name == group)
    }

    /// An interface at its private address.
    pub fn private_end(&self, interface: usize) -> End {
        End { interface: Some(interface), ..End::outside(self.interfaces[interface].address) }
    }

    /// An interface at its public address, which AWS chooses.
    pub fn public_end(&self, interface: usize) -> End {
        let name = Some(format!("public({})", self.interfaces[interface].owner));
        End { name, public: Some(interface), ..End::default() }
    }

    /// The interface that has this private address.
    pub fn at(&self, address: Ipv4Addr) -> Option<usize> {
        self.interfaces.iter().position(|interface| interface.address == address)
    }
}
