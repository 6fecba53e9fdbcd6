//! Gateway and interface endpoints.

use crate::plan::{Plan, packets};
use cloud::trace::Reason::{AclRestriction, EndpointProtocol, GroupMismatch, NoRoute};

/// `left` with a gateway endpoint for S3 in its table, and no other way out.
fn gateway() -> Plan {
    let keys = "service = \"s3\"\nkind = \"gateway\"\nroute_tables = [\"private\"]";
    Plan::new().routes("private", &[]).put("endpoints.gate", keys)
}

/// `left` with an interface endpoint for SQS in `right`, and no other way out.
fn interface() -> Plan {
    let keys = "service = \"sqs\"\nkind = \"interface\"\nsubnets = [\"in-right\"]\nsecurity_groups = [\"door\"]";
    let door = Plan::new().routes("private", &[]).group("door", &["tcp 443 from left"], &[]);
    door.put("endpoints.queue-door", keys)
}

/// A gateway endpoint is a route to the addresses of its service in each table that it names.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html>
#[test]
fn a_gateway_endpoint_is_a_route() {
    gateway().allows("left", "s3", "tcp 443");
    gateway().blocks("left", "dynamodb", "tcp 443", NoRoute);
    gateway().blocks("left", "internet", "tcp 443", NoRoute);
}

/// It comes before 0.0.0.0/0.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html>
#[test]
fn its_route_comes_before_the_one_for_everything() {
    let plan = gateway().routes("private", &[("0.0.0.0/0", "nat")]);
    let through = |trace: cloud::trace::Trace| trace.legs[0].there.iter().any(|hop| hop.at == "gateway endpoint gate");
    assert!(through(plan.allows("left", "s3", "tcp 443")));
    assert!(!through(plan.allows("left", "internet", "tcp 443")));
    assert!(!through(plan.allows("left", "dynamodb", "tcp 443")));
}

/// Subnets of other tables do not use it.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html>
#[test]
fn other_tables_do_not_use_it() {
    let plan = gateway().subnet("right", "10.0.2.0/24", "none").routes("none", &[]);
    plan.allows("left", "s3", "tcp 443");
    plan.blocks("right", "s3", "tcp 443", NoRoute);
}

/// The addresses of a service can be named in a group, not in an ACL.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html>
#[test]
fn an_acl_cannot_name_a_service() {
    gateway().group("left", &[], &["tcp 443 to prefix s3"]).allows("left", "s3", "tcp 443");
    let refusal = gateway().acl("left", &[], &["100 allow tcp 443 to prefix s3"]).refusal();
    assert!(refusal.contains("expected a range such as 10.0.1.0/24, found `prefix`"), "{refusal}");
}

/// Rules outbound have to let the addresses of the service out.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
#[test]
fn rules_outbound_have_to_name_the_service() {
    gateway().group("left", &[], &["tcp 443 to 10.0.0.0/16"]).blocks("left", "s3", "tcp 443", GroupMismatch);
    gateway().group("left", &[], &["tcp 443 to prefix dynamodb"]).blocks("left", "s3", "tcp 443", GroupMismatch);
    gateway().group("left", &[], &["tcp 443 to prefix s3"]).allows("left", "s3", "tcp 443");
}

/// The ACL of the subnet has to let the service's addresses out and its answers in.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html>
#[test]
fn the_acl_of_the_subnet_is_asked_both_ways() {
    let (ask, answer) = ("100 allow tcp 443 to 0.0.0.0/0", "100 allow tcp 1024-65535 from 0.0.0.0/0");
    gateway().acl("left", &[answer], &[ask]).allows("left", "s3", "tcp 443");
    gateway().acl("left", &[answer], &[]).blocks("left", "s3", "tcp 443", AclRestriction);
    gateway().acl("left", &[], &[ask]).loses_answers("left", "s3", "tcp 443", AclRestriction);
}

/// Requests arrive with the private address of whoever asks.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html>
#[test]
fn the_source_stays_private() {
    let trace = gateway().allows("left", "s3", "tcp 443");
    assert_eq!(packets(&trace), ["tcp 10.0.1.4:32768 > s3:443"]);
}

/// A gateway endpoint takes TCP and ICMP alone.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn a_gateway_endpoint_takes_no_udp() {
    gateway().blocks("left", "s3", "udp 443", EndpointProtocol);
    gateway().allows("left", "s3", "icmp");
}

/// An interface endpoint has an interface in each subnet that it names.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html>
#[test]
fn an_interface_endpoint_has_an_interface_a_subnet() {
    let keys =
        "service = \"sqs\"\nkind = \"interface\"\nsubnets = [\"in-left\", \"in-right\"]\nsecurity_groups = [\"door\"]";
    let network = interface().zone("right", "b").put("endpoints.queue-door", keys).network();
    let places: Vec<String> = network.of("queue-door").into_iter().map(|i| network.named(i)).collect();
    assert_eq!(places, ["queue-door in in-left", "queue-door in in-right"]);
}

/// Its security groups have to let whoever asks in.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html>
#[test]
fn an_interface_endpoint_has_security_groups() {
    interface().allows("left", "queue-door", "tcp 443");
    interface().blocks("web", "queue-door", "tcp 443", GroupMismatch);
    interface().group("door", &["tcp 80 from left"], &[]).blocks("left", "queue-door", "tcp 443", GroupMismatch);
}

/// With it, the name of the service leads to its private addresses.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html>
#[test]
fn the_name_of_the_service_leads_to_its_private_addresses() {
    let trace = interface().allows("left", "sqs", "tcp 443");
    assert_eq!(trace.legs[0].to, "queue-door in in-right", "{trace}");
    interface().blocks("web", "sqs", "tcp 443", GroupMismatch);
    interface().blocks("left", "kms", "tcp 443", NoRoute);
}

/// A service begins no connection through its endpoint.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html>
#[test]
fn a_service_begins_no_connection() {
    let asked = cloud::Question {
        from: "sqs".into(),
        to: "left".into(),
        protocol: cloud::packet::Protocol::Tcp,
        port: 80,
        source: None,
    };
    let error = cloud::trace(&interface().network(), &asked).unwrap_err();
    assert_eq!(error.to_string(), "a packet cannot come from `sqs`");
}
