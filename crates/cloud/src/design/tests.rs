//! What a design may be, and what is said of one that is wrong.

use super::*;
use crate::examples::{EXAMPLES, named};

fn securewallet() -> &'static str {
    named("securewallet").unwrap().text
}

/// What is said of the example with `old` replaced.
fn said(old: &str, new: &str) -> String {
    let text = securewallet();
    assert!(text.contains(old), "{old}");
    Design::parse(&text.replacen(old, new, 1)).unwrap_err().to_string()
}

fn line_of(text: &str) -> usize {
    securewallet().lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn every_example_is_sound_and_comes_back_from_its_own_text() {
    for example in EXAMPLES {
        let design = Design::parse(example.text).unwrap_or_else(|e| panic!("{}: {e}", example.name));
        assert_eq!(design.name, example.name);
        assert_eq!(Design::parse(&design.to_toml()).unwrap(), design, "{}", example.name);
    }
}

#[test]
fn a_key_that_is_not_known_is_named_with_its_line() {
    let error = said("multi_az = true", "multi_zone = true");
    assert!(error.contains(&format!("line {}", line_of("multi_az"))), "{error}");
    assert!(error.contains("multi_zone") && error.contains("multi_az"), "{error}");
}

#[test]
fn a_rule_that_cannot_be_read_is_named_with_its_line() {
    let error = said("tcp 80 from balancer", "tcp 80 of balancer");
    assert!(error.contains(&format!("line {}", line_of("tcp 80 from balancer"))), "{error}");
    assert!(error.contains("expected from or to, found `of`"), "{error}");
}

#[test]
fn names_that_nothing_has_are_named_with_their_lines() {
    for (old, new, what) in [
        (
            "route_table = \"app-a\"",
            "route_table = \"app-c\"",
            "expected a route table, found `app-c`; there is `app-a`",
        ),
        (
            "\"0.0.0.0/0\" = \"nat-b\"",
            "\"0.0.0.0/0\" = \"nat-c\"",
            "expected a NAT, `internet` or `blackhole`, found `nat-c`",
        ),
        ("\"tcp 80 from balancer\"", "\"tcp 80 from nobody\"", "expected a security group, found `nobody`"),
        ("members = [\"app\"]", "members = [\"web\"]", "expected an auto-scaling group or instance, found `web`"),
        ("nat-a = { subnet = \"public-a\" }", "nat-a = { subnet = \"public\" }", "expected a subnet, found `public`"),
        ("\"10.0.2.0/24\"", "\"10.0.1.128/25\"", "`public-b` (10.0.1.128/25) and `public-a` (10.0.1.0/24) overlap"),
        (
            "\"10.0.22.0/24\"",
            "\"10.1.22.0/24\"",
            "expected a range inside 10.0.0.0/16 for `private-db-b`, found 10.1.22.0/24",
        ),
        ("110 allow tcp 80", "100 allow tcp 80", "number 100 is there twice"),
        ("cidr = \"10.0.0.0/16\"", "cidr = \"10.0.0.0/8\"", "expected a range from /16 to /28, found 10.0.0.0/8"),
        ("[databases.wallet]", "[databases.app]", "`app` is a database and an auto-scaling group"),
    ] {
        assert!(said(old, new).contains(&format!("line {}: {what}", line_of(old))), "{}", said(old, new));
    }
}

#[test]
fn colours_that_cannot_change_places_are_named_with_their_lines() {
    let growth = named("growth-v4").unwrap().text;
    for (old, new, at, what) in [
        ("live = \"blue\"", "live = \"red\"", "live = ", "expected a target group, found `red`"),
        ("idle = \"green\"", "idle = \"blue\"", "idle = ", "expected another target group than `blue`, the live one"),
        ("idle = \"green\"", "idel = \"green\"", "idel = ", "unknown field `idel`"),
        ("members = [\"green\"]", "members = [\"blue\"]", "idle = ", "expected machines of its own, found `blue`"),
        ("members = [\"green\"]", "members = [\"monitor\"]", "idle = ", "expected one auto-scaling group in `green`"),
        ("members = [\"green\"]", "members = []", "idle = ", "expected one auto-scaling group in `green`"),
        ("target = \"blue\"", "target = \"green\"", "live = ", "no listener leads to `blue`"),
        ("releases = \"releases\"", "releases = \"edge\"", "releases = ", "expected a bucket, found `edge`"),
        (
            ", \"s3:GetObject on releases\"",
            "",
            "releases = ",
            "expected a role of `green` with `s3:GetObject on releases`",
        ),
    ] {
        assert!(growth.contains(old), "{old}");
        let text = growth.replacen(old, new, 1);
        let line = text.lines().position(|line| line.starts_with(at)).unwrap() + 1;
        let said = Design::parse(&text).unwrap_err().to_string();
        let told = said.contains(&format!("line {line}: {what}"))
            || said.contains(&format!("line {line}, ")) && said.contains(what);
        assert!(told, "{new}: line {line}\n{said}");
    }
}

#[test]
fn colours_stand_behind_whatever_leads_to_one_of_them() {
    let growth = named("growth-v4").unwrap().text;
    let behind = |text: &str| {
        let design = Design::parse(text).unwrap();
        let listener = &design.load_balancers["front"].listeners[0];
        design.behind(listener).map(|name| name.get_ref().clone()).collect::<Vec<_>>()
    };
    assert_eq!(behind(growth), ["green", "blue"]);
    let rules = ", rules = [{ host = \"next.growth.example\", target = \"green\" }]";
    assert_eq!(behind(&growth.replace(rules, "")), ["blue", "green"]);
}

#[test]
fn a_place_of_an_invariant_that_nothing_has_is_named_with_its_line() {
    let places = "`internet`, a subnet, what stands in one, a service of AWS or an address";
    for (old, new, what) in [
        ("to = \"wallet\"", "to = \"walet\"", format!("expected {places}, found `walet`; there is `wallet`")),
        ("to = \"wallet\"", "to = \"postgres\"", format!("expected {places}, found `postgres`")),
        (
            "from = \"app\"",
            "from = \"app in private-ap-a\"",
            "expected a subnet of `app`, found `private-ap-a`; there is `private-app-a`".to_owned(),
        ),
        (
            "from = \"app\"",
            "from = \"app in private-app-a at 10.0.12.7\"",
            "expected an address where `app` stands, found 10.0.12.7".to_owned(),
        ),
        (
            "from = \"app\"",
            "from = \"s3\"",
            "expected `internet`, a subnet or what stands in one, found `s3`".to_owned(),
        ),
    ] {
        let said = said(old, new);
        assert_eq!(said, format!("line {}: {what}", line_of(old)));
    }
}

/// What the check lets through, a trace can be asked, and nothing else.
#[test]
fn an_invariant_may_name_what_a_trace_may() {
    use crate::trace::{PlaceError, Question, trace};
    for name in ["securewallet", "rawmill-fleet"] {
        let text = named(name).unwrap().text;
        let design = Design::parse(text).unwrap();
        let network = crate::Network::new(&design);
        let (mut known, mut unknown) = (0, 0);
        for word in words(&design) {
            for (from, to) in [(word.as_str(), "internet"), ("internet", word.as_str())] {
                let invariant = format!(
                    "\n[[invariants]]\nsays = \"x\"\nfrom = \"{from}\"\nto = \"{to}\"\nexpect = \"reachable\"\n"
                );
                let question = Question {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    protocol: crate::packet::Protocol::Tcp,
                    port: 443,
                    source: None,
                };
                let asked = trace(&network, &question);
                let nobody = matches!(asked, Err(PlaceError::Nobody { .. } | PlaceError::NoSender(_)));
                assert_eq!(Design::parse(&format!("{text}{invariant}")).is_err(), nobody, "{name}: {from} to {to}");
                if nobody { unknown += 1 } else { known += 1 }
            }
        }
        assert!(known > 20 && unknown > 20, "{known} {unknown}");
    }
}

/// Names of all kinds, with subnets and addresses behind some of them, and other words.
fn words(design: &Design) -> Vec<String> {
    let subnets: Vec<&str> = design.subnets.keys().map(|name| name.get_ref().as_str()).collect();
    let mut names = subnets.clone();
    let groups = design.security_groups.keys().chain(design.roles.keys()).chain(design.target_groups.keys());
    let machines = design.auto_scaling_groups.keys().chain(design.load_balancers.keys()).chain(design.nats.keys());
    let stores = design.databases.keys().chain(design.caches.keys()).chain(design.buckets.keys());
    let others = design.queues.keys().chain(design.endpoints.keys()).chain(design.instances.keys());
    names.extend(groups.chain(machines).chain(stores).chain(others).map(|name| name.get_ref().as_str()));
    let places = names.iter().flat_map(|name| subnets.iter().map(move |subnet| format!("{name} in {subnet}")));
    let mut words: Vec<String> = places.step_by(3).collect();
    words.extend(names.iter().map(|name| format!("{name} at 10.0.11.7")));
    words.extend(names.iter().map(ToString::to_string));
    let odd =
        ["internet", "s3", "sqs", "lambda", "10.0.11.9", "8.8.8.8", "10.0.11", "", " in ", "app in", "at 10.0.11.7"];
    words.extend(odd.map(str::to_owned));
    words
}
