//! Which addresses are public, told a second time by another hand: by the bits, as the registries have them.

use outward::address::{Allowed, is_public};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn at(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn borders_are_where_the_registries_say() {
    for (inside, before, after) in [
        (["0.0.0.0", "0.255.255.255"], "", "1.0.0.0"),
        (["10.0.0.0", "10.255.255.255"], "9.255.255.255", "11.0.0.0"),
        (["100.64.0.0", "100.127.255.255"], "100.63.255.255", "100.128.0.0"),
        (["127.0.0.0", "127.255.255.255"], "126.255.255.255", "128.0.0.0"),
        (["169.254.0.0", "169.254.255.255"], "169.253.255.255", "169.255.0.0"),
        (["172.16.0.0", "172.31.255.255"], "172.15.255.255", "172.32.0.0"),
        (["192.0.0.0", "192.0.0.255"], "191.255.255.255", "192.0.1.0"),
        (["192.0.2.0", "192.0.2.255"], "192.0.1.255", "192.0.3.0"),
        (["192.88.99.0", "192.88.99.255"], "192.88.98.255", "192.88.100.0"),
        (["192.168.0.0", "192.168.255.255"], "192.167.255.255", "192.169.0.0"),
        (["198.18.0.0", "198.19.255.255"], "198.17.255.255", "198.20.0.0"),
        (["198.51.100.0", "198.51.100.255"], "198.51.99.255", "198.51.101.0"),
        (["203.0.113.0", "203.0.113.255"], "203.0.112.255", "203.0.114.0"),
        (["224.0.0.0", "255.255.255.255"], "223.255.255.255", ""),
        (["::", "1fff:ffff::"], "", "2000::"),
        (["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"], "2000:ffff::", "2001:200::"),
        (["2001:db8::", "2001:db8:ffff::"], "2001:db7:ffff::", "2001:db9::"),
        (["2002::", "2002:ffff::"], "2001:ffff::", "2003::"),
        (["3fff::", "3fff:fff::"], "3ffe:ffff::", "3fff:1000::"),
        (["4000::", "ffff:ffff::"], "3fff:ffff::", ""),
    ] {
        assert!(inside.iter().all(|address| !is_public(at(address))), "{inside:?}");
        for public in [before, after].into_iter().filter(|text| !text.is_empty()) {
            assert!(is_public(at(public)), "{public}");
        }
    }
}

#[test]
fn nothing_that_stands_for_another_address_is_public() {
    for address in [
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "::8.8.8.8",
        "64:ff9b::808:808",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "100::1",
        "5f00::1",
    ] {
        assert!(!is_public(at(address)), "{address}");
    }
    assert!(is_public(at("2606:4700:4700::1111")) && is_public(at("2a00:1450:4001::200e")));
}

proptest! {
    #[test]
    fn what_the_language_itself_calls_special_is_never_public(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
            || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
        prop_assert!(!(special && is_public(v4.into())), "{v4}");
        prop_assert!(!is_public(v4.to_ipv6_mapped().into()) && !is_public(v4.to_ipv6_compatible().into()));
    }

    #[test]
    fn the_same_of_six(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        let special = v6.is_loopback() || v6.is_multicast() || v6.is_unspecified() || v6.is_unique_local()
            || v6.is_unicast_link_local();
        prop_assert!(!(special && is_public(v6.into())), "{v6}");
        prop_assert_eq!(is_public(v6.into()) && bits >> 125 != 1, false);
    }

    #[test]
    fn what_is_allowed_is_let_through_and_nothing_beside_it(bits: u32) {
        let allowed = Allowed(vec!["10.1.0.0/16".parse().unwrap()]);
        let v4 = Ipv4Addr::from(bits);
        let ours = v4.octets()[..2] == [10, 1];
        prop_assert_eq!(allowed.lets(v4.into()), ours || is_public(v4.into()));
        prop_assert!(!allowed.lets(v4.to_ipv6_mapped().into()), "an address is allowed in its own spelling alone");
    }
}
