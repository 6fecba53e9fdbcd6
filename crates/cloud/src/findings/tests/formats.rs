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

/// What the schema of SARIF 2.1.0 demands of the parts that we write.
#[test]
fn sarif_has_the_shape_that_its_schema_demands() {
    let log = sarif(&broken(), "designs/my wallet.toml");
    assert_eq!(log["version"], "2.1.0");
    let driver = &log["runs"][0]["tool"]["driver"];
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!((driver["name"].as_str(), rules.len()), (Some("rawmill"), RULES.len()));
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "designs/my%20wallet.toml");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
}
