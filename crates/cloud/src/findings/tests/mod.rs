//! What is found.

mod acl;
mod capacity;
mod formats;
mod table;

use super::*;
use crate::examples::{EXAMPLES, named};
use std::collections::BTreeSet;

const SOUND: &str = include_str!("sound.toml");

/// The sound design with texts replaced.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(SOUND.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "there is no {old}");
        text.replacen(old, new, 1)
    })
}

fn judged(text: &str) -> Findings {
    findings(&Design::parse(text).unwrap_or_else(|e| panic!("{e}\n{text}")), text)
}

/// What one rule finds.
fn by(rule: &str, changes: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = judged(&changed(changes)).findings;
    found.retain(|finding| finding.rule == rule);
    found
}

/// A design for each way in which a rule fires.
pub(crate) fn firing() -> impl Iterator<Item = String> {
    table::FIRES.iter().map(|case| changed(case.1))
}

#[test]
fn a_sound_design_has_no_findings() {
    let found = judged(SOUND);
    assert!(found.findings.is_empty(), "{found}");
    assert_eq!(found.to_string(), "sound: 0 errors, 0 warnings, 0 notes\n");
}

#[test]
fn every_example_is_judged_and_every_finding_has_its_line() {
    for example in EXAMPLES {
        for finding in judged(example.text).findings {
            let line = example.text.lines().nth(finding.line.unwrap() - 1).unwrap();
            assert_eq!(finding.evidence.as_deref(), Some(line.trim()), "{}: {finding}", example.name);
        }
    }
}

#[test]
fn the_wallet_is_sound_but_for_where_it_grows() {
    let found = judged(named("securewallet-fixed").unwrap().text).findings;
    assert!(found.iter().all(|finding| finding.rule == "capacity-below-peak"), "{found:?}");
}

#[test]
fn one_server_has_five_single_points() {
    let text = "version = 1\nname = \"one\"\nregion = \"us-east-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\n[subnets]\n\
        p = { zone = \"a\", cidr = \"10.0.1.0/24\", route_table = \"p\" }\n[route_tables]\np = { \"0.0.0.0/0\" = \"internet\" }\n\
        [security_groups.web]\ninbound = [\"tcp 443 from 0.0.0.0/0\"]\noutbound = []\n[instances.web]\nsubnet = \"p\"\n\
        security_groups = [\"web\"]\ninstance_type = \"t3.medium\"\npublic_address = true\nprocesses = [\"nginx\", \"app\", \"postgres\"]\n";
    let found = judged(text).findings;
    let whats: BTreeSet<&str> = found.iter().map(|finding| finding.what.as_str()).collect();
    let parts = ["nginx on web", "app on web", "postgres on web", "instance web", "zone a"];
    assert_eq!(
        whats,
        parts
            .iter()
            .map(|part| format!("the service stops without {part}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect()
    );
}

#[test]
fn the_worst_comes_first_then_the_line() {
    let text = changed(&[
        ("\"sqs:SendMessage on jobs\"", "\"sqs:* on jobs\""),
        ("multi_az = true", "multi_az = true\nencrypted = false"),
        ("protected = true", "protected = false"),
    ]);
    let order: Vec<_> = judged(&text).findings.iter().map(|f| (f.severity, f.line)).collect();
    assert_eq!(order.len(), 3);
    assert!(order.is_sorted() && order[0].0 == Severity::Error && order[2].0 == Severity::Warning, "{order:?}");
}

#[test]
fn empty_lists_are_judged_too() {
    let text = changed(&[("[\"data-a\", \"data-b\"]", "[]"), ("multi_az = true", "multi_az = false")]);
    let text =
        text.replace("[\"app-a\", \"app-b\"]\nsecurity", "[]\nsecurity").replace("members = [\"app\"]", "members = []");
    let text = text.replace("[load]", "[distributions.edge]\norigins = []\n\n[load]");
    let text = text.replace("[\"public-a\", \"public-b\"]", "[]");
    let design = Design::parse(&text).unwrap();
    assert!(!findings(&design, &text).findings.is_empty());
    assert_eq!(crate::availability::availability(&design).percent, 0.0);
}

#[test]
fn without_a_text_there_are_no_lines() {
    let text = changed(&[("\"sqs:SendMessage on jobs\"", "\"sqs:* on jobs\"")]);
    let found = findings(&Design::parse(&text).unwrap(), "");
    assert_eq!((found.findings.len(), found.findings[0].line), (1, None));
}
