//! Rules as people write them.
//!
//! A security group's: `tcp 443 from 0.0.0.0/0`, `tcp 5432 to db`, `all to prefix s3`. A network ACL's:
//! `100 allow tcp 80 from 10.0.1.0/24`. `?` stands for what is not known.

mod acl;
mod group;

pub use acl::AclEntry;
pub use group::{GroupRule, Peer};

use crate::packet::{End, Packet, Ports, Protocol};
use ipnet::Ipv4Net;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A value, or the word that it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maybe<T> {
    /// It is this.
    Known(T),
    /// It is something.
    Unknown,
}

impl<T: FromStr<Err = String>> FromStr for Maybe<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "?" { Ok(Self::Unknown) } else { text.parse().map(Self::Known) }
    }
}

impl<T: fmt::Display> fmt::Display for Maybe<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// Does something hold; none where that is not known.
pub type Holds = Option<bool>;

/// Both hold: known to be false as soon as one of them is.
fn both(a: Holds, b: Holds) -> Holds {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Which packets, whoever sends them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traffic {
    /// All of them.
    All,
    /// All of ICMP.
    Icmp,
    /// To these ports.
    Tcp(Maybe<Ports>),
    /// To these ports.
    Udp(Maybe<Ports>),
    /// A protocol that is not known.
    Unknown,
}

impl Traffic {
    /// Is the packet among them.
    pub fn covers(&self, packet: &Packet) -> Holds {
        match self {
            Self::All => Some(true),
            Self::Unknown => None,
            Self::Icmp => Some(packet.protocol == Protocol::Icmp),
            Self::Tcp(ports) => ports_cover(Protocol::Tcp, ports, packet),
            Self::Udp(ports) => ports_cover(Protocol::Udp, ports, packet),
        }
    }

    /// Is there a packet among both; what is not known may be anything.
    pub fn meets(&self, other: &Self) -> bool {
        let ports = |a: &Maybe<Ports>, b: &Maybe<Ports>| match (a, b) {
            (Maybe::Known(a), Maybe::Known(b)) => a.first <= b.last && b.first <= a.last,
            _ => true,
        };
        match (self, other) {
            (Self::All | Self::Unknown, _) | (_, Self::All | Self::Unknown) => true,
            (Self::Tcp(a), Self::Tcp(b)) | (Self::Udp(a), Self::Udp(b)) => ports(a, b),
            (a, b) => matches!((a, b), (Self::Icmp, Self::Icmp)),
        }
    }

    /// The ports, where it has some and they are known.
    pub fn ports(&self) -> Option<Ports> {
        match self {
            Self::Tcp(Maybe::Known(ports)) | Self::Udp(Maybe::Known(ports)) => Some(*ports),
            _ => None,
        }
    }
}

fn ports_cover(protocol: Protocol, ports: &Maybe<Ports>, packet: &Packet) -> Holds {
    let port = match ports {
        Maybe::Known(ports) => Some(ports.has(packet.port)),
        Maybe::Unknown => None,
    };
    both(Some(packet.protocol == protocol), port)
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Icmp => f.write_str("icmp"),
            Self::Tcp(ports) => write!(f, "tcp {ports}"),
            Self::Udp(ports) => write!(f, "udp {ports}"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// Reads traffic from the first words of a rule.
fn traffic<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Traffic, String> {
    let protocol = words.next().ok_or("expected all, icmp, tcp, udp or ?, found nothing")?;
    let mut ports = || words.next().ok_or_else(|| format!("expected ports or `any` after {protocol}"))?.parse();
    match protocol {
        "all" => Ok(Traffic::All),
        "icmp" => Ok(Traffic::Icmp),
        "tcp" => ports().map(Traffic::Tcp),
        "udp" => ports().map(Traffic::Udp),
        "?" => Ok(Traffic::Unknown),
        other => Err(format!("expected all, icmp, tcp, udp or ?, found `{other}`")),
    }
}

/// Reads the word that says which way, such as `from`.
fn way<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Way, String> {
    match words.next() {
        Some("from") => Ok(Way::From),
        Some("to") => Ok(Way::To),
        found => Err(format!("expected from or to, found `{}`", found.unwrap_or_default())),
    }
}

/// Nothing may follow.
fn end<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<(), String> {
    words.next().map_or(Ok(()), |word| Err(format!("expected no more, found `{word}`")))
}

/// Which way packets go, as a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In: the other end is the source.
    From,
    /// Out: the other end is the destination.
    To,
}

impl Way {
    /// The end that rules of this way look at.
    pub fn other(self, packet: &Packet) -> &End {
        match self {
            Self::From => &packet.source,
            Self::To => &packet.destination,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// An address range, in its shortest form.
pub fn network(text: &str) -> Result<Ipv4Net, String> {
    let wrong = || format!("expected a range such as 10.0.1.0/24, found `{text}`");
    let net: Ipv4Net = text.parse().map_err(|_| wrong())?;
    let start = net.trunc();
    if start == net { Ok(net) } else { Err(format!("expected {start}, since `{text}` has bits behind its length")) }
}

/// Is the end in this range. The addresses of a service are public, and else not known.
pub fn in_range(net: &Ipv4Net, end: &End) -> Holds {
    match end.address {
        Some(address) => Some(net.contains(&address)),
        None if net.prefix_len() == 0 => Some(true),
        None if is_inner(net) => Some(false),
        None => None,
    }
}

/// Has the range no public address: a wide one such as 10.0.0.0/7 only begins with private ones.
fn is_inner(net: &Ipv4Net) -> bool {
    let both = |is: fn(&Ipv4Addr) -> bool| is(&net.network()) && is(&net.broadcast());
    both(Ipv4Addr::is_private) || both(Ipv4Addr::is_link_local)
}

/// Written and read as text.
macro_rules! as_text {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }

        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )*};
}

as_text!(GroupRule, AclEntry);

#[cfg(test)]
mod tests;
