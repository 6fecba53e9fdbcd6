//! What each bundled design lets through and what it stops, answered by hand from the rules of AWS before it was asked.

use cloud::design::{Expectation, Invariant};
use cloud::examples::{EXAMPLES, named};
use cloud::packet::{Ports, Protocol};
use cloud::trace::{Reason, Trace};
use cloud::{Design, Network, Question, Verdict, trace};
use std::net::Ipv4Addr;

/// What comes of a question.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    /// It arrives, and its answer too.
    Ok,
    /// The packet ends here, for this reason.
    No(Reason, &'static str),
    /// Its answer does.
    Unheard(Reason, &'static str),
}

use Answer::{No, Ok as Yes, Unheard};
use Reason::{AclRestriction, GroupEmpty, GroupMismatch, NoRoute, NotPublic, PrivateOutside, PrivateSource};

type Asked = (&'static str, &'static str, u16, Answer);

const GATEWAY: &str = "internet gateway";
/// Where those sit who may log in.
const OFFICE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 9);

/// One machine: what is open is open to all, SSH to the office, the database to nobody.
const BOOKNOOK_V1: &[Asked] = &[
    ("internet", "shop", 443, Yes),
    ("office", "shop", 22, Yes),
    ("internet", "shop", 22, No(GroupMismatch, "security groups of shop in public-a inbound")),
    ("internet", "shop", 5432, No(GroupMismatch, "security groups of shop in public-a inbound")),
    ("public-a", "shop", 5432, No(GroupMismatch, "security groups of shop in public-a inbound")),
    ("shop", "internet", 443, Yes),
    ("shop", "s3", 443, Yes),
    ("shop", "internet", 25, No(GroupMismatch, "security groups of shop in public-a outbound")),
];

/// What has no public address cannot be named from outside, whatever its groups say.
const BOOKNOOK_V2: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("internet", "front", 80, No(GroupMismatch, "security groups of front in public-a inbound")),
    ("internet", "shop", 8000, No(NotPublic, GATEWAY)),
    ("internet", "books", 5432, No(NotPublic, GATEWAY)),
    ("shop", "books", 5432, Yes),
    ("shop", "sessions", 6379, Yes),
    ("shop", "s3", 443, Yes),
    ("shop", "internet", 443, Yes),
    ("shop", "shop", 8000, No(GroupMismatch, "security groups of shop in shop-a outbound")),
    ("front", "books", 5432, No(GroupMismatch, "security groups of front in public-a outbound")),
    ("books", "internet", 443, No(GroupEmpty, "security groups of books in data-a outbound")),
    ("data-a", "internet", 443, No(NoRoute, "route table (none) of data-a")),
];

/// Two services by ways of their own, and no other way out.
const REPORT_SAAS: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("internet", "front", 8080, No(GroupMismatch, "security groups of front in public-a inbound")),
    ("web", "sqs", 443, Yes),
    ("workers", "sqs", 443, Yes),
    ("workers", "s3", 443, Yes),
    ("workers", "internet", 443, No(GroupMismatch, "security groups of workers in work-a outbound")),
    ("workers", "dynamodb", 443, No(GroupMismatch, "security groups of workers in work-a outbound")),
    ("work-a", "internet", 443, No(NoRoute, "route table private of work-a")),
    ("web", "workers", 443, No(GroupMismatch, "security groups of web in web-a outbound")),
    ("public-a", "sqs", 443, No(GroupMismatch, "security groups of sqs in work-a inbound")),
    ("internet", "workers", 22, No(NotPublic, GATEWAY)),
];

/// Open to all but the database, for which nobody wrote a rule.
const GROWTH_V1: &[Asked] = &[
    ("internet", "server", 80, Yes),
    ("internet", "server", 22, Yes),
    ("internet", "server", 8080, Yes),
    ("internet", "server", 5432, No(GroupMismatch, "security groups of server in default-a inbound")),
    ("default-a", "server", 5432, No(GroupMismatch, "security groups of server in default-a inbound")),
    ("spoofer", "server", 80, No(PrivateSource, GATEWAY)),
    ("server", "internet", 25, Yes),
    ("server", "192.168.0.9", 443, No(PrivateOutside, GATEWAY)),
];

/// All public, the database too.
const GROWTH_V2: &[Asked] = &[
    ("internet", "server", 443, Yes),
    ("internet", "store", 5432, Yes),
    ("internet", "store", 3306, No(GroupMismatch, "security groups of store in default-a inbound")),
    ("internet", "ci", 8080, Yes),
    ("internet", "ci", 22, No(GroupMismatch, "security groups of ci in default-a inbound")),
    ("office", "ci", 22, Yes),
    ("internet", "server", 22, No(GroupMismatch, "security groups of server in default-a inbound")),
    ("ci", "server", 22, Yes),
    ("server", "ci", 22, No(GroupMismatch, "security groups of ci in default-a inbound")),
    ("server", "store", 5432, Yes),
    ("store", "internet", 443, No(GroupEmpty, "security groups of store in default-a outbound")),
];

