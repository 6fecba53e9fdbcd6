use super::*;
use std::net::Ipv4Addr;

fn packet(port: u16) -> Packet {
    let source = End { interface: Some(3), ..End::outside(Ipv4Addr::new(10, 0, 1, 5)) };
    let destination = End::outside(Ipv4Addr::new(10, 0, 11, 5));
    Packet { protocol: Protocol::Tcp, source, source_port: 40_000, destination, port }
}

#[test]
fn rules_are_read_as_they_are_written() {
    for text in ["tcp 443 from 0.0.0.0/0", "all to app", "icmp from 10.0.0.0/16", "udp any to prefix s3", "? from ?"] {
        assert_eq!(text.parse::<GroupRule>().unwrap().to_string(), text);
    }
    for text in ["100 allow tcp 80 from 10.0.1.0/24", "32766 deny all to 0.0.0.0/0", "1 allow tcp ? from ?"] {
        assert_eq!(text.parse::<AclEntry>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_wrong_in_a_rule_is_said() {
    let of = |text: &str| text.parse::<GroupRule>().unwrap_err();
    assert_eq!(of("tpc 443 from app"), "expected all, icmp, tcp, udp or ?, found `tpc`");
    assert_eq!(of("tcp from app"), "expected a port, a range such as 1024-65535, or any, found `from`");
    assert_eq!(of("tcp 443 app"), "expected from or to, found `app`");
    assert_eq!(of("tcp 443 from 10.0.1.0/8"), "expected 10.0.0.0/8, since `10.0.1.0/8` has bits behind its length");
    assert_eq!(of("tcp 443 from app twice"), "expected no more, found `twice`");
    let of = |text: &str| text.parse::<AclEntry>().unwrap_err();
    assert_eq!(of("0 allow all from 0.0.0.0/0"), "expected a number from 1 to 32766, found `0`");
    assert_eq!(of("100 permit all from 0.0.0.0/0"), "expected allow or deny, found `permit`");
}

#[test]
fn a_rule_looks_at_the_other_end() {
    let allows =
        |rule: &str, port| rule.parse::<GroupRule>().unwrap().allows(&packet(port), |i, g| (i, g) == (3, "lb"));
    assert_eq!(allows("tcp 80 from 10.0.1.0/24", 80), Some(true));
    assert_eq!(allows("tcp 80 from 10.0.1.0/24", 81), Some(false));
    assert_eq!(allows("tcp 80 from 10.0.11.0/24", 80), Some(false));
    assert_eq!(allows("tcp 80 to 10.0.11.0/24", 80), Some(true));
    assert_eq!(allows("all from lb", 80), Some(true));
    assert_eq!(allows("all from app", 80), Some(false));
}

#[test]
fn what_is_not_known_matters_only_where_all_else_fits() {
    let allows = |rule: &str| rule.parse::<GroupRule>().unwrap().allows(&packet(80), |_, _| false);
    assert_eq!(allows("tcp ? from 10.0.1.0/24"), None);
    assert_eq!(allows("tcp ? from 10.9.1.0/24"), Some(false));
    assert_eq!(allows("udp ? from ?"), Some(false));
    assert_eq!(allows("? from ?"), None);
}

#[test]
fn a_service_has_public_addresses_that_nobody_lists() {
    let s3 = End::service("s3");
    let holds = |range: &str| in_range(&network(range).unwrap(), &s3);
    assert_eq!([holds("0.0.0.0/0"), holds("10.0.0.0/8"), holds("52.0.0.0/8")], [Some(true), Some(false), None]);
    // Wide ranges that begin with private addresses have public ones too.
    for wide in ["10.0.0.0/7", "192.168.0.0/15", "169.254.0.0/15"] {
        assert_eq!(holds(wide), None, "{wide}");
    }
}
