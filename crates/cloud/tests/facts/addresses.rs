//! Ranges of addresses, and those that nobody can have.

use crate::plan::Plan;
use cloud::trace::Reason::NobodyThere;
use std::net::Ipv4Addr;

/// Nobody gets the first four addresses of a subnet, nor the last.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
#[test]
fn five_addresses_of_a_subnet_are_kept() {
    let names: Vec<String> = (0..12).map(|n| format!("m{n:02}")).collect();
    let plan = names.iter().fold(Plan::new().subnet("small", "10.0.3.16/28", "private"), |plan, name| {
        plan.machine(name, "small", &["left"])
    });
    let network = plan.network();
    let given: Vec<Ipv4Addr> = names.iter().map(|name| network.interfaces[network.of(name)[0]].address).collect();
    let first_free = |n: u8| Ipv4Addr::new(10, 0, 3, 16 + n);
    // Eleven of sixteen can be had; the twelfth finds no free one.
    assert_eq!(given[..11], (4..15).map(first_free).collect::<Vec<_>>());
    assert_eq!(given[11], first_free(14));
}

/// At the addresses that are kept no machine answers.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
#[test]
fn no_machine_answers_at_addresses_that_are_kept() {
    for address in ["10.0.2.0", "10.0.2.1", "10.0.2.2", "10.0.2.3", "10.0.2.255"] {
        Plan::new().blocks("left", address, "tcp 80", NobodyThere);
    }
    Plan::new().allows("left", "10.0.2.4", "tcp 80");
}

/// A subnet has from 16 to 65,536 addresses.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
#[test]
fn a_subnet_is_from_28_to_16() {
    Plan::new().subnet("more", "10.0.3.0/28", "private").allows("left", "right", "tcp 80");
    let refusal = Plan::new().subnet("more", "10.0.3.0/29", "private").refusal();
    assert!(refusal.contains("expected a range from /16 to /28, found 10.0.3.0/29"), "{refusal}");
}

/// So has a network.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
#[test]
fn a_network_is_from_28_to_16() {
    let of = |cidr: &str| {
        format!("version = 1\nname = \"n\"\nregion = \"r\"\nsubnets = {{}}\nvpc = {{ cidr = \"{cidr}\" }}")
    };
    let sound = |cidr: &str| cloud::Design::parse(&of(cidr)).is_ok();
    assert!(sound("10.0.0.0/16") && sound("10.0.0.0/28"));
    assert!(!sound("10.0.0.0/15") && !sound("10.0.0.0/29"));
}

/// Subnets of a network do not overlap.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
#[test]
fn subnets_do_not_overlap() {
    let refusal = Plan::new().subnet("more", "10.0.2.128/25", "private").refusal();
    assert!(refusal.contains("overlap"), "{refusal}");
}

/// The resolver is at the third address of the network, not of each subnet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
#[test]
fn the_resolver_is_at_the_third_address_of_the_network() {
    Plan::new().group("left", &[], &[]).allows("left", "10.0.0.2", "udp 53");
    Plan::new().blocks("left", "10.0.1.2", "udp 53", NobodyThere);
}

/// It is at 169.254.169.253 as well.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>
#[test]
fn the_resolver_has_an_address_that_is_the_same_everywhere() {
    Plan::new().routes("private", &[]).acl("left", &[], &[]).allows("left", "169.254.169.253", "udp 53");
}

/// Time is to be had at 169.254.169.123, without a way outside and without rules.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html>
#[test]
fn time_needs_no_way_outside() {
    let plan = Plan::new().routes("private", &[]).acl("left", &[], &[]).group("left", &[], &[]);
    plan.allows("left", "169.254.169.123", "udp 123");
}

/// Metadata are at 169.254.169.254.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html>
#[test]
fn metadata_need_no_way_outside() {
    Plan::new().routes("private", &[]).acl("left", &[], &[]).allows("left", "169.254.169.254", "tcp 80");
}
