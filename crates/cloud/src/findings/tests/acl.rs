//! Entries that decide nothing: taking them away changes no verdict, and taking another away does.

use super::*;
use crate::packet::{End, Packet, Protocol};
use crate::rule::AclEntry;
use proptest::prelude::*;
use std::net::Ipv4Addr;

/// What decides on a packet.
fn verdict(entries: &[AclEntry], packet: &Packet) -> Option<bool> {
    let covering = entries.iter().filter(|entry| entry.covers(packet) == Some(true));
    covering.min_by_key(|entry| entry.number).map(|entry| entry.allow)
}

/// All packets that small entries tell apart, whoever decides on each.
fn packets() -> Vec<Packet> {
    let mut packets = Vec::new();
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        for (port, host) in (0..8_u16).flat_map(|port| (0..8_u8).map(move |host| (port, host))) {
            let (source, destination) = (End::outside(Ipv4Addr::new(10, 0, 1, host)), End::default());
            packets.push(Packet { protocol, source, source_port: 40_000, destination, port });
        }
    }
    packets
}

fn decides(entries: &[AclEntry], one: &AclEntry, packet: &Packet) -> bool {
    let covering = entries.iter().filter(|entry| entry.covers(packet) == Some(true));
    covering.min_by_key(|entry| entry.number).is_some_and(|entry| entry.number == one.number)
}

fn entry() -> impl Strategy<Value = String> {
    let ports = (0..8_u16, 0..3_u16).prop_map(|(first, wide)| format!("{first}-{}", (first + wide).min(7)));
    let traffic = (prop::sample::select(vec!["tcp", "udp"]), ports).prop_map(|(p, ports)| format!("{p} {ports}"));
    let range = (0..8_u8, 29..33_u8).prop_map(|(host, length)| {
        let kept = host & (0xff_u8.checked_shl(u32::from(32 - length)).unwrap_or(0));
        format!("10.0.1.{kept}/{length}")
    });
    (any::<bool>(), traffic, range)
        .prop_map(|(allow, traffic, range)| format!("{} {traffic} from {range}", if allow { "allow" } else { "deny" }))
}

proptest! {
    #[test]
    fn found_are_exactly_those_that_decide_on_no_packet(entries in prop::collection::vec(entry(), 1..7)) {
        let numbered: Vec<String> = entries.iter().enumerate().map(|(n, e)| format!("{} {e}", 100 + n)).collect();
        let list = numbered.iter().map(|entry| format!("\"{entry}\"")).collect::<Vec<_>>().join(", ");
        let text = SOUND.replace("\"100 allow tcp 80 from 10.0.1.0/24\",\n  \"110 allow tcp 80 from 10.0.2.0/24\",\n  \"120 allow tcp 32768-60999 from 0.0.0.0/0\",", &list);
        prop_assert!(text != SOUND);
        let design = Design::parse(&text).unwrap();
        let found: BTreeSet<String> = findings(&design, &text).findings.into_iter()
            .filter(|f| f.rule == "shadowed-acl-entry").map(|f| f.what.split('`').nth(1).unwrap().to_owned()).collect();
        let parsed: Vec<AclEntry> = numbered.iter().map(|entry| entry.parse().unwrap()).collect();
        let packets = packets();
        let idle = parsed.iter().filter(|one| !packets.iter().any(|packet| decides(&parsed, one, packet)));
        let idle: BTreeSet<String> = idle.map(ToString::to_string).collect();
        prop_assert_eq!(&found, &idle);
        // And what is found may be taken away.
        let kept: Vec<AclEntry> = parsed.iter().filter(|e| !found.contains(&e.to_string())).cloned().collect();
        for packet in &packets {
            prop_assert_eq!(verdict(&parsed, packet), verdict(&kept, packet));
        }
    }
}

#[test]
fn several_together_hide_one_and_what_is_not_known_hides_nothing() {
    let with = |entries: &str| {
        let list = ("\"110 allow tcp 80 from 10.0.2.0/24\"", entries);
        by("shadowed-acl-entry", &[list]).into_iter().map(|f| f.what).collect::<Vec<_>>()
    };
    let halves = "\"60 allow tcp 80 from 10.0.2.0/25\", \"70 deny tcp 80 from 10.0.2.128/25\", \"110 allow tcp 80 from 10.0.2.0/24\"";
    assert!(
        with(halves)[0].contains("`70 deny tcp 80 from 10.0.2.128/25` comes first and says the opposite"),
        "{:?}",
        with(halves)
    );
    assert!(with(&halves.replace("10.0.2.128/25", "?")).is_empty());
    assert!(
        with("\"60 allow all from 0.0.0.0/0\", \"110 deny icmp from 10.0.2.0/24\"")
            .iter()
            .any(|what| what.contains("110 deny icmp"))
    );
    assert!(
        with("\"60 allow tcp any from 0.0.0.0/0\", \"110 allow all from 10.0.2.0/24\"")
            .iter()
            .all(|what| !what.contains("110"))
    );
}
