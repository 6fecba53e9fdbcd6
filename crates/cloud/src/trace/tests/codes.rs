//! Each reason, by a change of the mended example that brings it about and nothing else.

use super::*;
use std::collections::BTreeSet;

type Case = (Reason, &'static [(&'static str, &'static str)], &'static str, &'static str, u16);

const ROUTE_A: &str = "app-a = { \"0.0.0.0/0\" = \"nat-a\" }";
const DATABASE: &str = "multi_az = true";

const CASES: &[Case] = &[
    (
        Reason::AclRestriction,
        &[("\"100 allow tcp 5432 to 10.0.21.0/24\"", "\"100 deny tcp 5432 to 10.0.21.0/24\"")],
        "app",
        "wallet",
        5432,
    ),
    (Reason::GroupMismatch, &[("tcp 5432 from app", "tcp 5433 from app")], "app", "wallet", 5432),
    (Reason::GroupEmpty, &[("inbound = [\"tcp 5432 from app\"]", "inbound = []")], "app", "wallet", 5432),
    (Reason::NoRoute, &[(ROUTE_A, "app-a = {}")], "app", "internet", 443),
    (Reason::Blackhole, &[(ROUTE_A, "app-a = { \"0.0.0.0/0\" = \"blackhole\" }")], "app", "internet", 443),
    (Reason::NoPublicAddress, &[(ROUTE_A, "app-a = { \"0.0.0.0/0\" = \"internet\" }")], "app", "internet", 443),
    (Reason::NotPublic, &[], "internet", "wallet", 5432),
    (Reason::PrivateOutside, &[("\"tcp 443 to 0.0.0.0/0\"", "\"all to 0.0.0.0/0\"")], "app", "192.168.7.7", 443),
    (Reason::NobodyThere, &[("\"tcp 443 to 0.0.0.0/0\"", "\"all to 0.0.0.0/0\"")], "app", "10.0.99.9", 443),
    (Reason::NoListener, &[("\"tcp 443 from 0.0.0.0/0\"", "\"tcp any from 0.0.0.0/0\"")], "internet", "front", 80),
    (Reason::NoTargets, &[("members = [\"app\"]", "members = []")], "internet", "front", 443),
];

#[test]
fn every_reason_has_a_case() {
    // Three speak of other protocols or sources, and have tests of their own below.
    let elsewhere = [Reason::WrongProtocol, Reason::EndpointProtocol, Reason::PrivateSource];
    let shown: BTreeSet<Reason> = CASES.iter().map(|case| case.0).chain(elsewhere).collect();
    assert_eq!(shown, Reason::ALL.iter().copied().collect());
}

#[test]
fn every_case_has_its_reason() {
    for (reason, changes, from, to, port) in CASES {
        let trace = ask(&changed("securewallet-fixed", changes), from, to, *port);
        let found = trace.blocked().unwrap_or_else(|| panic!("{reason:?}: {trace}"));
        assert_eq!(found.reason, *reason, "{trace}");
    }
}

#[test]
fn answers_take_the_way_of_the_question() {
    // A database with a public address, in a subnet without a way out, then with one through a NAT.
    let public =
        [(DATABASE, "multi_az = true\npublic_address = true"), ("tcp 5432 from app", "tcp 5432 from 0.0.0.0/0")];
    for table in ["", ", route_table = \"app-a\"", ", route_table = \"public\""] {
        let (a, b) = ("cidr = \"10.0.21.0/24\"", "cidr = \"10.0.22.0/24\"");
        let placed = [(a, format!("{a}{table}")), (b, format!("{b}{table}"))];
        let placed: Vec<_> = placed.iter().map(|(old, new)| (*old, new.as_str())).chain(public).collect();
        let trace = ask(&changed("securewallet-fixed", &placed), "internet", "wallet", 5432);
        match trace.blocked() {
            Some(blocked) => {
                assert!(blocked.back && blocked.reason == Reason::NoRoute && !table.contains("public"), "{trace}")
            }
            None => assert!(table.contains("public"), "{trace}"),
        }
    }
}

#[test]
fn protocols_that_a_component_does_not_take() {
    let endpoint = "[endpoints.s3-gate]\nservice = \"s3\"\nkind = \"gateway\"\nroute_tables = [\"app-a\", \"app-b\"]\n\n[load_balancers.front]";
    let wide = [
        ("\"tcp 443 to 0.0.0.0/0\"]", "\"all to 0.0.0.0/0\"]"),
        ("\"120 allow tcp 443 to", "\"120 allow all to"),
        ("[load_balancers.front]", endpoint),
    ];
    let network = changed("securewallet-fixed", &wide);
    let of =
        |protocol, to: &str, from: &str| trace(&network, &Question { protocol, ..question(from, to, 443) }).unwrap();
    let udp = of(Protocol::Udp, "s3", "app");
    assert_eq!(udp.blocked().unwrap().reason, Reason::EndpointProtocol, "{udp}");
    let tcp = of(Protocol::Tcp, "s3", "app");
    assert_eq!(tcp.verdict, Verdict::Allowed, "{tcp}");
    assert!(
        tcp.legs[0].there.last().unwrap().at.contains("gateway endpoint s3-gate"),
        "the source stays private: {tcp}"
    );
    let ping = changed("securewallet-fixed", &[("\"tcp 443 from 0.0.0.0/0\"", "\"all from 0.0.0.0/0\"")]);
    let udp = trace(&ping, &Question { protocol: Protocol::Udp, ..question("internet", "front", 443) }).unwrap();
    assert_eq!(udp.blocked().unwrap().reason, Reason::WrongProtocol, "{udp}");
    let ping = trace(&ping, &Question { protocol: Protocol::Icmp, ..question("internet", "front", 0) }).unwrap();
    assert_eq!((ping.verdict, ping.legs.len()), (Verdict::Allowed, 1), "the balancer answers itself: {ping}");
}

#[test]
fn nobody_outside_has_a_private_address() {
    let asked = Question { source: Some("10.0.11.9".parse().unwrap()), ..question("internet", "front", 443) };
    let trace = trace(&changed("securewallet-fixed", &[]), &asked).unwrap();
    assert_eq!(trace.blocked().unwrap().reason, Reason::PrivateSource);
}
