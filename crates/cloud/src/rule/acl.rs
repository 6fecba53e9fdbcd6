//! Entries of network ACLs.

use super::{Holds, Maybe, Traffic, Way, both, end, in_range, network, traffic, way};
use crate::packet::Packet;
use ipnet::Ipv4Net;
use std::fmt;
use std::str::FromStr;

/// An entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    /// Its place: the lowest that covers a packet decides.
    pub number: u16,
    /// Allow or deny.
    pub allow: bool,
    /// Which packets.
    pub traffic: Traffic,
    /// In or out.
    pub way: Way,
    /// The range of the other end.
    pub range: Maybe<Ipv4Net>,
}

impl AclEntry {
    /// Highest number; what no entry covers is denied (Amazon VPC User Guide, network ACL rules).
    pub const LAST: u16 = 32_766;

    /// Is the packet one that it decides on.
    pub fn covers(&self, packet: &Packet) -> Holds {
        let range = match &self.range {
            Maybe::Known(net) => in_range(net, self.way.other(packet)),
            Maybe::Unknown => None,
        };
        both(self.traffic.covers(packet), range)
    }
}

impl FromStr for AclEntry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let number = words.next().unwrap_or_default();
        let sound = number.parse().ok().filter(|number| (1..=Self::LAST).contains(number));
        let number = sound.ok_or_else(|| format!("expected a number from 1 to {}, found `{number}`", Self::LAST))?;
        let allow = match words.next() {
            Some("allow") => true,
            Some("deny") => false,
            found => return Err(format!("expected allow or deny, found `{}`", found.unwrap_or_default())),
        };
        let (traffic, way) = (traffic(&mut words)?, way(&mut words)?);
        let range = match words.next().ok_or("expected a range at the end")? {
            "?" => Maybe::Unknown,
            range => Maybe::Known(network(range)?),
        };
        end(words).map(|()| Self { number, allow, traffic, way, range })
    }
}

impl fmt::Display for AclEntry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let verb = if self.allow { "allow" } else { "deny" };
        write!(f, "{} {verb} {} {} {}", self.number, self.traffic, self.way.word(), self.range)
    }
}
