//! What a trace says.

mod codes;
mod unknown;

use super::*;
use crate::design::Design;
use crate::examples::named;

/// The example with texts replaced.
fn changed(name: &str, changes: &[(&str, &str)]) -> Network {
    let text = changes.iter().fold(named(name).unwrap().text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{name} has no {old}");
        text.replace(old, new)
    });
    Network::new(&Design::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}")))
}

fn question(from: &str, to: &str, port: u16) -> Question {
    Question { from: from.into(), to: to.into(), protocol: Protocol::Tcp, port, source: None }
}

fn ask(network: &Network, from: &str, to: &str, port: u16) -> Trace {
    trace(network, &question(from, to, port)).unwrap()
}

fn is_allowed(network: &Network, from: &str, to: &str, port: u16) -> bool {
    ask(network, from, to, port).verdict == Verdict::Allowed
}

#[test]
fn the_drawing_drops_the_answers_of_the_database_and_of_others_outside() {
    let drawn = changed("securewallet", &[]);
    for (to, port) in [("wallet", 5432), ("internet", 443)] {
        let trace = ask(&drawn, "app", to, port);
        let blocked = trace.blocked().unwrap();
        assert_eq!((trace.verdict, blocked.reason, blocked.back), (Verdict::Blocked, Reason::AclRestriction, true));
        assert!(blocked.hop.packet.ends_with(":32768"), "with the port: {}", blocked.hop.packet);
        assert_eq!(blocked.hop.rule, "* deny all");
    }
    assert!(is_allowed(&drawn, "internet", "front", 443), "customers are answered all the same");
}

#[test]
fn mended_it_answers() {
    let mended = changed("securewallet-fixed", &[]);
    for (from, to, port) in [("app", "wallet", 5432), ("app", "internet", 443), ("internet", "front", 443)] {
        assert!(is_allowed(&mended, from, to, port), "{from} to {to}");
    }
    for (from, to, port) in
        [("internet", "app", 80), ("internet", "wallet", 5432), ("public-a", "app", 22), ("app", "internet", 80)]
    {
        assert!(!is_allowed(&mended, from, to, port), "{from} to {to}");
    }
}

#[test]
fn one_source_port_that_fails_is_enough() {
    let narrow = changed("securewallet-fixed", &[("tcp 32768-60999 from", "tcp 32768-50000 from")]);
    let trace = ask(&narrow, "app", "wallet", 5432);
    assert!(trace.blocked().unwrap().hop.packet.ends_with(":50001"), "{trace}");
}

#[test]
fn a_nat_asks_from_any_port_from_1024_on() {
    let acl = "[network_acls.public]\ninbound = [\"100 allow tcp 443 from 0.0.0.0/0\", \"110 allow tcp 32768-65535 from 0.0.0.0/0\"]\n\
               outbound = [\"100 allow all to 0.0.0.0/0\"]\n\n[network_acls.app]";
    let strict = [
        ("[network_acls.app]", acl),
        (
            "cidr = \"10.0.1.0/24\", route_table = \"public\"",
            "cidr = \"10.0.1.0/24\", route_table = \"public\", network_acl = \"public\"",
        ),
    ];
    let trace = ask(&changed("securewallet-fixed", &strict), "app", "internet", 443);
    let blocked = trace.blocked().unwrap();
    assert!(blocked.hop.at.contains("public-a inbound") && blocked.hop.packet.ends_with(":1024"), "{trace}");
}

#[test]
fn behind_a_balancer_is_a_second_connection() {
    let trace = ask(&changed("securewallet-fixed", &[]), "internet", "front", 443);
    assert_eq!(trace.legs.len(), 2);
    assert_eq!((trace.legs[1].from.as_str(), trace.legs[1].to.as_str()), ("front in public-a", "app in private-app-a"));
    let closed = changed("securewallet-fixed", &[("\"tcp 80 from balancer\"", "\"tcp 81 from balancer\"")]);
    let blocked = ask(&closed, "internet", "front", 443);
    assert_eq!(blocked.blocked().unwrap().reason, Reason::GroupMismatch);
}

#[test]
fn every_target_group_of_a_listener_has_to_answer() {
    let rules = "listeners = [{ port = 443, target = \"app-servers\", rules = [{ path = \"/api/*\", target = \"api\" }] }]\n\n\
                 [target_groups.api]\nport = 8080\nmembers = [\"app\"]";
    let with = [("listeners = [{ port = 443, target = \"app-servers\" }]", rules)];
    let trace = ask(&changed("securewallet-fixed", &with), "internet", "front", 443);
    assert!(trace.blocked().unwrap().hop.packet.ends_with(":8080"), "{trace}");
}

#[test]
fn a_cache_is_reached_from_within_alone() {
    let cache = "[caches.sessions]\nsubnets = [\"public-a\"]\nsecurity_groups = [\"cache\"]\nnode_type = \"cache.t3.micro\"\n\n\
                 [security_groups.cache]\ninbound = [\"all from 0.0.0.0/0\"]\noutbound = []\n\n[load_balancers.front]";
    let network = changed("securewallet-fixed", &[("[load_balancers.front]", cache)]);
    assert!(is_allowed(&network, "public-b", "sessions", 6379));
    assert_eq!(ask(&network, "internet", "sessions", 6379).blocked().unwrap().reason, Reason::NotPublic);
}

