//! Routes.

use crate::plan::Plan;
use cloud::trace::Reason::{Blackhole, NoRoute, NobodyThere};

/// The most specific route that holds the destination is taken, wherever it is written.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn the_most_specific_route_is_taken() {
    let plan = Plan::new().routes("private", &[("0.0.0.0/0", "nat"), ("203.0.113.0/24", "blackhole")]);
    plan.blocks("left", "203.0.113.9", "tcp 443", Blackhole);
    plan.allows("left", "203.0.114.9", "tcp 443");
    let plan = Plan::new().routes("private", &[("0.0.0.0/0", "blackhole"), ("203.0.113.0/24", "nat")]);
    plan.allows("left", "203.0.113.9", "tcp 443");
    plan.blocks("left", "203.0.114.9", "tcp 443", Blackhole);
}

/// Every table has the route within the network, and it comes before a wider one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn every_table_leads_within_the_network() {
    let plan = Plan::new().routes("private", &[]);
    plan.allows("left", "right", "tcp 80");
    plan.blocks("left", "internet", "tcp 80", NoRoute);
    Plan::new().routes("private", &[("10.0.0.0/8", "blackhole")]).allows("left", "right", "tcp 80");
}

/// AWS takes a route that is more specific than the one within the network; a design that has one is refused.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn a_route_for_a_part_of_the_network_is_refused() {
    for within in ["10.0.2.0/24", "10.0.0.0/16"] {
        let refusal = Plan::new().routes("private", &[(within, "nat")]).refusal();
        assert!(refusal.contains(&format!("{within} lies within the network")), "{refusal}");
    }
}

/// There is no route for 169.254.168.0/22.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn no_route_is_for_aws_own_addresses() {
    for range in ["169.254.168.0/22", "169.254.169.0/24", "169.254.171.255/32"] {
        let refusal = Plan::new().routes("private", &[(range, "nat")]).refusal();
        assert!(refusal.contains("169.254.168.0/22"), "{refusal}");
    }
}

/// A wider route carries no packet for 169.254.168.0/22.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn a_wider_route_does_not_carry_what_is_for_aws_own_addresses() {
    for address in ["169.254.168.1", "169.254.169.1", "169.254.170.2", "169.254.171.255"] {
        Plan::new().blocks("left", address, "tcp 80", NobodyThere);
        Plan::new().blocks("web", address, "tcp 80", NobodyThere);
    }
}

/// Within a subnet no route is asked.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn within_a_subnet_no_route_is_asked() {
    let plan = Plan::new().machine("near", "left", &["left"]).routes("private", &[("0.0.0.0/0", "blackhole")]);
    plan.allows("left", "near", "tcp 80");
}

/// A route whose target is gone is a black hole: it is taken, and leads nowhere.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn a_route_whose_target_is_gone_leads_nowhere() {
    Plan::new().routes("private", &[("0.0.0.0/0", "blackhole")]).blocks("left", "internet", "tcp 443", Blackhole);
}

/// A subnet takes the routes of its own table.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>
#[test]
fn a_subnet_takes_the_routes_of_its_own_table() {
    let plan = Plan::new().subnet("right", "10.0.2.0/24", "none").routes("none", &[]);
    plan.allows("left", "internet", "tcp 443");
    plan.blocks("right", "internet", "tcp 443", NoRoute);
}
