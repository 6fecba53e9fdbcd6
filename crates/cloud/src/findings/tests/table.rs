//! Each rule, by a change of the sound design that brings it about, with the line that it must show.

use super::*;

/// A rule, the change, what stands on the line shown, and a part of what is said.
pub(super) type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const APP_B: (&str, &str) = ("app-b = { \"0.0.0.0/0\" = \"nat-b\" }", "app-b = { \"0.0.0.0/0\" = \"nat-a\" }");

pub(super) const FIRES: &[Case] = &[
    (
        "acl-allows-nobody",
        &[("\"110 allow tcp 80 from", "\"105 allow tcp 8080 from 10.0.2.0/24\",\n  \"110 allow tcp 80 from")],
        "\"105 allow",
        "105 allow tcp 8080",
    ),
    (
        "balancer-in-one-zone",
        &[("[\"public-a\", \"public-b\"]", "[\"public-a\"]")],
        "subnets = [\"public-a\"]",
        "front",
    ),
    ("capacity-below-peak", &[("target = 50.0", "target = 75.0")], "[target_groups.web]", "bear 50 of 100"),
    (
        "exhausted-range",
        &[("cidr = \"10.0.11.0/24\"", "cidr = \"10.0.11.0/28\""), ("max = 8", "max = 40")],
        "app-a = {",
        "11 addresses for up to 23",
    ),
    (
        "exhausted-range",
        &[("\"10.0.2.0/24\", route", "\"10.0.2.0/28\", route")],
        "public-b = {",
        "smaller than the /27",
    ),
    (
        "health-check-needs-store",
        &[("path = \"/health/live\"", "path = \"/health\", needs = [\"wallet\"]")],
        "needs =",
        "/health of web answers only while wallet does",
    ),
    ("nat-in-one-zone", &[APP_B], "app-b = { \"0.0.0.0/0\"", "app in zone b asks the internet through nat-a in zone a"),
    (
        "presigned-links-locked-out",
        &[("presigned = true", "presigned = true\nonly_through = \"s3-gate\"")],
        "only_through",
        "only s3-gate lets requests in",
    ),
    (
        "public-database",
        &[("multi_az = true", "multi_az = true\npublic_address = true")],
        "public_address",
        "let nobody else in as yet",
    ),
    (
        "s3-through-nat",
        &[("route_tables = [\"app-a\", \"app-b\"]", "route_tables = [\"app-a\"]")],
        "app-b = { \"0.0.0.0/0\"",
        "app and workers use it",
    ),
    ("scaling-divides-by-zero", &[("min = 2\nmax = 8", "min = 0\nmax = 8")], "min = 0", "workers"),
    ("scaling-on-total-messages", &[("backlog-per-instance", "messages")], "scale = { on = \"messages\"", "workers"),
    (
        "scaling-on-uncollected-metric",
        &[("on = \"cpu\"", "on = \"memory\"")],
        "scale = { on = \"memory\"",
        "app scales on memory",
    ),
    (
        "shadowed-acl-entry",
        &[("\"110 allow tcp 80 from", "\"105 deny tcp 80 from 10.0.1.0/25\",\n  \"110 allow tcp 80 from")],
        "\"105 deny",
        "says the opposite",
    ),
    (
        "shadowed-acl-entry",
        &[("\"110 allow tcp 80 from", "\"105 allow tcp 80 from 10.0.1.0/24\",\n  \"110 allow tcp 80 from")],
        "\"105 allow",
        "says the same",
    ),
    (
        "single-point-of-failure",
        &[("multi_az = true", "multi_az = false")],
        "[databases.wallet]",
        "without database wallet",
    ),
    ("single-point-of-failure", &[APP_B], "nat-a = {", "without NAT nat-a"),
    ("store-in-one-zone", &[("[\"data-a\", \"data-b\"]", "[\"data-a\"]")], "subnets = [\"data-a\"]", "wallet"),
    (
        "unencrypted-store",
        &[("multi_az = true", "multi_az = true\nencrypted = false")],
        "encrypted = false",
        "database wallet",
    ),
    ("unencrypted-store", &[("presigned = true", "encrypted = false")], "encrypted = false", "bucket media"),
    ("unprotected-scale-in", &[("protected = true", "protected = false")], "scale = {", "workers"),
    ("visibility-too-short", &[("heartbeat_s = 10", "heartbeat_s = 11")], "visibility_s = 30", "3 heartbeats of 11 s"),
    ("visibility-too-short", &[("heartbeat_s = 10", "work_p99_s = 31")], "visibility_s = 30", "the 31 s"),
    (
        "wildcard-permission",
        &[("s3:PutObject on media", "s3:* on media")],
        "allow = [",
        "role web allows `s3:* on media`",
    ),
    ("wildcard-permission", &[("s3:GetObject on media", "s3:GetObject on *")], "\"s3:GetObject on *\"", "role worker"),
];

