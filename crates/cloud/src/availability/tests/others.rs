//! Instances that ask other instances.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Machines in one subnet, each with its groups; `web` is the way in. Groups have what comes in and what goes out.
fn design(groups: &[(&str, &str, &str)], machines: &[(&str, &str)]) -> Design {
    let mut text = "version = 1\nname = \"one\"\nregion = \"r\"\n[vpc]\ncidr = \"10.0.0.0/16\"\n[subnets]\n\
                    p = { zone = \"a\", cidr = \"10.0.1.0/24\" }\n"
        .to_owned();
    for (name, inbound, outbound) in groups {
        text += &format!("[security_groups.{name}]\ninbound = [{inbound}]\noutbound = [{outbound}]\n");
    }
    for (name, groups) in machines {
        let public = *name == "web";
        text +=
            &format!("[instances.{name}]\nsubnet = \"p\"\nsecurity_groups = [{groups}]\ninstance_type = \"t3.nano\"\n");
        text += &format!("public_address = {public}\n");
    }
    Design::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The instances without which it stops, and those that it can do without but needs.
fn needed(design: &Design) -> (BTreeSet<String>, BTreeSet<String>) {
    let instances = faults(design).into_iter().filter(|fault| fault.kind == Kind::Instance);
    let (stops, not): (Vec<_>, Vec<_>) = instances.partition(|fault| fault.effect == Effect::Stops);
    let names = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.origin.name).collect();
    (names(stops), names(not))
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

const ALL: &str = "\"all to 0.0.0.0/0\"";

#[test]
fn whoever_names_a_group_is_asked_by_it() {
    for (inbound, outbound, is_needed) in [
        ("\"tcp 80 from web\"", "\"tcp 80 to api\"", true),
        ("\"tcp 80-90 from web\"", "\"tcp 85-99 to 10.0.1.0/24\"", true),
        ("\"all from web\"", ALL, true),
        ("\"udp 53 from web\"", ALL, true),
        // Nothing that both let through.
        ("\"tcp 80 from web\"", "\"tcp 81 to api\"", false),
        ("\"tcp 80 from web\"", "\"tcp 80 to 10.0.2.0/24\"", false),
        ("\"tcp 80 from web\"", "", false),
        // No work.
        ("\"tcp 22 from web\", \"tcp 3389 from web\", \"icmp from web\"", ALL, false),
        // No name.
        ("\"tcp 80 from 10.0.0.0/16\"", ALL, false),
        ("\"tcp 80 from other\"", ALL, false),
    ] {
        let groups = [("web", "", outbound), ("api", inbound, ""), ("other", "", "")];
        let design = design(&groups, &[("web", "\"web\""), ("api", "\"api\"")]);
        let expected = if is_needed { set(["api", "web"]) } else { set(["web"]) };
        assert_eq!(needed(&design), (expected, set([])), "{inbound} {outbound}");
    }
}

#[test]
fn any_of_those_in_one_group_will_do_and_peers_do_not_need_each_other() {
    let groups = [("web", "\"tcp 7946 from web\"", ALL), ("api", "\"tcp 80 from web\"", "")];
    let twice = [("web", "\"web\""), ("second", "\"web\""), ("api", "\"api\""), ("also", "\"api\"")];
    assert_eq!(needed(&design(&groups, &twice)), (set(["web"]), set(["also", "api"])));
    // The second is watched by its peer, and by nobody else.
    let groups = [groups[0], groups[1], ("watched", "\"tcp 9100 from web\"", "")];
    let watched = [("web", "\"web\""), ("second", "\"web\", \"watched\"")];
    assert_eq!(needed(&design(&groups, &watched)), (set(["web"]), set([])));
}

/// By hand: requests come to the proxy, which asks the server, which asks the database and goes out by the NAT instance.
/// AWS may put the database in either zone. Nobody waits for the bastion or the CI server.
#[test]
fn the_third_step_of_growth_stops_with_each_of_its_five_machines_processes_and_stores() {
    let design = Design::parse(named("growth-v3").unwrap().text).unwrap();
    let stops = faults(&design).into_iter().filter(|fault| fault.effect == Effect::Stops && fault.kind != Kind::Region);
    let parts: BTreeSet<String> = stops.map(|fault| fault.part).collect();
    let expected = [
        "NAT nat",
        "application on server",
        "database store",
        "instance proxy",
        "instance server",
        "nginx on proxy",
        "zone a",
        "zone b",
    ];
    assert_eq!(parts, set(expected));
    // Two instances, the NAT instance, a database in one zone; names are promised for all of the time.
    let percent = availability(&design).percent;
    assert!((percent - 100.0 * 0.995_f64.powi(4)).abs() < 1e-9, "{percent}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Each machine has a group of its own: what is reached by asking, and only that, is needed, circles or not.
    #[test]
    fn whatever_is_reached_by_asking_is_needed(asks in prop::collection::vec(prop::collection::vec(any::<bool>(), 6), 6)) {
        let name = |n: usize| if n == 0 { "web".to_owned() } else { format!("m{n}") };
        let inbound: Vec<String> = (0..6).map(|to| {
            let from = (0..6).filter(|from| *from != to && asks[*from][to]);
            from.map(|from| format!("\"tcp 80 from {}\"", name(from))).collect::<Vec<_>>().join(", ")
        }).collect();
        let names: Vec<String> = (0..6).map(name).collect();
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let groups: Vec<_> = (0..6).map(|n| (names[n].as_str(), inbound[n].as_str(), ALL)).collect();
        let machines: Vec<_> = (0..6).map(|n| (names[n].as_str(), quoted[n].as_str())).collect();
        // Paths of up to six steps, by multiplying the relation with itself.
        let mut reached = [true, false, false, false, false, false];
        for _ in 0..6 {
            for to in 0..6 {
                reached[to] |= (0..6).any(|from| from != to && reached[from] && asks[from][to]);
            }
        }
        let expected: BTreeSet<String> = (0..6).filter(|n| reached[*n]).map(name).collect();
        prop_assert_eq!(needed(&design(&groups, &machines)), (expected, BTreeSet::new()));
    }
}
