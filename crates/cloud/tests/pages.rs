//! What the pages say is what the code does: pictures, outputs of trace, reason codes, keys.
//!
//! `cargo test -p cloud --test pages -- --ignored` draws pictures and writes outputs anew.

use cloud::design::DesignError;
use cloud::diagram;
use cloud::examples::{EXAMPLES, named};
use cloud::findings::{RULES, Rule, findings};
use cloud::packet::Protocol;
use cloud::trace::Reason;
use cloud::{Design, Network, Question, trace};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn read(name: &str) -> String {
    let path = docs().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn picture(name: &str) -> String {
    let text = named(name).unwrap().text;
    let design = Design::parse(text).unwrap();
    diagram::svg(&design, &findings(&design, text).findings)
}

/// What a line such as `$ rawmill cloud trace NAME.toml --from a --to b --port 1` prints.
fn output(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let name = words[4].strip_suffix(".toml").unwrap();
    let value = |key: &str| words.iter().position(|word| *word == key).map(|place| words[place + 1]);
    let question = Question {
        from: value("--from").unwrap().to_owned(),
        to: value("--to").unwrap().to_owned(),
        protocol: value("--proto").map_or(Protocol::Tcp, |name| name.parse().unwrap()),
        port: value("--port").unwrap().parse().unwrap(),
        source: value("--source-ip").map(|address| address.parse().unwrap()),
    };
    let network = Network::new(&Design::parse(named(name).unwrap().text).unwrap());
    trace(&network, &question).unwrap().to_string()
}

/// The page with the output of each command as it is now.
fn filled(page: &str) -> String {
    let mut lines = Vec::new();
    let mut from = page.lines();
    while let Some(line) = from.next() {
        lines.push(line.to_owned());
        if line.starts_with("$ rawmill cloud trace ") {
            from.by_ref().take_while(|line| *line != "```").for_each(drop);
            lines.push(output(line).trim_end().to_owned());
            lines.push("```".to_owned());
        }
    }
    lines.join("\n") + "\n"
}

fn pages() -> Vec<String> {
    let each = EXAMPLES.iter().map(|example| format!("cloud/{}.md", example.name));
    ["cloud.md".to_owned()].into_iter().chain(each).collect()
}

#[test]
#[ignore = "writes the pages"]
fn write_anew() {
    for example in EXAMPLES {
        fs::write(docs().join(format!("cloud/{}.svg", example.name)), picture(example.name)).unwrap();
    }
    for page in pages() {
        fs::write(docs().join(&page), filled(&read(&page))).unwrap();
    }
}

#[test]
fn pictures_are_drawn_from_the_designs() {
    for example in EXAMPLES {
        let kept = read(&format!("cloud/{}.svg", example.name));
        assert!(kept == picture(example.name), "{}: see the head of this file", example.name);
    }
}

#[test]
fn outputs_are_what_trace_says() {
    for page in pages() {
        let text = read(&page);
        assert_eq!(filled(&text), text, "{page}: see the head of this file");
    }
}

#[test]
fn every_example_has_a_page_with_its_picture_and_an_output() {
    let index = read("cloud.md");
    for example in EXAMPLES {
        let (name, page) = (example.name, read(&format!("cloud/{}.md", example.name)));
        assert!(page.contains(&format!("]({name}.svg)")), "{name}");
        assert!(page.contains(&format!("$ rawmill cloud trace {name}.toml ")), "{name}");
        assert!(index.contains(&format!("[{name}](cloud/{name}.md)")), "{name}");
    }
}

#[test]
fn every_reason_stands_on_the_page_and_no_other() {
    let page = read("cloud.md");
    let table = page.split("## Reasons").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = Reason::ALL.iter().map(|r| format!("| `{}` | {} |", r.code(), r.meaning())).collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_finding_stands_on_the_page_and_no_other() {
    let page = read("cloud.md");
    let table = page.split("## Findings").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let row = |rule: &Rule| format!("| `{}` | {:?} | {} |", rule.name, rule.severity, rule.finds);
    let expected: Vec<String> = RULES.iter().map(row).collect();
    assert_eq!(rows, expected);
}

/// A place where a key may stand, and the heading under which the page lists the keys.
const TABLES: &[(&str, &str)] = &[
    ("[vpc]\nzzz = 1", "[vpc]"),
    ("[subnets.x]\nzzz = 1", "[subnets.NAME]"),
    ("[nats.x]\nzzz = 1", "[nats.NAME]"),
    ("[network_acls.x]\nzzz = 1", "[network_acls.NAME]"),
    ("[security_groups.x]\nzzz = 1", "[security_groups.NAME]"),
    ("[endpoints.x]\nzzz = 1", "[endpoints.NAME]"),
    ("[load_balancers.x]\nzzz = 1", "[load_balancers.NAME]"),
    ("[load_balancers.x]\nlisteners = [{ zzz = 1 }]", "listeners"),
    ("[load_balancers.x]\nlisteners = [{ rules = [{ zzz = 1 }] }]", "rules"),
    ("[target_groups.x]\nzzz = 1", "[target_groups.NAME]"),
    ("[target_groups.x]\nhealth = { zzz = 1 }", "health"),
    ("[colours]\nzzz = 1", "[colours]"),
    ("[auto_scaling_groups.x]\nzzz = 1", "[auto_scaling_groups.NAME]"),
    ("[auto_scaling_groups.x]\nscale = { zzz = 1 }", "scale"),
    ("[instances.x]\nzzz = 1", "[instances.NAME]"),
    ("[databases.x]\nzzz = 1", "[databases.NAME]"),
    ("[caches.x]\nzzz = 1", "[caches.NAME]"),
    ("[queues.x]\nzzz = 1", "[queues.NAME]"),
    ("[buckets.x]\nzzz = 1", "[buckets.NAME]"),
    ("[distributions.x]\nzzz = 1", "[distributions.NAME]"),
    ("[records.x]\nzzz = 1", "[records.NAME]"),
    ("[roles.x]\nzzz = 1", "[roles.NAME]"),
    ("[alarms.x]\nzzz = 1", "[alarms.NAME]"),
    ("[load]\nzzz = 1", "[load]"),
    ("[[invariants]]\nzzz = 1", "[[invariants]]"),
];

/// The keys that the reader of designs knows where it meets one that it does not.
fn known(text: &str) -> BTreeSet<String> {
    let Err(DesignError::Syntax(error)) = Design::parse(text) else { panic!("`zzz` is known in {text}") };
    let listed = error.split("expected").nth(1).unwrap_or_else(|| panic!("{text}: {error}"));
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_of_a_design_stands_on_the_page_and_no_other() {
    let page = read("cloud.md");
    for (text, heading) in TABLES {
        let section = page.split(&format!("\n### `{heading}`\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("no `{heading}`")).split("\n#").next().unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        assert_eq!(rows.map(str::to_owned).collect::<BTreeSet<_>>(), known(text), "{heading}");
    }
    for table in known("zzz = 1") {
        assert!(page.contains(&format!("`{table}`")) || page.contains(&format!("[{table}")), "{table}");
    }
}

#[test]
fn a_trace_is_drawn_with_every_hop_and_red_where_it_ends() {
    let network = Network::new(&Design::parse(named("securewallet").unwrap().text).unwrap());
    let ask = |from: &str, to: &str, port| {
        let question = Question { from: from.into(), to: to.into(), protocol: Protocol::Tcp, port, source: None };
        trace(&network, &question).unwrap()
    };
    let (open, shut) = (ask("internet", "front", 443), ask("app", "wallet", 5432));
    for trace in [&open, &shut] {
        let svg = trace.svg();
        for hop in trace.legs.iter().flat_map(|leg| leg.there.iter().chain(&leg.back)) {
            assert!(svg.contains(&format!(">{}</text>", hop.at)), "{}", hop.at);
        }
        assert_eq!(svg.matches("fill=\"#fdeceb\"").count(), trace.legs.iter().filter(|l| l.blocked.is_some()).count());
    }
    assert!(shut.svg().contains(">SUBNET_ACL_RESTRICTION</text>") && !open.svg().contains("SUBNET_ACL"));
}

#[test]
fn mermaid_has_a_node_for_whatever_stands_somewhere() {
    for example in EXAMPLES {
        let design = Design::parse(example.text).unwrap();
        let (text, network) = (diagram::mermaid(&design, &[]), Network::new(&design));
        assert!(text.starts_with("flowchart TB\n") && text.contains("internet -->"), "{text}");
        for (i, interface) in network.interfaces.iter().enumerate() {
            assert!(text.contains(&format!("        i{i}[\"{}\"]\n", interface.owner)), "{text}");
        }
        let (begun, ended) = (text.matches("subgraph ").count(), text.lines().filter(|l| l.trim() == "end").count());
        assert_eq!(begun, ended, "{text}");
    }
}