/// Changes that come near and are none.
const QUIET: &[(&str, &[(&str, &str)])] = &[
    (
        "acl-allows-nobody",
        &[
            ("tcp 80 from balancer", "tcp any from balancer"),
            ("\"110 allow tcp 80 from", "\"105 allow tcp 8080 from 10.0.2.0/24\",\n  \"110 allow tcp 80 from"),
        ],
    ),
    ("capacity-below-peak", &[("target = 50.0", "target = 75.0"), ("min = 2\nmax = 6", "min = 4\nmax = 6")]),
    ("capacity-below-peak", &[("target = 50.0", "target = 75.0"), ("peak_requests_per_s = 100.0", "")]),
    ("exhausted-range", &[("cidr = \"10.0.11.0/24\"", "cidr = \"10.0.11.0/28\"")]),
    ("nat-in-one-zone", &[("app-b = { \"0.0.0.0/0\" = \"nat-b\" }", "app-b = {}")]),
    ("presigned-links-locked-out", &[("presigned = true", "only_through = \"s3-gate\"")]),
    (
        "s3-through-nat",
        &[
            ("route_tables = [\"app-a\", \"app-b\"]", "route_tables = [\"app-a\"]"),
            ("\"s3:PutObject on media\"", "\"sqs:SendMessage on jobs\""),
            ("\"s3:GetObject on media\"", "\"sqs:DeleteMessage on jobs\""),
        ],
    ),
    ("scaling-divides-by-zero", &[("min = 2\nmax = 6", "min = 0\nmax = 6")]),
    (
        "shadowed-acl-entry",
        &[("\"110 allow tcp 80 from", "\"90 deny tcp 80 from 10.0.1.0/25\",\n  \"110 allow tcp 80 from")],
    ),
    ("single-point-of-failure", &[("min = 2\nmax = 6", "min = 1\nmax = 6")]),
    ("unprotected-scale-in", &[("protected = true", "protected = false"), ("min = 2\nmax = 8", "min = 8\nmax = 8")]),
    ("visibility-too-short", &[("heartbeat_s = 10", "heartbeat_s = 10\nwork_p99_s = 900")]),
    ("wildcard-permission", &[("s3:PutObject on media", "s3:Put* on media/incoming/*")]),
    ("wildcard-permission", &[("s3:PutObject on media", "cloudwatch:PutMetricData on *")]),
];

#[test]
fn every_rule_has_a_design_that_fires_it_and_one_that_does_not() {
    let fires: BTreeSet<&str> = FIRES.iter().map(|case| case.0).collect();
    assert_eq!(fires, RULES.iter().map(|rule| rule.name).collect());
    // The sound design fires none of them, which a test of its own says.
    assert!(QUIET.iter().all(|(rule, _)| fires.contains(rule)));
}

#[test]
fn every_change_is_found_on_its_line() {
    for (rule, changes, line, what) in FIRES {
        let found = by(rule, changes);
        let fits = |f: &Finding| f.evidence.as_deref().is_some_and(|e| e.contains(line)) && f.what.contains(what);
        assert!(found.iter().any(fits), "{rule} {line} {what}: {found:#?}");
    }
}

#[test]
fn what_comes_near_is_not_found() {
    for (rule, changes) in QUIET {
        assert_eq!(by(rule, changes), [], "{rule} {changes:?}");
    }
}

#[test]
fn every_rule_says_why_what_to_do_and_on_whom_it_relies() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted() && names.iter().collect::<BTreeSet<_>>().len() == names.len(), "{names:?}");
    for rule in RULES {
        assert!(rule.why.len() > 40 && rule.remedy.len() > 10 && rule.finds.len() > 10, "{}", rule.name);
        let host = rule.source.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap();
        assert!(["docs.aws.amazon.com", "aws.amazon.com", "aws.github.io"].contains(&host), "{host}");
    }
}
