//! The network of a design.

use super::Text;
use crate::rule::{self, AclEntry, GroupRule};
use ipnet::Ipv4Net;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An address range that knows where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range(pub Ipv4Net);

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        rule::network(&String::deserialize(from)?).map(Self).map_err(de::Error::custom)
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// The network itself.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its addresses, from /16 to /28.
    pub cidr: toml::Spanned<Range>,
    /// Does it have an internet gateway; `internet` is then a target of routes.
    #[serde(default = "yes")]
    pub internet_gateway: bool,
}

pub(super) fn yes() -> bool {
    true
}

/// A part of the network in one zone.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// The letter of its zone.
    pub zone: String,
    /// Its addresses, from /16 to /28, inside the network's.
    pub cidr: toml::Spanned<Range>,
    /// Its route table; without one it only has the route within the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_table: Option<Text>,
    /// Its network ACL; without one all is allowed, as the default ACL does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_acl: Option<Text>,
}

/// What translates many private addresses to a public one.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Nat {
    /// Where it stands.
    pub subnet: Text,
    /// A managed gateway, or an instance.
    #[serde(default)]
    pub kind: NatKind,
    /// Of an instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Of an instance; a gateway has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Text>,
}

/// What a [`Nat`] is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NatKind {
    /// Managed.
    #[default]
    Gateway,
    /// An instance that forwards, its check of sources and destinations off.
    Instance,
}

/// Stateless rules of a subnet. What no entry covers is denied.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Acl {
    /// Packets into the subnet.
    pub inbound: Vec<toml::Spanned<AclEntry>>,
    /// Packets out of it.
    pub outbound: Vec<toml::Spanned<AclEntry>>,
}

/// Stateful rules of an interface. Each allows something; answers need none.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// Connections to the interface.
    pub inbound: Vec<toml::Spanned<GroupRule>>,
    /// Connections from it: to be said, since what is left out has two meanings (all, or none).
    pub outbound: Vec<toml::Spanned<GroupRule>>,
}

/// A way to a service of AWS that leaves the internet out.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Its short name, such as `s3` or `sqs`.
    pub service: String,
    /// By routes, or by interfaces.
    pub kind: EndpointKind,
    /// Of a gateway: the tables that get its route.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route_tables: Vec<Text>,
    /// Of an interface endpoint: where it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<Text>,
    /// Of an interface endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Text>,
}

/// What an [`Endpoint`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// A route to the addresses of the service; free.
    Gateway,
    /// An interface a subnet; the name of the service leads to it.
    Interface,
}
