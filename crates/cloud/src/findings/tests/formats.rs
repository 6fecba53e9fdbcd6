//! The same findings as text, JSON and SARIF.

use super::*;

fn broken() -> Findings {
    judged(&changed(&[("\"sqs:SendMessage on jobs\"", "\"sqs:* on jobs\""), ("protected = true", "protected = false")]))
}

#[test]
fn text_says_what_where_why_and_what_to_do() {
    let text = broken().to_string();
    let line = SOUND.lines().position(|line| line.contains("sqs:SendMessage")).unwrap() + 1;
    assert!(text.starts_with("error: wildcard-permission: role web allows `sqs:* on jobs`\n"), "{text}");
    assert!(text.contains(&format!("{line:5} | allow = [\"sqs:* on jobs\"")), "{text}");
    assert!(text.ends_with("sound: 1 errors, 1 warnings, 0 notes\n"), "{text}");
}

#[test]
fn json_has_every_field_of_a_finding() {
    let json = serde_json::to_value(broken()).unwrap();
    let one = &json["findings"][0];
    for field in ["rule", "severity", "what", "line", "evidence", "why", "remedy", "source"] {
        assert!(!one[field].is_null(), "{field} {one}");
    }
    assert_eq!(one["severity"], "error");
}

/// Objects of the schema of SARIF 2.1.0 (errata 01) that we write, with keys that it knows there: it allows no others, and
/// `*` marks those that it demands. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json>
const SCHEMA: &[(&str, &[&str])] = &[
    ("log", &["$schema", "version*", "runs*"]),
    ("run", &["tool*", "results"]),
    ("tool", &["driver*"]),
    ("driver", &["name*", "version", "rules"]),
    ("rule", &["id*", "shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration"]),
    ("configuration", &["level"]),
    ("result", &["ruleId", "ruleIndex", "level", "message*", "locations"]),
    ("text", &["text*"]),
    ("location", &["physicalLocation"]),
    ("place", &["artifactLocation*", "region"]),
    ("artifact", &["uri"]),
    ("region", &["startLine*", "snippet"]),
];

/// An object of this kind has the keys that the schema demands, and none that it does not know.
fn is(kind: &str, object: &serde_json::Value) {
    let (_, keys) = SCHEMA.iter().find(|(name, _)| *name == kind).unwrap();
    let there: BTreeSet<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let known: BTreeSet<&str> = keys.iter().map(|key| key.trim_end_matches('*')).collect();
    assert!(there.is_subset(&known), "{kind}: {object}");
    let demanded = keys.iter().filter_map(|key| key.strip_suffix('*'));
    demanded.for_each(|key| assert!(there.contains(key), "{kind} has no {key}: {object}"));
}

fn each(list: &serde_json::Value, check: impl Fn(&serde_json::Value)) {
    list.as_array().unwrap().iter().for_each(check);
}

fn is_level(level: &serde_json::Value) {
    assert!(["none", "note", "warning", "error"].contains(&level.as_str().unwrap()), "{level}");
}

fn is_result(result: &serde_json::Value, rules: &[serde_json::Value]) {
    is("result", result);
    is_level(&result["level"]);
    is("text", &result["message"]);
    assert!(!result["message"]["text"].as_str().unwrap().is_empty());
    let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], result["ruleId"]);
    each(&result["locations"], |location| {
        is("location", location);
        let place = &location["physicalLocation"];
        is("place", place);
        is("artifact", &place["artifactLocation"]);
        assert_eq!(place["artifactLocation"]["uri"], "designs/my%20wallet.toml");
        if let Some(region) = place.get("region") {
            is("region", region);
            is("text", &region["snippet"]);
            assert!(region["startLine"].as_u64().unwrap() > 0);
        }
    });
}

fn is_log(log: &serde_json::Value) {
    is("log", log);
    assert_eq!(log["version"], "2.1.0");
    each(&log["runs"], |run| {
        is("run", run);
        is("tool", &run["tool"]);
        let driver = &run["tool"]["driver"];
        is("driver", driver);
        assert!(driver["name"].is_string() && driver["version"].is_string(), "{driver}");
        let rules = driver["rules"].as_array().unwrap();
        each(&driver["rules"], |rule| {
            is("rule", rule);
            ["shortDescription", "fullDescription", "help"].iter().for_each(|key| is("text", &rule[key]));
            is("configuration", &rule["defaultConfiguration"]);
            is_level(&rule["defaultConfiguration"]["level"]);
            assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"), "{rule}");
        });
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), RULES.len());
        each(&run["results"], |result| is_result(result, rules));
    });
}

#[test]
fn sarif_has_the_shape_that_its_schema_demands() {
    let log = |found: &Findings| sarif(found, "designs/my wallet.toml");
    is_log(&log(&broken()));
    assert_eq!(log(&broken())["runs"][0]["results"].as_array().unwrap().len(), 2);
    firing().for_each(|text| is_log(&log(&judged(&text))));
    // Nothing found, and findings without a text.
    is_log(&log(&judged(SOUND)));
    is_log(&log(&findings(&Design::parse(&firing().last().unwrap()).unwrap(), "")));
}
