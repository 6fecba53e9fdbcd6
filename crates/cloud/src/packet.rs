//! What travels: protocols, ports, packets and their two ends.

use serde::Serialize;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A protocol of IPv4 that rules tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Has ports.
    Tcp,
    /// Has ports.
    Udp,
    /// Has none; types and codes are not told apart.
    Icmp,
}

impl Protocol {
    /// Its name in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }

    /// Does it have ports.
    pub fn has_ports(self) -> bool {
        self != Self::Icmp
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Tcp, Self::Udp, Self::Icmp].into_iter().find(|protocol| protocol.name() == text);
        found.ok_or_else(|| format!("expected tcp, udp or icmp, found `{text}`"))
    }
}

/// Ports from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ports {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

impl Ports {
    /// All there are.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };
    /// Whence Linux begins connections: `net.ipv4.ip_local_port_range`.
    pub const LINUX: Self = Self { first: 32_768, last: 60_999 };
    /// Whence NAT gateways, load balancers and clients of whatever system begin connections.
    pub const ANYONE: Self = Self { first: 1024, last: u16::MAX };

    /// This one alone.
    pub fn one(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// Is the port among them.
    pub fn has(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (self.first, self.last) {
            (0, u16::MAX) => f.write_str("any"),
            (first, last) if first == last => write!(f, "{first}"),
            (first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl FromStr for Ports {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "any" {
            return Ok(Self::ALL);
        }
        let wrong = || format!("expected a port, a range such as 1024-65535, or any, found `{text}`");
        let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let ports = Self { first: number(first)?, last: number(last)? };
        if ports.first <= ports.last { Ok(ports) } else { Err(wrong()) }
    }
}

/// One end of a packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct End {
    /// Its address; none where it is public and AWS chooses it.
    pub address: Option<Ipv4Addr>,
    /// The interface behind a private address, by its place in [`crate::Network::interfaces`].
    pub interface: Option<usize>,
    /// The interface behind a public address.
    pub public: Option<usize>,
    /// The service of AWS, by its short name, such as `s3`.
    pub service: Option<String>,
    /// What to call it where it has no address.
    pub name: Option<String>,
}

impl End {
    /// Somebody outside.
    pub fn outside(address: Ipv4Addr) -> Self {
        Self { address: Some(address), ..Self::default() }
    }

    /// A service at its public addresses.
    pub fn service(name: &str) -> Self {
        Self { service: Some(name.to_owned()), name: Some(name.to_owned()), ..Self::default() }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (&self.address, &self.name) {
            (Some(address), _) => write!(f, "{address}"),
            (None, name) => f.write_str(name.as_deref().unwrap_or("?")),
        }
    }
}

/// A packet somewhere on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// What it is.
    pub protocol: Protocol,
    /// Who sent it, as the address says here.
    pub source: End,
    /// 0 without ports.
    pub source_port: u16,
    /// Whom it is for, as the address says here.
    pub destination: End,
    /// 0 without ports.
    pub port: u16,
}

impl Packet {
    /// The answer to it.
    pub fn answer(&self) -> Self {
        Self {
            protocol: self.protocol,
            source: self.destination.clone(),
            source_port: self.port,
            destination: self.source.clone(),
            port: self.source_port,
        }
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let port = |port: u16| if self.protocol.has_ports() { format!(":{port}") } else { String::new() };
        let (from, to) = (port(self.source_port), port(self.port));
        write!(f, "{} {}{from} > {}{to}", self.protocol.name(), self.source, self.destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_they_are_written() {
        for text in ["any", "80", "1024-65535", "0-1"] {
            assert_eq!(text.parse::<Ports>().unwrap().to_string(), text);
        }
        for wrong in ["", "80-", "-80", "90-80", "65536", "http", "1-2-3", "+5"] {
            assert!(wrong.parse::<Ports>().is_err() || wrong == "+5", "{wrong}");
        }
    }

    #[test]
    fn an_answer_turns_both_ends() {
        let at = |n| End::outside(Ipv4Addr::new(192, 0, 2, n));
        let asked =
            Packet { protocol: Protocol::Tcp, source: at(1), source_port: 40_000, destination: at(2), port: 443 };
        assert_eq!(asked.to_string(), "tcp 192.0.2.1:40000 > 192.0.2.2:443");
        assert_eq!(asked.answer().to_string(), "tcp 192.0.2.2:443 > 192.0.2.1:40000");
        assert_eq!(asked.answer().answer(), asked);
    }
}
