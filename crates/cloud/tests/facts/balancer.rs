//! Application load balancers.

use crate::plan::{Plan, packets};
use cloud::trace::Reason::{GroupEmpty, GroupMismatch, NoListener, NoTargets, NotPublic, WrongProtocol};

/// What listens takes a connection and begins another one: a target sees the balancer's address.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>
#[test]
fn a_target_sees_the_balancers_address() {
    let plan = Plan::new().balancer(&["left"]);
    let trace = plan.allows("internet", "front", "tcp 443");
    let target = packets(&trace).pop().unwrap();
    assert!(target.starts_with("tcp 10.0.9.") && target.ends_with("> 10.0.1.4:80"), "{trace}");
    plan.group("left", &["tcp 80 from 10.0.0.0/16"], &[]).allows("internet", "front", "tcp 443");
}

/// A target that lets in the addresses of clients alone is not reached.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>
#[test]
fn a_target_that_wants_clients_is_not_reached() {
    let plan = Plan::new().balancer(&["left"]).group("left", &["tcp 80 from 198.51.100.0/24"], &[]);
    plan.blocks("internet", "front", "tcp 443", GroupMismatch);
}

/// Its groups have to let clients in and requests out to the targets.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
#[test]
fn its_groups_are_asked_both_ways() {
    let with = |inbound: &[&str], outbound: &[&str]| Plan::new().balancer(&["left"]).group("front", inbound, outbound);
    with(&["tcp 443 from 0.0.0.0/0"], &["tcp 80 to left"]).allows("internet", "front", "tcp 443");
    with(&["tcp 443 from 0.0.0.0/0"], &[]).blocks("internet", "front", "tcp 443", GroupEmpty);
    with(&["tcp 443 from 0.0.0.0/0"], &["tcp 443 to left"]).blocks("internet", "front", "tcp 443", GroupMismatch);
    with(&["tcp 80 from 0.0.0.0/0"], &["tcp 80 to left"]).blocks("internet", "front", "tcp 443", GroupMismatch);
}

/// The rule that AWS advises: a target lets in whoever is in the balancer's group.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html>
#[test]
fn a_target_names_the_balancers_group() {
    let plan = Plan::new().balancer(&["left"]).group("left", &["tcp 80 from front"], &[]);
    plan.allows("internet", "front", "tcp 443");
    plan.blocks("right", "left", "tcp 80", GroupMismatch);
}

/// It reaches targets at private addresses: they need no public one.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html>
#[test]
fn targets_need_no_public_address() {
    let plan = Plan::new().balancer(&["left"]).routes("private", &[]);
    plan.allows("internet", "front", "tcp 443");
    plan.blocks("internet", "left", "tcp 80", NotPublic);
}

/// Each of its nodes passes requests to targets of all zones.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
#[test]
fn each_node_passes_to_all_zones() {
    let plan = Plan::new().balancer(&["left", "right"]).zone("right", "b");
    plan.allows("internet", "front", "tcp 443");
    let shut = plan.acl(
        "right",
        &["100 deny all from 10.0.9.0/24", "110 allow all from 0.0.0.0/0"],
        &["100 allow all to 0.0.0.0/0"],
    );
    assert_eq!(shut.trace("internet", "front", "tcp 443").verdict, cloud::Verdict::Blocked);
}

/// An internal one has private addresses alone; one for the internet has public ones beside them.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html>
#[test]
fn an_internal_one_has_no_public_address() {
    let plan = Plan::new().balancer(&["right"]).also("load_balancers.front", "scheme = \"internal\"");
    plan.blocks("internet", "front", "tcp 443", NotPublic);
    plan.routes("private", &[]).allows("left", "front", "tcp 443");
}

/// It takes nothing where it does not listen.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn it_takes_nothing_where_it_does_not_listen() {
    Plan::new().balancer(&["left"]).blocks("internet", "front", "tcp 80", NoListener);
    Plan::new().balancer(&["left"]).blocks("internet", "front", "udp 443", WrongProtocol);
}

/// It answers a ping itself where its groups let one in, and passes none on.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html>
#[test]
fn it_answers_a_ping_itself() {
    let plan = Plan::new().balancer(&[]);
    plan.allows("internet", "front", "icmp");
    plan.group("front", &["tcp 443 from 0.0.0.0/0"], &[]).blocks("internet", "front", "icmp", GroupMismatch);
}

/// Without targets nobody answers.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn without_targets_nobody_answers() {
    Plan::new().balancer(&[]).blocks("internet", "front", "tcp 443", NoTargets);
}

/// A member is asked every 30 s, has 5 s to answer, comes after five answers and goes after two failures.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
#[test]
fn members_are_asked_as_aws_asks_them() {
    let design = Plan::new().balancer(&["left"]).design();
    let health = &design.target_groups["pool"].health;
    assert_eq!((health.interval_s, health.timeout_s, health.healthy, health.unhealthy), (30, 5, 5, 2));
}
