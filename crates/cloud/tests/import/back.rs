//! A design that became a template becomes the same design again.

use cloud::emit::{Format, emit};
use cloud::examples::EXAMPLES;
use cloud::import::{Imported, Options};
use cloud::{Design, import};

const SHOP: &str = include_str!("../designs/shop.toml");
const REPORTS: &str = include_str!("../designs/reports.toml");

/// Every design that there is.
pub fn all() -> impl Iterator<Item = (&'static str, Design)> {
    let texts = EXAMPLES.iter().map(|example| (example.name, example.text)).chain([("shop", SHOP), ("reports", REPORTS)]);
    texts.map(|(name, text)| (name, Design::parse(text).unwrap()))
}

/// The design of a template.
pub fn read(template: &str) -> Imported {
    import(template, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{template}"))
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
