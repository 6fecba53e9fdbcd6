//! Where a request comes from.

use crate::config::Console;
use crate::house::House;
use crate::web::Problem;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::Ipv6Net;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Who asked: the other end, or, where that is a front that is trusted, whom the front names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl Address {
    /// What tries are counted by. One customer has a whole network of IPv6.
    pub fn network(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => Ipv6Net::new_assert(address, 64).trunc().to_string(),
        }
    }
}

impl FromRequestParts<Arc<House>> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().ok_or_else(|| Problem::internal("the connection has no address"))?;
        Ok(Self(find(peer.0, &parts.headers, &house.config.console)))
    }
}

/// Each front adds at the end of `X-Forwarded-For` who asked it. From the end on, as long as a front that is trusted says
/// so; what stands before that, anybody may have written.
fn find(peer: IpAddr, headers: &HeaderMap, console: &Console) -> IpAddr {
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let line = lines.join(",");
    let mut address = peer.to_canonical();
    for named in line.rsplit(',') {
        let is_trusted = console.trusted_proxies.iter().any(|network| network.contains(&address));
        match read(named.trim()).filter(|_| is_trusted) {
            Some(named) => address = named.to_canonical(),
            None => break,
        }
    }
    address
}

/// An address, perhaps with a port.
fn read(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let console =
            Console { trusted_proxies: trusted.iter().map(|network| network.parse().unwrap()).collect(), oidc: None };
        find(peer.parse().unwrap(), &headers, &console).to_string()
    }

    #[test]
    fn only_fronts_that_are_trusted_are_believed() {
        assert_eq!(found("198.51.100.1", &["192.0.2.1"], &[]), "198.51.100.1");
        assert_eq!(found("198.51.100.1", &["192.0.2.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(found("10.0.0.1", &["192.0.2.1"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(found("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn what_stands_before_the_front_is_hearsay() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(found("10.0.0.1", &["127.0.0.1, 192.0.2.1"], &trusted), "192.0.2.1");
        assert_eq!(found("10.0.0.1", &["127.0.0.1, 192.0.2.1, fd00::2"], &trusted), "192.0.2.1");
        assert_eq!(found("10.0.0.1", &["127.0.0.1", "192.0.2.1"], &trusted), "192.0.2.1", "two lines are one");
        assert_eq!(found("10.0.0.1", &["10.0.0.2, 10.0.0.3"], &trusted), "10.0.0.2", "all are fronts");
        assert_eq!(found("10.0.0.1", &["192.0.2.1, unknown"], &trusted), "10.0.0.1", "the front knows no more");
        assert_eq!(found("10.0.0.1", &["192.0.2.1:4711"], &trusted), "192.0.2.1");
        assert_eq!(found("::ffff:10.0.0.1", &["[2001:db8::1]:4711"], &trusted), "2001:db8::1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_customer() {
        let network = |text: &str| Address(text.parse().unwrap()).network();
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:3::4"));
    }
}