/// In by the proxy, in by the bastion, out by an instance that has groups of its own.
const GROWTH_V3: &[Asked] = &[
    ("internet", "proxy", 443, Yes),
    ("internet", "server", 8080, No(NotPublic, GATEWAY)),
    ("internet", "bastion", 22, No(GroupMismatch, "security groups of bastion in public-a inbound")),
    ("office", "bastion", 22, Yes),
    ("bastion", "server", 22, Yes),
    ("bastion", "ci", 8080, Yes),
    ("server", "bastion", 22, No(GroupMismatch, "security groups of server in app-a outbound")),
    ("server", "internet", 443, Yes),
    ("app-a", "internet", 25, No(GroupMismatch, "security groups of nat in public-a inbound")),
    ("internet", "nat", 443, No(GroupMismatch, "security groups of nat in public-a inbound")),
    ("server", "store", 5432, Yes),
    ("proxy", "store", 5432, No(GroupMismatch, "security groups of proxy in public-a outbound")),
    ("store", "internet", 443, No(GroupEmpty, "security groups of store in data-a outbound")),
];

/// Both colours stand behind the balancer; the watcher is reached through a tunnel alone.
const GROWTH_V4: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("internet", "blue", 8080, No(NotPublic, GATEWAY)),
    ("internet", "monitor", 3000, No(NotPublic, GATEWAY)),
    ("office", "bastion", 22, Yes),
    ("bastion", "monitor", 3000, Yes),
    ("monitor", "blue", 9100, Yes),
    ("monitor", "store", 5432, No(GroupMismatch, "security groups of monitor in app-a outbound")),
    ("bastion", "store", 5432, No(GroupMismatch, "security groups of bastion in public-a outbound")),
    ("green", "store", 5432, Yes),
    ("blue", "s3", 443, Yes),
    ("blue", "internet", 443, Yes),
    ("blue", "green", 8080, No(GroupMismatch, "security groups of blue in app-a outbound")),
    ("data-b", "internet", 443, No(NoRoute, "route table (none) of data-b")),
];

/// Each asks what docs/service.md says it needs, and no more.
const RAWMILL_FLEET: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("internet", "front", 9090, No(GroupMismatch, "security groups of front in public-a inbound")),
    ("internet", "web", 8080, No(NotPublic, GATEWAY)),
    ("front", "web", 9090, No(GroupMismatch, "security groups of front in public-a outbound")),
    ("web", "ledger", 5432, Yes),
    ("web", "redis", 6379, Yes),
    ("web", "sqs", 443, Yes),
    ("workers", "ledger", 5432, Yes),
    ("workers", "sqs", 443, Yes),
    ("workers", "s3", 443, Yes),
    ("workers", "internet", 443, Yes),
    // Out it may: port 443 is open to the whole world. In it may not.
    ("web", "workers", 443, No(GroupMismatch, "security groups of workers in work-a inbound")),
    ("monitor", "workers", 9090, Yes),
    ("monitor", "ssm", 443, Yes),
    ("monitor", "ledger", 5432, No(GroupMismatch, "security groups of monitor in web-a outbound")),
    ("ledger", "internet", 443, No(GroupEmpty, "security groups of ledger in data-a outbound")),
    ("data-a", "internet", 443, No(NoRoute, "route table (none) of data-a")),
];

/// Questions get out of the application's subnet, and answers do not get back in: its ACL has no entry for their ports.
const SECUREWALLET: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("app", "wallet", 5432, Unheard(AclRestriction, "network ACL app of private-app-a inbound")),
    ("app", "internet", 443, Unheard(AclRestriction, "network ACL app of private-app-a inbound")),
    ("app", "internet", 80, No(GroupMismatch, "security groups of app in private-app-a outbound")),
    ("public-a", "app", 22, No(AclRestriction, "network ACL app of private-app-a inbound")),
    ("front", "wallet", 5432, No(GroupMismatch, "security groups of front in public-a outbound")),
    ("internet", "wallet", 5432, No(NotPublic, GATEWAY)),
    ("wallet", "app", 80, No(GroupEmpty, "security groups of wallet in private-db-a outbound")),
];

/// The same, but answers come back.
const SECUREWALLET_FIXED: &[Asked] = &[
    ("internet", "front", 443, Yes),
    ("app", "wallet", 5432, Yes),
    ("app", "internet", 443, Yes),
    ("app", "internet", 80, No(GroupMismatch, "security groups of app in private-app-a outbound")),
    ("public-a", "app", 22, No(AclRestriction, "network ACL app of private-app-a inbound")),
    // The ACL now lets the ports of answers in, whatever comes by them; the groups do not.
    ("internet", "wallet", 5432, No(NotPublic, GATEWAY)),
    ("wallet", "app", 80, No(GroupEmpty, "security groups of wallet in private-db-a outbound")),
];

