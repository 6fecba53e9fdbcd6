//! Which packets a rule speaks of, in the words of a design.

use crate::import::value::{Item, Known};
use crate::packet::Ports;
use ipnet::Ipv4Net;

/// The words for what a rule says, and why some of them are `?`.
pub(super) struct Words {
    pub text: String,
    pub unknown: Vec<String>,
}

impl Words {
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), unknown: Vec::new() }
    }

    pub fn unknown(text: &str, why: String) -> Self {
        Self { text: text.to_owned(), unknown: vec![why] }
    }
}

/// Protocol and ports. An error is a rule that no packet of a design meets: its protocol is none of theirs.
///
/// Of a security group `-1` as the first port stands for all types of ICMP (Amazon EC2 API, IpPermission):
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>.
pub(super) fn traffic(protocol: Option<&Item>, from: Option<&Item>, to: Option<&Item>) -> Result<Words, String> {
    let protocol = match protocol.map(|item| item.value.text()) {
        Some(Ok(protocol)) => protocol.to_ascii_lowercase(),
        Some(Err(why)) => return Ok(Words::unknown("?", format!("the protocol: {why}"))),
        None => return Ok(Words::unknown("?", "it has no protocol".to_owned())),
    };
    match protocol.as_str() {
        "-1" | "all" => Ok(Words::of("all")),
        "6" | "tcp" => Ok(with_ports("tcp", from, to)),
        "17" | "udp" => Ok(with_ports("udp", from, to)),
        "1" | "icmp" => Ok(icmp(from)),
        "58" | "icmpv6" => Err("IPv6".to_owned()),
        other => Err(format!("protocol {other}")),
    }
}

fn with_ports(protocol: &str, from: Option<&Item>, to: Option<&Item>) -> Words {
    match ports(from, to) {
        Ok(ports) => Words::of(format!("{protocol} {ports}")),
        Err(why) => Words::unknown(&format!("{protocol} ?"), format!("the ports: {why}")),
    }
}

fn ports(from: Option<&Item>, to: Option<&Item>) -> Known<Ports> {
    let (Some(from), Some(to)) = (from, to) else { return Err("there are none".to_owned()) };
    let ports = Ports { first: from.number()?, last: to.number()? };
    if ports.first <= ports.last { Ok(ports) } else { Err(format!("{} comes after {}", ports.first, ports.last)) }
}

/// Types of ICMP are not told apart: a rule for some of them is known in part alone.
fn icmp(kind: Option<&Item>) -> Words {
    match kind.map(|item| item.number::<i32>()) {
        Some(Ok(-1)) => Words::of("icmp"),
        Some(Err(why)) => Words::unknown("?", format!("the type of ICMP: {why}")),
        Some(Ok(_)) | None => Words::unknown("?", "a rule for some types of ICMP".to_owned()),
    }
}

/// A range; bits behind its length count for nothing, as AWS takes it.
pub(super) fn range(item: &Item) -> Words {
    let net = item.value.text().and_then(|text| {
        let net: Result<Ipv4Net, _> = text.trim().parse();
        net.map_err(|_| format!("expected a range, found `{text}`"))
    });
    net.map_or_else(|why| Words::unknown("?", format!("the range: {why}")), |net| Words::of(net.trunc().to_string()))
}
