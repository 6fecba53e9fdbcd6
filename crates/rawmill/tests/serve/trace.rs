//! One trace from a customer's request to the worker's last line.

use super::lab::Lab;
use super::{RECIPE, photos};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Submits a photo and one that is none, with these headers; the request's id and the batch.
fn submit(lab: &Lab, headers: &[(&str, &str)]) -> (String, String) {
    lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    let broken = lab.path("text.nef");
    std::fs::write(&broken, "this is no photo").unwrap();
    let ids = [&photos()[2], &broken].map(|path| lab.upload("photo", path));
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let request = agent.post(format!("{}/v1/batches", lab.url)).header("authorization", format!("Bearer {}", lab.key));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let body = json!({ "recipe": { "name": "web" }, "photos": ids }).to_string();
    let mut response = request.content_type("application/json").send(body).unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let batch: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
    (id, batch["id"].as_str().unwrap().into())
}

#[test]
fn a_trace_goes_from_the_request_to_the_worker() {
    let lab = Lab::open();
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let (id, batch) = submit(&lab, &[("traceparent", &parent), ("x-request-id", "customer-17")]);
    assert_eq!(id, "customer-17");
    lab.wait(&batch);
    let lines = lab.logged(2);
    let answered = lines.iter().find(|l| l["message"] == "answered" && l["span"]["request"] == "customer-17").unwrap();
    assert_eq!((&answered["route"], &answered["status"]), (&json!("/v1/batches"), &json!(202)));
    assert_eq!(answered["span"]["trace"], TRACE);
    let work: Vec<_> = lines.iter().filter(|l| l["span"]["name"] == "task").collect();
    assert!(work.len() >= 4, "begun and recorded, twice: {work:?}");
    for line in &work {
        let span = &line["span"];
        assert_eq!(
            (&span["batch"], &span["attempt"], &span["trace"]),
            (&json!(batch), &json!(1), &json!(TRACE)),
            "{line}"
        );
        assert!(["tsk_1", "tsk_2"].contains(&span["task"].as_str().unwrap()), "{line}");
    }
    let states: Vec<_> = work.iter().filter(|l| l["message"] == "recorded").map(|l| l["state"].as_str()).collect();
    assert!(states.contains(&Some("succeeded")) && states.contains(&Some("failed")), "{states:?}");
}

#[test]
fn a_request_without_a_trace_begins_one() {
    let lab = Lab::open();
    let (id, batch) = submit(&lab, &[("traceparent", "00-no-such-01")]);
    assert_eq!(id.len(), 16);
    lab.wait(&batch);
    let lines = lab.logged(2);
    let answered = lines.iter().find(|l| l["span"]["request"] == json!(id)).unwrap();
    let trace = answered["span"]["trace"].as_str().unwrap();
    assert_eq!(trace.len(), 32);
    let work: Vec<_> = lines.iter().filter(|l| l["span"]["name"] == "task").collect();
    assert!(!work.is_empty() && work.iter().all(|l| l["span"]["trace"] == trace), "{work:?}");
}