#[test]
fn an_interface_endpoint_of_s3_leaves_its_name_to_public_addresses() {
    let endpoint = "[endpoints.s3-door]\nservice = \"s3\"\nkind = \"interface\"\nsubnets = [\"public-a\"]\n\
                    security_groups = [\"app\"]\n\n[load_balancers.front]";
    let trace = ask(&changed("securewallet-fixed", &[("[load_balancers.front]", endpoint)]), "app", "s3", 443);
    assert_eq!((trace.verdict, trace.legs[0].to.as_str()), (Verdict::Allowed, "s3"), "through the NAT: {trace}");
}

#[test]
fn a_reference_to_a_group_is_not_kept_across_public_addresses() {
    // The application asks the balancer by its public name, so it comes from its NAT.
    let inside = [("\"tcp 443 from 0.0.0.0/0\"", "\"tcp 443 from app\"")];
    let trace = ask(&changed("securewallet-fixed", &inside), "app", "front", 443);
    assert_eq!(trace.blocked().unwrap().reason, Reason::GroupMismatch, "{trace}");
    assert!(is_allowed(&changed("securewallet-fixed", &[]), "app", "front", 443));
}

#[test]
fn what_amazon_answers_itself_passes_every_rule() {
    let shut = changed(
        "securewallet",
        &[("outbound = [\"tcp 5432 to database\", \"tcp 443 to 0.0.0.0/0\"]", "outbound = []")],
    );
    for address in ["169.254.169.254", "169.254.169.253", "169.254.169.123", "10.0.0.2"] {
        let question = Question { protocol: Protocol::Udp, ..question("app", address, 53) };
        let trace = trace(&shut, &question).unwrap();
        assert_eq!(trace.verdict, Verdict::Allowed, "{address}: {trace}");
    }
}

#[test]
fn the_change_that_is_named_turns_the_verdict() {
    let drawn = changed("securewallet", &[]);
    let whats = |trace: &Trace| trace.change.iter().map(|c| format!("{}: {}", c.at, c.what)).collect::<Vec<_>>();
    let trace = ask(&drawn, "app", "internet", 443);
    assert_eq!(whats(&trace), ["network ACL app inbound: add 210 allow tcp 32768-60999 from 0.0.0.0/0"]);
    let entry = "\"200 deny tcp 22 from 0.0.0.0/0\",\n  \"210 allow tcp 32768-60999 from 0.0.0.0/0\"";
    assert!(is_allowed(
        &changed("securewallet", &[("\"200 deny tcp 22 from 0.0.0.0/0\"", entry)]),
        "app",
        "internet",
        443
    ));
    let open = ask(&changed("securewallet-fixed", &[]), "app", "wallet", 5432);
    assert_eq!(whats(&open), ["security group database inbound: take tcp 5432 from app away"]);
    let shut = changed("securewallet-fixed", &[("inbound = [\"tcp 5432 from app\"]", "inbound = []")]);
    assert!(!is_allowed(&shut, "app", "wallet", 5432));
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let network = changed("securewallet", &[]);
    let said = |from: &str, to: &str| trace(&network, &question(from, to, 80)).unwrap_err().to_string();
    assert!(said("app", "wallte").starts_with("there is no `wallte`; there are nat-a, nat-b, front, app, wallet,"));
    assert_eq!(said("s3", "app"), "a packet cannot come from `s3`");
    assert_eq!(said("nat-a", "nat-a"), "`nat-a` is one place: nothing has to travel");
}

#[test]
fn one_of_several_places_is_asked_by_its_subnet_and_address() {
    let network = changed("securewallet-fixed", &[("\"tcp 5432 from app\"", "\"tcp 5432 from 10.0.11.128/25\"")]);
    let allowed = |from: &str| is_allowed(&network, from, "wallet in private-db-a", 5432);
    assert!(!allowed("app") && !allowed("app in private-app-a"));
    assert!(
        allowed("app in private-app-a at 10.0.11.200"),
        "{}",
        ask(&network, "app in private-app-a at 10.0.11.200", "wallet", 5432)
    );
    assert!(!allowed("app in private-app-b"));
    assert!(allowed("app at 10.0.11.200"), "the address says which");
    let trace = ask(&network, "private-app-a at 10.0.11.201", "wallet in private-db-b", 5432);
    assert_eq!((trace.legs[0].from.as_str(), trace.pairs.0), ("anyone in private-app-a", 1), "{trace}");
    let refused = trace_of(&network, "app in public-a", "wallet");
    assert!(refused.starts_with("there is no `app in public-a`"), "{refused}");
    assert!(trace_of(&network, "app at 10.0.21.9", "wallet").starts_with("there is no"));
}

fn trace_of(network: &Network, from: &str, to: &str) -> String {
    trace(network, &question(from, to, 5432)).unwrap_err().to_string()
}

#[test]
fn without_an_internet_gateway_nobody_comes_in() {
    let shut = [
        ("cidr = \"10.0.0.0/16\"", "cidr = \"10.0.0.0/16\"\ninternet_gateway = false"),
        ("public = { \"0.0.0.0/0\" = \"internet\" }", "public = {}"),
    ];
    let trace = ask(&changed("securewallet-fixed", &shut), "internet", "front", 443);
    assert_eq!((trace.blocked().unwrap().reason, trace.arrives()), (Reason::NobodyThere, false), "{trace}");
}

#[test]
fn a_packet_that_arrives_may_go_without_an_answer() {
    let drawn = ask(&changed("securewallet", &[]), "app", "wallet", 5432);
    assert!(drawn.arrives() && drawn.verdict == Verdict::Blocked, "{drawn}");
    assert!(!ask(&changed("securewallet", &[]), "internet", "wallet", 5432).arrives());
}
