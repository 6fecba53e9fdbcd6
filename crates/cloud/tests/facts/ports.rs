//! Whence connections begin, so where answers go.

use crate::plan::Plan;
use cloud::trace::Reason::AclRestriction;

const OUT: &str = "100 allow all to 0.0.0.0/0";

/// `left` with answers let in to these ports alone.
fn answers(ports: &str) -> Plan {
    Plan::new().acl("left", &[&format!("100 allow tcp {ports} from 0.0.0.0/0")], &[OUT])
}

/// `public` with answers let in to these ports alone.
fn public(ports: &str) -> Plan {
    let others = "100 allow all from 10.0.0.0/16";
    Plan::new().acl("public", &[others, &format!("110 allow tcp {ports} from 0.0.0.0/0")], &[OUT])
}

/// Linux begins connections from 32768 to 60999.
/// <https://git.zx2c4.com/linux-dev/diff/?id=07f4c90062f8fc7c8c26f8f95324cbe8fa3145a5>
#[test]
fn linux_begins_from_32768_to_60999() {
    answers("32768-60999").allows("left", "right", "tcp 80");
    for (narrow, fails) in [("32769-60999", ":32768"), ("32768-60998", ":60999")] {
        let trace = answers(narrow).loses_answers("left", "right", "tcp 80", AclRestriction);
        assert!(trace.blocked().unwrap().hop.packet.ends_with(fails), "{trace}");
    }
}

/// One port that fails in the middle of the range is enough, since whoever asks chooses.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn whoever_asks_chooses_the_port() {
    let holes = ["90 deny tcp 40000 from 0.0.0.0/0", "100 allow tcp 1024-65535 from 0.0.0.0/0"];
    let trace = Plan::new().acl("left", &holes, &[OUT]).loses_answers("left", "right", "tcp 80", AclRestriction);
    assert!(trace.blocked().unwrap().hop.packet.ends_with(":40000"), "{trace}");
}

/// A NAT gateway begins connections from 1024 to 65535.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn a_nat_gateway_begins_from_1024_to_65535() {
    public("1024-65535").allows("left", "internet", "tcp 443");
    for (narrow, fails) in [("1025-65535", ":1024"), ("1024-65534", ":65535"), ("32768-60999", ":1024")] {
        let trace = public(narrow).loses_answers("left", "internet", "tcp 443", AclRestriction);
        assert!(trace.blocked().unwrap().hop.packet.ends_with(fails), "{trace}");
    }
}

/// A load balancer begins connections from 1024 to 65535.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn a_balancer_begins_from_1024_to_65535() {
    let target = |ports: &str| {
        let out = format!("100 allow tcp {ports} to 10.0.0.0/16");
        Plan::new().balancer(&["left"]).acl("left", &["100 allow tcp 80 from 10.0.0.0/16"], &[&out])
    };
    target("1024-65535").allows("internet", "front", "tcp 443");
    target("32768-60999").loses_answers("internet", "front", "tcp 443", AclRestriction);
    target("1024-65534").loses_answers("internet", "front", "tcp 443", AclRestriction);
}

/// Whoever serves everybody lets answers out to 1024-65535.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
#[test]
fn clients_of_whatever_kind_begin_from_1024_to_65535() {
    let serving = |ports: &str| {
        Plan::new().acl(
            "public",
            &["100 allow tcp 443 from 0.0.0.0/0"],
            &[&format!("100 allow tcp {ports} to 0.0.0.0/0")],
        )
    };
    serving("1024-65535").allows("internet", "web", "tcp 443");
    serving("32768-65535").loses_answers("internet", "web", "tcp 443", AclRestriction);
    serving("1024-61000").loses_answers("internet", "web", "tcp 443", AclRestriction);
}
