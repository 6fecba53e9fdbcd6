//! A design that became a template becomes the same design again.

use crate::changes::{ADD, Change, KINDS, MORE, NAMES, RENAME, changed, try_one};
use cloud::emit::{Format, emit};
use cloud::examples::EXAMPLES;
use cloud::import::{Imported, Options};
use cloud::{Design, import};
use proptest::prelude::*;

const SHOP: &str = include_str!("../designs/shop.toml");
const REPORTS: &str = include_str!("../designs/reports.toml");

/// Every design that there is.
pub fn all() -> impl Iterator<Item = (&'static str, Design)> {
    let texts =
        EXAMPLES.iter().map(|example| (example.name, example.text)).chain([("shop", SHOP), ("reports", REPORTS)]);
    texts.map(|(name, text)| (name, Design::parse(text).unwrap()))
}

/// The design of a template.
pub fn read(template: &str) -> Imported {
    import(template, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// The template of a design.
pub fn written(design: &Design) -> String {
    emit(design, Format::CloudFormation).unwrap_or_else(|error| panic!("{error}\n{}", design.to_toml()))
}

#[test]
fn every_design_comes_back_as_it_was() {
    for (name, design) in all() {
        let back = read(&written(&design));
        assert_eq!(back.design.to_toml(), design.to_toml(), "{name}");
        assert_eq!(back.design, design, "{name}");
    }
}

#[test]
fn nothing_is_to_be_said_of_a_template_of_our_own() {
    for (name, design) in all() {
        let back = read(&written(&design));
        let said: Vec<_> = back.notes.iter().map(ToString::to_string).collect();
        assert_eq!(said, Vec::<String>::new(), "{name}");
        assert_eq!(back.resources, back.resolved, "{name}");
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    proptest::collection::vec(
        (0..KINDS.len(), any::<u16>().prop_map(usize::from), any::<u32>().prop_map(u64::from)),
        1..12,
    )
}

#[test]
fn a_nat_to_which_no_route_leads_comes_back() {
    let routed = "private = { \"0.0.0.0/0\" = \"nat\", \"192.0.2.0/24\" = \"nat\" }";
    for kept in ["instance_type = \"t4g.nano\"\n", "instance_type = \"t3.nano\"\n", ""] {
        let text = SHOP.replace(routed, "private = {}").replace("instance_type = \"t4g.nano\"\n", kept);
        let design = Design::parse(&text).unwrap();
        assert_eq!(read(&written(&design)).design, design, "{kept}");
    }
}

#[test]
fn what_looks_like_something_else_comes_back() {
    for (old, new) in [
        ("outbound = []", "outbound = [\"all to 127.0.0.1/32\"]"),
        ("outbound = []", "outbound = [\"tcp 1 to 255.255.255.255/32\", \"tcp 22 to web\"]"),
        ("region = \"us-east-1\"", "region = \"us.east.1\""),
    ] {
        assert!(SHOP.contains(old), "{old}");
        let text = SHOP.replacen(old, new, 1);
        let text =
            text + "[endpoints]\ngate = { service = \"s3\", kind = \"gateway\", route_tables = [\"private\"] }\n";
        let design = Design::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read(&written(&design)).design, design, "{new}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_changed_design_comes_back_as_it_was(which in 0..12_usize, changes in changes()) {
        let design = changed(&all().nth(which).unwrap().1, &changes);
        let back = read(&written(&design)).design;
        prop_assert_eq!(back.to_toml(), design.to_toml());
        prop_assert_eq!(back, design);
    }
}

#[test]
fn every_sort_of_change_is_kept_for_many_designs() {
    for kind in 0..KINDS.len() {
        let is_kept =
            |design: &Design, n: usize| try_one(design, (kind, n * 7, n as u64)).is_some_and(|new| new != *design);
        let kept = all().filter(|(_, design)| (0..20).any(|n| is_kept(design, n))).count();
        assert!(kept >= 10, "kind {kind}: {kept} of 12");
    }
}

#[test]
fn every_addition_and_every_name_comes_back() {
    for (kind, all_of) in [(ADD, MORE.len()), (RENAME, NAMES.len())] {
        for what in 0..all_of {
            let mut kept = 0;
            for (_, design) in all() {
                let one = |place| try_one(&design, (kind, place, what as u64)).filter(|new| *new != design);
                let Some(new) = (0..6).find_map(one) else { continue };
                assert_eq!(read(&written(&new)).design, new, "kind {kind}: {what}");
                kept += 1;
            }
            assert!(kept > 0, "kind {kind}: {what} is kept for no design");
        }
    }
}
