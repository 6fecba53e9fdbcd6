//! Templates that others wrote become what a person who reads them counts and answers.

use super::verdict;
use cloud::import::{Imported, Options};
use cloud::{Verdict, import};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Expected {
    template: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    file: String,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    /// How many resources there are of kinds that designs have.
    resources: usize,
    /// How many of them are not known wholly.
    #[serde(default)]
    open: usize,
    counts: BTreeMap<String, usize>,
    traces: Vec<String>,
}

fn all() -> Vec<(Template, Imported)> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import");
    let expected = std::fs::read_to_string(format!("{here}/expected.toml")).unwrap();
    let expected: Expected = toml::from_str(&expected).unwrap();
    let read = |template: Template| {
        let text = std::fs::read_to_string(format!("{here}/templates/{}", template.file)).unwrap();
        let options = Options { parameters: template.parameters.clone(), ..Options::default() };
        let imported = import(&text, &options).unwrap_or_else(|error| panic!("{}: {error}", template.file));
        (template, imported)
    };
    expected.template.into_iter().map(read).collect()
}

#[test]
fn there_are_as_many_of_each_as_a_reader_counts() {
    for (template, imported) in all() {
        let design = &imported.design;
        let entries = |acl: &cloud::design::Acl| acl.inbound.len() + acl.outbound.len();
        let rules = |group: &cloud::design::SecurityGroup| group.inbound.len() + group.outbound.len();
        let found = [
            ("subnets", design.subnets.len()),
            ("route_tables", design.route_tables.len()),
            ("routes", design.route_tables.values().map(BTreeMap::len).sum()),
            ("nats", design.nats.len()),
            ("network_acls", design.network_acls.len()),
            ("entries", design.network_acls.values().map(entries).sum()),
            ("security_groups", design.security_groups.len()),
            ("rules", design.security_groups.values().map(rules).sum()),
            ("endpoints", design.endpoints.len()),
            ("load_balancers", design.load_balancers.len()),
            ("target_groups", design.target_groups.len()),
            ("instances", design.instances.len()),
            ("auto_scaling_groups", design.auto_scaling_groups.len()),
        ];
        let found: BTreeMap<String, usize> = found.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        let known = |name: &String| found.contains_key(name);
        assert!(template.counts.keys().all(known), "{}: {:?}", template.file, template.counts);
        let expected =
            found.keys().map(|name| (name.clone(), template.counts.get(name).copied().unwrap_or(0))).collect();
        assert_eq!(found, expected, "{}\n{}", template.file, design.to_toml());
    }
}

#[test]
fn nineteen_of_twenty_resources_are_known_wholly() {
    let templates = all();
    assert!(templates.len() >= 10);
    for (template, imported) in templates {
        let said: Vec<_> = imported.notes.iter().map(ToString::to_string).collect();
        assert_eq!(imported.resources, template.resources, "{}", template.file);
        assert_eq!(imported.resources - imported.resolved, template.open, "{}: {said:#?}", template.file);
        assert!(imported.resolved * 20 >= imported.resources * 19, "{}: {said:#?}", template.file);
    }
}

#[test]
fn traces_end_as_a_reader_says() {
    for (template, imported) in all() {
        assert!(template.traces.len() >= 5, "{}", template.file);
        for line in &template.traces {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [from, ">", to, port, expected, ref code @ ..] = words[..] else { panic!("{line}") };
            let (verdict, found) = verdict(&imported, from, to, port.parse().unwrap());
            let said = match verdict {
                Verdict::Allowed => "allowed",
                Verdict::Blocked => "blocked",
                Verdict::Unknown => "unknown",
            };
            assert_eq!(
                (said, found.as_str()),
                (expected, code.first().copied().unwrap_or_default()),
                "{}: {line}",
                template.file
            );
        }
    }
}

#[test]
fn a_design_of_a_template_is_read_back_from_its_own_text() {
    for (template, imported) in all() {
        assert_eq!(cloud::Design::parse(&imported.design.to_toml()).unwrap(), imported.design, "{}", template.file);
    }
}
