//! How much of something there can be.

use crate::plan::Plan;

/// An ACL has 40 entries a direction at most, by request; 20 else.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
#[test]
fn an_acl_has_forty_entries_at_most() {
    let plan = |count: u16| {
        let entries: Vec<String> = (1..=count).map(|n| format!("{n} allow tcp {n} from 10.0.1.0/24")).collect();
        Plan::new().acl("right", &entries.iter().map(String::as_str).collect::<Vec<_>>(), &["1 allow all to 0.0.0.0/0"])
    };
    plan(40).allows("left", "right", "tcp 40");
    let refusal = plan(41).refusal();
    assert!(refusal.contains("expected at most 40 entries, found 41"), "{refusal}");
}

/// An interface has 16 groups at most, by request; five else.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
#[test]
fn an_interface_has_sixteen_groups_at_most() {
    let plan = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("g{n}")).collect();
        let plan = names.iter().fold(Plan::new(), |plan, name| plan.group(name, &["tcp 80 from 10.0.1.0/24"], &[]));
        plan.machine("right", "right", &names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    plan(16).allows("left", "right", "tcp 80");
    let refusal = plan(17).refusal();
    assert!(refusal.contains("expected at most 16 security groups, found 17"), "{refusal}");
}

/// Rules a group times groups an interface are 1,000 at most, so one group has no more.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
#[test]
fn a_group_has_a_thousand_rules_at_most() {
    let plan = |count: u16| {
        let rules: Vec<String> = (1..=count).map(|n| format!("tcp {n} from 10.0.1.0/24")).collect();
        Plan::new().group("right", &rules.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    };
    plan(1000).allows("left", "right", "tcp 1000");
    let refusal = plan(1001).refusal();
    assert!(refusal.contains("expected at most 1000 rules, found 1001"), "{refusal}");
}
