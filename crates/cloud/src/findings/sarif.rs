//! Findings as SARIF 2.1.0, the format that code hosts and editors show.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json>

use super::{Finding, Findings, RULES, Rule};
use serde_json::{Value, json};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// A log with one run. `path` is where the design lies, as the reader knows it.
pub fn sarif(findings: &Findings, path: &str) -> Value {
    let results: Vec<Value> = findings.findings.iter().map(|finding| result(finding, &address(path))).collect();
    let rules: Vec<Value> = RULES.iter().map(described).collect();
    let driver = json!({ "name": "rawmill", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    })
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.finds },
        "fullDescription": { "text": rule.why },
        "help": { "text": rule.remedy },
        "helpUri": rule.source,
        "defaultConfiguration": { "level": rule.severity },
    })
}

fn result(finding: &Finding, address: &str) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": address } });
    if let Some(line) = finding.line {
        let mut region = json!({ "startLine": line });
        if let Some(text) = &finding.evidence {
            region["snippet"] = json!({ "text": text });
        }
        place["region"] = region;
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.name == finding.rule),
        "level": finding.severity,
        "message": { "text": format!("{}. {}", finding.what, finding.remedy) },
        "locations": [{ "physicalLocation": place }],
    })
}

/// A path as a reference (RFC 3986): what it does not allow is written in hexadecimal.
fn address(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
