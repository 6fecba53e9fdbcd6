//! The description of the API that is checked in, so that a change of it shows in a diff.

use serde_json::Value;

fn described() -> Value {
    serde_json::from_str(&service::web::document()).unwrap()
}

#[test]
fn the_description_is_checked_in() {
    let kept = include_str!("../../../docs/openapi.json");
    let renew = "`cargo run -p service --example openapi > docs/openapi.json` renews it";
    assert!(serde_json::from_str::<Value>(kept).unwrap() == described(), "docs/openapi.json is old; {renew}");
}

#[test]
fn every_operation_says_how_it_fails_and_has_a_name_of_its_own() {
    let mut names = std::collections::BTreeSet::new();
    for (path, operations) in described()["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "two operations are called {name}");
            let answers = operation["responses"].as_object().unwrap();
            let told = answers.keys().any(|status| status == "4XX" || status == "503");
            assert!(told || path == "/health/live", "{method} {path} does not say how it fails");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let described = described();
    let text = described.to_string();
    let references = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    let lost: Vec<_> = references.filter(|pointer| described.pointer(pointer).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
