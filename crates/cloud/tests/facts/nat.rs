//! NAT gateways and instances.

use crate::plan::{Plan, packets};
use cloud::trace::Reason::{AclRestriction, Blackhole, GroupMismatch, NoRoute, NobodyThere, NotPublic};

const IN: &str = "900 allow all from 0.0.0.0/0";
const OUT: &str = "900 allow all to 0.0.0.0/0";

/// Nobody outside begins a connection to a NAT gateway, or through it.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn nobody_outside_comes_in_through_it() {
    for what in ["tcp 443", "udp 53", "icmp"] {
        Plan::new().blocks("internet", "nat", what, NotPublic);
        Plan::new().blocks("internet", "left", what, NotPublic);
    }
}

/// It answers nothing itself, no ping either, whoever asks.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
#[test]
fn it_answers_nothing_itself() {
    for what in ["tcp 443", "udp 53", "icmp"] {
        Plan::new().blocks("left", "nat", what, NobodyThere);
        Plan::new().blocks("web", "nat", what, NobodyThere);
    }
}

/// A NAT gateway has no security groups; an instance has.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn a_gateway_has_no_security_groups() {
    let plan = Plan::new().also("nats.nat", "security_groups = [\"web\"]");
    assert!(plan.refusal().contains("a NAT gateway has no security groups"));
    let plan = plan.also("nats.nat", "kind = \"instance\"\ninstance_type = \"t3.nano\"");
    plan.allows("left", "internet", "tcp 443");
    plan.group("web", &["tcp 80 from 10.0.0.0/16"], &["all to 0.0.0.0/0"]).blocks(
        "left",
        "internet",
        "tcp 443",
        GroupMismatch,
    );
}

/// What an instance forwards passes its rules outbound as well.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html>
#[test]
fn an_instance_sends_on_what_its_rules_let_out() {
    let keys = "subnet = \"in-public\"\nkind = \"instance\"\ninstance_type = \"t3.nano\"\nsecurity_groups = [\"nat\"]";
    let plan = Plan::new().put("nats.nat", keys).group("nat", &["all from left"], &["tcp 443 to 0.0.0.0/0"]);
    plan.allows("left", "internet", "tcp 443");
    plan.blocks("left", "internet", "tcp 80", GroupMismatch);
    plan.blocks("right", "internet", "tcp 443", GroupMismatch);
}

/// The ACL of the NAT's subnet is asked twice: by what comes from within, and by what comes back from outside.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn the_acl_of_its_subnet_is_asked() {
    let plan = |inbound: &[&str], outbound: &[&str]| Plan::new().acl("public", inbound, outbound);
    plan(&[IN], &[OUT]).allows("left", "internet", "tcp 443");
    plan(&["100 deny tcp 443 from 10.0.1.0/24", IN], &[OUT]).blocks("left", "internet", "tcp 443", AclRestriction);
    plan(&[IN], &["100 deny tcp 443 to 0.0.0.0/0", OUT]).blocks("left", "internet", "tcp 443", AclRestriction);
    plan(&["100 allow all from 10.0.0.0/16"], &[OUT]).loses_answers("left", "internet", "tcp 443", AclRestriction);
    let back = ["100 allow tcp 443 to 0.0.0.0/0"];
    plan(&[IN], &back).loses_answers("left", "internet", "tcp 443", AclRestriction);
}

/// The source becomes the NAT's address, with a port of its choice, and then the NAT's public one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn the_source_becomes_its_own() {
    let trace = Plan::new().allows("left", "198.51.100.7", "tcp 443");
    assert_eq!(
        packets(&trace),
        [
            "tcp 10.0.1.4:32768 > 198.51.100.7:443",
            "tcp 10.0.9.4:1024 > 198.51.100.7:443",
            "tcp public(nat):1024 > 198.51.100.7:443"
        ]
    );
}

/// An answer comes to the NAT first, by the ACL of its subnet, and from there to whoever asked.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn an_answer_comes_to_it_first() {
    let trace = Plan::new().allows("left", "198.51.100.7", "tcp 443");
    let back: Vec<&str> = trace.legs[0].back.iter().map(|hop| hop.at.as_str()).collect();
    assert_eq!(back, ["in-public inbound", "in-public outbound", "in-left inbound"], "{trace}");
}

/// A NAT has to stand in a public subnet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn in_a_private_subnet_it_leads_nowhere() {
    Plan::new().routes("public", &[]).blocks("left", "internet", "tcp 443", NoRoute);
    Plan::new().put("nats.nat", "subnet = \"in-right\"").blocks("left", "internet", "tcp 443", Blackhole);
}

/// It carries TCP, UDP and ICMP.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
#[test]
fn it_carries_three_protocols() {
    for what in ["tcp 443", "udp 53", "icmp"] {
        Plan::new().allows("left", "internet", what);
    }
}