const DESIGNS: &[(&str, &[Asked])] = &[
    ("booknook-v1", BOOKNOOK_V1),
    ("booknook-v2", BOOKNOOK_V2),
    ("growth-v1", GROWTH_V1),
    ("growth-v2", GROWTH_V2),
    ("growth-v3", GROWTH_V3),
    ("growth-v4", GROWTH_V4),
    ("rawmill-fleet", RAWMILL_FLEET),
    ("report-saas", REPORT_SAAS),
    ("securewallet", SECUREWALLET),
    ("securewallet-fixed", SECUREWALLET_FIXED),
];

/// What does not hold, on purpose.
const BROKEN: &[(&str, &str)] = &[
    ("growth-v1", "SSH is open to nobody outside"),
    ("growth-v2", "nobody outside reaches the database"),
    ("growth-v2", "nobody outside reaches the CI server"),
    ("securewallet", "the application reaches its database"),
    ("securewallet", "the application reaches others outside"),
];

fn network(name: &str) -> Network {
    Network::new(&Design::parse(named(name).unwrap().text).unwrap())
}

fn ask(network: &Network, from: &str, to: &str, protocol: Protocol, port: u16) -> Trace {
    let (from, source) = match from {
        "office" => ("internet", Some(OFFICE)),
        "spoofer" => ("internet", Some(Ipv4Addr::new(10, 0, 0, 9))),
        from => (from, None),
    };
    trace(network, &Question { from: from.into(), to: to.into(), protocol, port, source }).unwrap()
}

#[test]
fn every_question_is_answered_as_by_hand() {
    for (name, questions) in DESIGNS {
        let network = network(name);
        for (from, to, port, answer) in *questions {
            let trace = ask(&network, from, to, Protocol::Tcp, *port);
            let found = trace.blocked().map(|b| (b.reason, b.hop.at.as_str(), b.back));
            let expected = match *answer {
                Yes => None,
                No(reason, at) => Some((reason, at, false)),
                Unheard(reason, at) => Some((reason, at, true)),
            };
            assert_eq!(found, expected, "{name}: {from} to {to} {port}\n{trace}");
            let verdict = if expected.is_some() { Verdict::Blocked } else { Verdict::Allowed };
            assert_eq!(trace.verdict, verdict, "{name}: {from} to {to} {port}");
        }
    }
}

#[test]
fn every_example_is_questioned_both_ways() {
    let names: Vec<&str> = DESIGNS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, EXAMPLES.iter().map(|example| example.name).collect::<Vec<_>>());
    for (name, questions) in DESIGNS {
        let allowed = questions.iter().filter(|asked| asked.3 == Yes).count();
        assert!(questions.len() >= 6 && allowed > 0 && allowed < questions.len(), "{name}");
    }
}

/// Photos, media and reports take the way that costs nothing, though another leads there too.
#[test]
fn s3_is_asked_through_its_endpoint() {
    for (name, from, gate) in [
        ("booknook-v2", "shop", "media-gate"),
        ("growth-v4", "blue", "s3"),
        ("rawmill-fleet", "workers", "s3"),
        ("report-saas", "workers", "s3"),
    ] {
        let trace = ask(&network(name), from, "s3", Protocol::Tcp, 443);
        let last = trace.legs[0].there.last().unwrap();
        assert_eq!(last.at, format!("gateway endpoint {gate}"), "{name}: {trace}");
    }
}

/// Does an invariant hold for a few packets that it speaks of.
fn holds(network: &Network, invariant: &Invariant) -> bool {
    let ports: Ports = invariant.ports.as_deref().unwrap_or("any").parse().unwrap();
    let some = [ports.first, 22, 80, 443, 5432, 8080, ports.last];
    let packets = invariant.protocols().unwrap().into_iter().flat_map(|p| some.map(|port| (p, port)));
    let mut verdicts = packets
        .filter(|(_, port)| ports.has(*port))
        .map(|(p, port)| ask(network, invariant.from.get_ref(), invariant.to.get_ref(), p, port).verdict);
    match invariant.expect {
        Expectation::Reachable => verdicts.all(|verdict| verdict == Verdict::Allowed),
        Expectation::Unreachable => verdicts.all(|verdict| verdict == Verdict::Blocked),
    }
}

#[test]
fn every_invariant_holds_but_those_that_are_broken_on_purpose() {
    let mut broken = Vec::new();
    for example in EXAMPLES {
        let (design, network) = (Design::parse(example.text).unwrap(), network(example.name));
        let says: Vec<&str> = design.invariants.iter().map(|invariant| invariant.says.as_str()).collect();
        assert!(says.len() >= 3 || example.name == "booknook-v1", "{}: {says:?}", example.name);
        let wrong = design.invariants.iter().filter(|invariant| !holds(&network, invariant));
        broken.extend(wrong.map(|invariant| (example.name, invariant.says.clone())));
    }
    let broken: Vec<(&str, &str)> = broken.iter().map(|(name, says)| (*name, says.as_str())).collect();
    assert_eq!(broken, BROKEN);
}
