//! What is not known: a definite verdict holds however it is completed, and an unknown one can be completed both ways.

use super::*;
use proptest::prelude::*;

/// Parts of the mended example that may be hidden, and how each may be completed.
const HIDDEN: &[(&str, &str, &[&str])] = &[
    (
        "\"100 allow tcp 5432 to 10.0.21.0/24\"",
        "\"100 allow tcp ? to 10.0.21.0/24\"",
        &["\"100 allow tcp 5432 to 10.0.21.0/24\"", "\"100 allow tcp 1-9 to 10.0.21.0/24\""],
    ),
    (
        "\"110 allow tcp 5432 to 10.0.22.0/24\"",
        "\"110 allow tcp 5432 to ?\"",
        &["\"110 allow tcp 5432 to 10.0.22.0/24\"", "\"110 allow tcp 5432 to 10.0.23.0/24\""],
    ),
    (
        "\"120 allow tcp 32768-60999 from 0.0.0.0/0\"",
        "\"120 allow tcp ? from ?\"",
        &["\"120 allow tcp 32768-60999 from 0.0.0.0/0\"", "\"120 allow tcp 1-2 from 10.9.0.0/16\""],
    ),
    ("\"tcp 5432 from app\"", "\"tcp 5432 from ?\"", &["\"tcp 5432 from app\"", "\"tcp 5432 from balancer\""]),
    ("\"tcp 443 to 0.0.0.0/0\"", "\"? to 0.0.0.0/0\"", &["\"tcp 443 to 0.0.0.0/0\"", "\"udp 443 to 0.0.0.0/0\""]),
    (
        "app-a = { \"0.0.0.0/0\" = \"nat-a\" }",
        "app-a = { \"0.0.0.0/0\" = \"?\" }",
        &["app-a = { \"0.0.0.0/0\" = \"nat-a\" }", "app-a = { \"0.0.0.0/0\" = \"blackhole\" }"],
    ),
];
const ASKED: &[(&str, &str, u16)] = &[
    ("app", "wallet", 5432),
    ("app", "internet", 443),
    ("internet", "front", 443),
    ("app", "s3", 443),
    ("internet", "wallet", 5432),
];

/// All ways to complete the parts that are hidden.
fn completions(hidden: &[usize]) -> Vec<Vec<(&'static str, &'static str)>> {
    hidden.iter().fold(vec![Vec::new()], |ways, &n| {
        let (old, _, choices) = HIDDEN[n];
        let with = |way: &Vec<_>, choice| way.iter().copied().chain([(old, choice)]).collect();
        ways.iter().flat_map(|way| choices.iter().map(move |choice| with(way, *choice))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_verdict_is_unknown_exactly_where_two_completions_differ(
        hidden in prop::collection::btree_set(0..HIDDEN.len(), 0..4),
        asked in prop::sample::select(ASKED),
    ) {
        let hidden: Vec<usize> = hidden.into_iter().collect();
        let (from, to, port) = asked;
        let with: Vec<_> = hidden.iter().map(|&n| (HIDDEN[n].0, HIDDEN[n].1)).collect();
        let verdict = ask(&changed("securewallet-fixed", &with), from, to, port).verdict;
        let known: Vec<_> = completions(&hidden).iter().map(|way| ask(&changed("securewallet-fixed", way), from, to, port).verdict).collect();
        let same = known.iter().all(|other| *other == known[0]);
        prop_assert_eq!(verdict, if same { known[0] } else { Verdict::Unknown }, "{:?} {:?}", with, known);
    }
}

#[test]
fn what_would_have_to_be_known_is_named() {
    let network = changed("securewallet-fixed", &[("\"tcp 5432 from app\"", "\"tcp 5432 from ?\"")]);
    let trace = ask(&network, "app", "wallet", 5432);
    assert_eq!(trace.verdict, Verdict::Unknown);
    assert!(trace.unknown[0].starts_with("does `tcp 5432 from ?` of security groups of wallet"), "{:?}", trace.unknown);
}

#[test]
fn whether_a_nat_takes_what_another_sends_on_is_not_known() {
    let routes = "public = { \"0.0.0.0/0\" = \"internet\" }";
    let second = "cidr = \"10.0.2.0/24\", route_table = \"public\"";
    let chain = [(second, "cidr = \"10.0.2.0/24\", route_table = \"app-a\"")];
    let trace = ask(&changed("securewallet-fixed", &chain), "app", "internet", 443);
    assert_eq!(trace.verdict, Verdict::Unknown, "{trace}");
    assert_eq!(trace.unknown, ["does nat-a in public-a take what nat-b in public-b sends on"]);
    // Two that send to each other lead nowhere, whatever they take.
    let circle = [
        (second, "cidr = \"10.0.2.0/24\", route_table = \"app-a\""),
        (routes, "public = { \"0.0.0.0/0\" = \"nat-b\" }"),
    ];
    let trace = ask(&changed("securewallet-fixed", &circle), "app", "internet", 443);
    assert_eq!((trace.verdict, trace.blocked().unwrap().reason), (Verdict::Blocked, Reason::Blackhole), "{trace}");
}
