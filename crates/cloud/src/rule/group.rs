//! Rules of security groups.

use super::{Holds, Traffic, Way, both, end, in_range, network, traffic, way};
use crate::packet::{End, Packet};
use ipnet::Ipv4Net;
use std::fmt;
use std::str::FromStr;

/// Whom a rule of a security group lets in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Addresses.
    Range(Ipv4Net),
    /// Interfaces of this security group, by their private addresses.
    Group(String),
    /// The addresses of a service of AWS in this region.
    Service(String),
    /// Somebody.
    Unknown,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Range(net) => net.fmt(f),
            Self::Group(name) => f.write_str(name),
            Self::Service(name) => write!(f, "prefix {name}"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// Which packets.
    pub traffic: Traffic,
    /// In or out.
    pub way: Way,
    /// From or to whom.
    pub peer: Peer,
}

impl GroupRule {
    /// Does it let this packet through; `member` says whether an interface is in a group.
    pub fn allows(&self, packet: &Packet, member: impl Fn(usize, &str) -> bool) -> Holds {
        both(self.traffic.covers(packet), self.names(self.way.other(packet), member))
    }

    /// Is this end one that it speaks of.
    pub fn names(&self, end: &End, member: impl Fn(usize, &str) -> bool) -> Holds {
        match &self.peer {
            Peer::Range(net) => in_range(net, end),
            Peer::Group(name) => Some(end.interface.is_some_and(|interface| member(interface, name))),
            Peer::Service(name) => Some(end.service.as_deref() == Some(name)),
            Peer::Unknown => None,
        }
    }
}

impl FromStr for GroupRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let (traffic, way) = (traffic(&mut words)?, way(&mut words)?);
        let peer = match words.next() {
            Some("?") => Peer::Unknown,
            Some("prefix") => Peer::Service(words.next().ok_or("expected a service after prefix")?.to_owned()),
            Some(range) if range.contains('/') => Peer::Range(network(range)?),
            Some(group) => Peer::Group(group.to_owned()),
            None => return Err("expected a range, a security group, prefix or ? at the end".to_owned()),
        };
        end(words).map(|()| Self { traffic, way, peer })
    }
}

impl fmt::Display for GroupRule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {} {}", self.traffic, self.way.word(), self.peer)
    }
}
