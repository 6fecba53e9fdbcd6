//! Which addresses belong to the public internet: the registries of special addresses of IANA, read strictly.
//!
//! Of IPv6 nothing is public but 2000::/3, from which global addresses are given, so everything that stands for another
//! address (IPv4-mapped and -compatible, NAT64) or has no meaning yet is out, whatever it holds. Of 2000::/3 what embeds an
//! IPv4 address (6to4, Teredo) is out too.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), bits)
}

const fn v6(a: u16, b: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// What is not public of IPv4.
const INSIDE_4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 8),       // this network
    v4(10, 0, 0, 8),      // private
    v4(100, 64, 0, 10),   // between a provider and its customers
    v4(127, 0, 0, 8),     // this machine
    v4(169, 254, 0, 16),  // this link; metadata of clouds
    v4(172, 16, 0, 12),   // private
    v4(192, 0, 0, 24),    // protocols
    v4(192, 0, 2, 24),    // documentation
    v4(192, 88, 99, 24),  // relays of 6to4
    v4(192, 168, 0, 16),  // private
    v4(198, 18, 0, 15),   // benchmarks
    v4(198, 51, 100, 24), // documentation
    v4(203, 0, 113, 24),  // documentation
    v4(224, 0, 0, 4),     // multicast
    v4(240, 0, 0, 4),     // reserved; broadcast
];

/// All that may be public of IPv6.
const GIVEN_6: Ipv6Net = v6(0x2000, 0, 3);

/// What is not public of that.
const INSIDE_6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),      // protocols; Teredo; benchmarks
    v6(0x2001, 0x0db8, 32), // documentation
    v6(0x2002, 0, 16),      // 6to4
    v6(0x3fff, 0, 20),      // documentation
];

/// Does it belong to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !INSIDE_4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => GIVEN_6.contains(&address) && !INSIDE_6.iter().any(|net| net.contains(&address)),
    }
}

/// Networks of our own that may be named too.
#[derive(Debug, Clone, Default)]
pub struct Allowed(pub Vec<IpNet>);

impl Allowed {
    /// May a connection go there.
    pub fn lets(&self, address: IpAddr) -> bool {
        is_public(address) || self.0.iter().any(|net| net.contains(&address))
    }
}
