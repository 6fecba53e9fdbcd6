//! Security groups.

use crate::plan::Plan;
use cloud::trace::Reason::{GroupEmpty, GroupMismatch};

const OUT: &str = "all to 0.0.0.0/0";

/// The answer to what was asked comes in, whatever the rules inbound say.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
#[test]
fn whoever_asks_is_answered_without_a_rule_inbound() {
    Plan::new().group("left", &[], &["tcp 80 to 10.0.2.0/24"]).allows("left", "right", "tcp 80");
}

/// The answer to what was let in goes out, whatever the rules outbound say.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
#[test]
fn whoever_is_asked_answers_without_a_rule_outbound() {
    Plan::new().group("right", &["tcp 80 from 10.0.1.0/24"], &[]).allows("left", "right", "tcp 80");
}

/// A rule of a group allows; there is none that denies.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn no_rule_denies() {
    let refusal = Plan::new().group("right", &["deny tcp 80 from 10.0.1.0/24"], &[OUT]).refusal();
    assert!(refusal.contains("expected all, icmp, tcp, udp or ?, found `deny`"), "{refusal}");
}

/// All rules are looked at: their order has no meaning.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Security.html>
#[test]
fn the_order_of_rules_has_no_meaning() {
    let rules = ["tcp 81 from 10.0.1.0/24", "udp 80 from 10.0.1.0/24", "tcp 80 from 10.0.1.0/24"];
    for n in 0..rules.len() {
        let mut turned = rules;
        turned.rotate_left(n);
        Plan::new().group("right", &turned, &[]).allows("left", "right", "tcp 80");
    }
}

/// The rules of all groups of an interface count as one set.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn several_groups_are_one_set() {
    let plan =
        Plan::new().group("right", &["tcp 80 from 10.0.1.0/24"], &[]).group("more", &["tcp 81 from 10.0.1.0/24"], &[]);
    plan.blocks("left", "right", "tcp 81", GroupMismatch);
    let plan = plan.machine("right", "right", &["right", "more"]);
    plan.allows("left", "right", "tcp 80");
    plan.allows("left", "right", "tcp 81");
}

/// A group without rules inbound lets nothing in.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn without_rules_inbound_nothing_comes_in() {
    Plan::new().group("right", &[], &[OUT]).blocks("left", "right", "tcp 80", GroupEmpty);
}

/// A group without rules outbound lets nothing out.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn without_rules_outbound_nothing_goes_out() {
    let plan = Plan::new().group("left", &["all from 0.0.0.0/0"], &[]);
    plan.blocks("left", "right", "tcp 80", GroupEmpty);
    plan.blocks("left", "internet", "tcp 443", GroupEmpty);
}

/// Left out of a template, rules outbound mean all; taken away later, none. So a design has to say them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html>
#[test]
fn rules_outbound_have_to_be_said() {
    let refusal = Plan::new().put("security_groups.right", "inbound = []").refusal();
    assert!(refusal.contains("missing field `outbound`"), "{refusal}");
}

/// A group in a rule stands for the private addresses of its members.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn a_group_in_a_rule_is_its_members() {
    let plan = Plan::new().group("right", &["tcp 80 from left"], &[]);
    plan.allows("left", "right", "tcp 80");
    plan.blocks("web", "right", "tcp 80", GroupMismatch);
    plan.machine("web", "public", &["web", "left"]).allows("web", "right", "tcp 80");
}

/// It does so in rules outbound too, with the protocol and ports that the rule names.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn a_group_in_a_rule_outbound_is_its_members() {
    let plan = Plan::new().group("left", &[], &["tcp 80 to right"]);
    plan.allows("left", "right", "tcp 80");
    plan.blocks("left", "right", "tcp 81", GroupMismatch);
    plan.blocks("left", "right", "udp 80", GroupMismatch);
    plan.blocks("left", "web", "tcp 80", GroupMismatch);
}

/// Naming a group takes none of its rules over.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn naming_a_group_takes_no_rules_over() {
    let plan = Plan::new().group("left", &["tcp 22 from 0.0.0.0/0"], &[OUT]).group("right", &["tcp 80 from left"], &[]);
    plan.blocks("left", "right", "tcp 22", GroupMismatch);
    plan.blocks("web", "right", "tcp 22", GroupMismatch);
}

/// What was forwarded under another address is no member of the group any more.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
#[test]
fn a_group_is_forgotten_behind_a_nat() {
    let plan = Plan::new().balancer(&["right"]);
    plan.allows("left", "front", "tcp 443");
    let plan = plan.group("front", &["tcp 443 from left", "tcp 443 from web"], &[OUT]);
    plan.blocks("left", "front", "tcp 443", GroupMismatch);
    // A public address is no private one either: the internet gateway has translated it.
    plan.blocks("web", "front", "tcp 443", GroupMismatch);
}

/// No rule of a group keeps anyone from the resolver.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn no_group_stands_before_the_resolver() {
    let plan = Plan::new().group("left", &[], &[]);
    plan.allows("left", "10.0.0.2", "udp 53");
    plan.allows("left", "169.254.169.253", "tcp 53");
}

/// All protocols at once is one rule.
/// <https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/-ip-permission/ip-protocol.html>
#[test]
fn all_is_every_protocol_and_port() {
    let plan = Plan::new().group("right", &["all from left"], &[]);
    for what in ["tcp 1", "tcp 65535", "udp 53", "icmp"] {
        plan.allows("left", "right", what);
    }
}

/// A rule is for the protocol that it names, and for no other.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
#[test]
fn a_rule_is_for_its_protocol_alone() {
    for (rule, refused) in [("tcp any", "icmp"), ("udp any", "tcp 80"), ("icmp", "udp 80")] {
        let plan = Plan::new().group("right", &[&format!("{rule} from left")], &[]);
        plan.blocks("left", "right", refused, GroupMismatch);
    }
}
