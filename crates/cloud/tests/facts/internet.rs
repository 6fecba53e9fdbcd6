//! The internet gateway.

use crate::plan::{Plan, packets};
use cloud::trace::Reason::{NoPublicAddress, NoRoute, NotPublic, PrivateOutside};

/// It puts the public address in place of the private one on the way out.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn on_the_way_out_the_source_becomes_public() {
    let trace = Plan::new().allows("web", "internet", "tcp 443");
    let [inside, outside] = &packets(&trace)[..] else { panic!("{trace}") };
    assert!(inside.starts_with("tcp 10.0.9.5:") && outside.starts_with("tcp public(web):"), "{trace}");
}

/// On the way in the destination is private before rules are asked.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn on_the_way_in_the_destination_becomes_private() {
    let trace = Plan::new().allows("internet", "web", "tcp 443");
    assert!(packets(&trace).iter().all(|packet| packet.ends_with("> 10.0.9.5:443")), "{trace}");
    assert!(trace.legs[0].there[0].at == "internet gateway", "{trace}");
}

/// An instance without a public address gets nowhere through it.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn without_a_public_address_nothing_goes_out() {
    let plan = Plan::new().routes("private", &[("0.0.0.0/0", "internet")]);
    plan.blocks("left", "internet", "tcp 443", NoPublicAddress);
    plan.also("instances.left", "public_address = true").allows("left", "internet", "tcp 443");
}

/// A public address is of no use where no route leads to the gateway.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn a_public_address_in_a_private_subnet_is_of_no_use() {
    let plan = Plan::new().routes("private", &[]).also("instances.left", "public_address = true");
    plan.blocks("left", "internet", "tcp 443", NoRoute);
    plan.loses_answers("internet", "left", "tcp 443", NoRoute);
}

/// Answers do not leave through a NAT what came in through the gateway.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn a_public_address_behind_a_nat_is_of_no_use() {
    let plan = Plan::new().also("instances.left", "public_address = true");
    plan.loses_answers("internet", "left", "tcp 443", NoRoute);
}

/// A subnet is public by its route to the gateway.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn a_subnet_is_public_by_its_route() {
    Plan::new().allows("internet", "web", "tcp 80");
    Plan::new().routes("public", &[]).loses_answers("internet", "web", "tcp 80", NoRoute);
}

/// What comes in must be for an address that an interface has.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn nobody_outside_reaches_a_private_address() {
    Plan::new().blocks("internet", "left", "tcp 80", NotPublic);
    let plan = Plan::new().routes("private", &[("0.0.0.0/0", "internet")]);
    plan.blocks("internet", "left", "tcp 80", NotPublic);
}

/// Whoever may stand in a public subnet, with a public address, is reached; in a private one nobody is.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
#[test]
fn whoever_stands_in_a_public_subnet_may_be_reached() {
    Plan::new().allows("internet", "in-public", "tcp 80");
    Plan::new().loses_answers("internet", "in-left", "tcp 80", NoRoute);
}

/// It passes nothing to private addresses.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn it_passes_nothing_to_private_addresses() {
    for address in ["192.168.7.7", "172.16.0.9", "10.9.0.1"] {
        Plan::new().blocks("web", address, "tcp 80", PrivateOutside);
        Plan::new().blocks("left", address, "tcp 80", PrivateOutside);
    }
    Plan::new().allows("web", "172.32.0.1", "tcp 80");
}
