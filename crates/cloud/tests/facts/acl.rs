//! Network ACLs.

use crate::plan::Plan;
use cloud::trace::Reason::AclRestriction;

const ALL_IN: &str = "900 allow all from 0.0.0.0/0";
const ALL_OUT: &str = "900 allow all to 0.0.0.0/0";

/// The entry with the lowest number that covers a packet decides, wherever it is written.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn the_lowest_number_decides() {
    let plan = |first: &str, second: &str| Plan::new().acl("right", &[first, second], &[ALL_OUT]);
    plan("200 deny tcp 80 from 0.0.0.0/0", "100 allow tcp 80 from 0.0.0.0/0").allows("left", "right", "tcp 80");
    plan("200 allow tcp 80 from 0.0.0.0/0", "100 deny tcp 80 from 0.0.0.0/0").blocks(
        "left",
        "right",
        "tcp 80",
        AclRestriction,
    );
}

/// A later entry that contradicts the first one has no say, however narrow it is.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn a_later_entry_has_no_say() {
    let plan =
        Plan::new().acl("right", &["100 deny all from 10.0.0.0/8", "110 allow tcp 80 from 10.0.1.4/32"], &[ALL_OUT]);
    let trace = plan.blocks("left", "right", "tcp 80", AclRestriction);
    assert_eq!(trace.blocked().unwrap().hop.rule, "100 deny all from 10.0.0.0/8");
}

/// An entry has a number from 1 to 32766.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn numbers_end_at_32766() {
    let with = |number: u32| Plan::new().acl("right", &[&format!("{number} allow all from 0.0.0.0/0")], &[ALL_OUT]);
    with(1).allows("left", "right", "tcp 80");
    with(32_766).allows("left", "right", "tcp 80");
    for number in [0, 32_767, 65_536] {
        assert!(with(number).refusal().contains("expected a number from 1 to 32766"));
    }
}

/// Entries in and entries out are lists of their own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn in_and_out_are_two_lists() {
    let plan = Plan::new().acl("right", &[ALL_IN], &["100 deny tcp 80 to 0.0.0.0/0", ALL_OUT]);
    plan.allows("left", "right", "tcp 80");
    plan.blocks("right", "left", "tcp 80", AclRestriction);
}

/// An ACL keeps no state: an answer needs an entry of its own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn an_answer_needs_an_entry() {
    let shut = Plan::new().acl("right", &["100 allow tcp 80 from 10.0.1.0/24"], &["100 allow tcp 80 to 10.0.1.0/24"]);
    shut.loses_answers("left", "right", "tcp 80", AclRestriction);
    let open =
        Plan::new().acl("right", &["100 allow tcp 80 from 10.0.1.0/24"], &["100 allow tcp 1024-65535 to 10.0.1.0/24"]);
    open.allows("left", "right", "tcp 80");
}

/// The same on the side of whoever asks: his subnet must let answers in.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn an_answer_needs_an_entry_where_the_question_began() {
    let shut = Plan::new().acl("left", &["100 allow tcp 80 from 0.0.0.0/0"], &[ALL_OUT]);
    shut.loses_answers("left", "right", "tcp 80", AclRestriction);
}

/// What no entry covers is denied by the last rule, which nobody can take away.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn what_no_entry_covers_is_denied() {
    let plan = Plan::new().acl("right", &["100 allow tcp 80 from 10.0.0.0/16"], &[ALL_OUT]);
    plan.allows("left", "right", "tcp 80");
    let trace = plan.blocks("left", "right", "tcp 81", AclRestriction);
    assert_eq!(trace.blocked().unwrap().hop.rule, "* deny all");
}

/// A subnet for which no ACL is named has the default one, which lets everything in and out.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn the_default_acl_allows_all() {
    for what in ["tcp 1", "udp 65535", "icmp"] {
        Plan::new().allows("left", "right", what);
    }
}

/// An ACL of one's own without entries denies everything.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn an_acl_without_entries_denies_all() {
    for what in ["tcp 80", "udp 53", "icmp"] {
        Plan::new().acl("right", &[], &[]).blocks("left", "right", what, AclRestriction);
        Plan::new().acl("left", &[], &[]).blocks("left", "right", what, AclRestriction);
    }
}

/// One ACL may serve several subnets.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn an_acl_serves_several_subnets() {
    let plan =
        Plan::new().acl("right", &[ALL_IN], &["100 deny tcp 80 to 10.0.0.0/16", ALL_OUT]).ruled_by("left", "right");
    plan.blocks("left", "right", "tcp 80", AclRestriction);
    plan.blocks("right", "left", "tcp 80", AclRestriction);
}

/// An ACL has no say within its subnet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn within_a_subnet_no_acl_is_asked() {
    let plan = Plan::new().machine("near", "left", &["left"]).acl("left", &[], &[]);
    plan.allows("left", "near", "tcp 80");
    plan.blocks("right", "near", "tcp 80", AclRestriction);
}

/// What comes from outside meets the ACL of the subnet that it enters.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn what_comes_from_outside_meets_it() {
    let plan = Plan::new().acl("public", &["100 allow tcp 443 from 0.0.0.0/0"], &[ALL_OUT]);
    plan.allows("internet", "web", "tcp 443");
    plan.blocks("internet", "web", "tcp 22", AclRestriction);
    plan.blocks("internet", "web", "icmp", AclRestriction);
}

/// An entry is for the protocol that it names, and for no other.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn an_entry_is_for_its_protocol_alone() {
    for (entry, passes) in [("tcp any", "tcp 80"), ("udp any", "udp 80"), ("icmp", "icmp")] {
        let plan = Plan::new().acl("right", &[&format!("100 allow {entry} from 0.0.0.0/0")], &[ALL_OUT]);
        for what in ["tcp 80", "udp 80", "icmp"] {
            let expected = if what == passes { cloud::Verdict::Allowed } else { cloud::Verdict::Blocked };
            assert_eq!(plan.trace("left", "right", what).verdict, expected, "{entry} and {what}");
        }
    }
}

/// Neither ACLs nor security groups stand before resolver, metadata and time.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Security.html>
#[test]
fn no_rule_stands_before_what_aws_answers_itself() {
    let plan = Plan::new().acl("left", &[], &[]).group("left", &[], &[]);
    for (address, what) in [("169.254.169.254", "tcp 80"), ("169.254.169.123", "udp 123"), ("10.0.0.2", "udp 53")] {
        plan.allows("left", address, what);
    }
}

/// A range stands in its shortest form: AWS drops the bits behind its length, here they are refused with what would be left.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn a_range_has_no_bits_behind_its_length() {
    let plan = Plan::new().acl("right", &["100 allow all from 100.68.0.18/18"], &[ALL_OUT]);
    assert!(plan.refusal().contains("expected 100.68.0.0/18"));
}

/// All protocols at once is one entry, and its ports have no meaning.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html>
#[test]
fn all_is_every_protocol() {
    let plan = Plan::new().acl("right", &["100 allow all from 10.0.1.0/24"], &[ALL_OUT]);
    for what in ["tcp 80", "udp 53", "icmp"] {
        plan.allows("left", "right", what);
    }
}

/// A deny from the balancer's subnet before its target breaks requests, and with them the question whether it is well.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn a_deny_from_the_balancers_subnet_cuts_its_targets_off() {
    let plan = Plan::new().balancer(&["left"]);
    plan.allows("internet", "front", "tcp 443");
    let plan = plan.acl("left", &["100 deny all from 10.0.9.0/24", ALL_IN], &[ALL_OUT]);
    plan.blocks("internet", "front", "tcp 443", AclRestriction);
}
