//! Photos that crash their worker, eat memory or never end, among good ones.

use crate::customer::Customer;
use serde_json::json;

/// What the photos do, and what is told of those that misbehave.
const PHOTOS: [(&str, Option<&str>); 8] = [
    ("fine", None),
    ("abort", Some("abort")),
    ("fine", None),
    ("eat", Some("needed more than")),
    ("fine", None),
    ("hang", Some("over 1 s")),
    ("corrupt", Some("no photo")),
    ("fine", None),
];

pub fn each_misdeed_is_one_dead_letter() {
    let customer = Customer::of_a_new_service(|worker| (worker.slots, worker.photo_s) = (Some(2), 1));
    let photos: Vec<String> = PHOTOS.iter().enumerate().map(|(n, (deed, _))| customer.upload(n, deed)).collect();
    let batch = customer.submit(&photos);
    let ended = customer.wait(&batch);
    let bad = PHOTOS.iter().filter(|(_, told)| told.is_some()).count();
    let totals = (&ended["totals"]["succeeded"], &ended["totals"]["failed"]);
    assert_eq!(totals, (&json!(PHOTOS.len() - bad), &json!(bad)), "{ended}");
    let failed = customer.get(&format!("/v1/batches/{batch}/tasks?state=failed"));
    for (n, (deed, told)) in PHOTOS.iter().enumerate() {
        let Some(told) = told else { continue };
        let name = format!("{n}.dng");
        let task = failed["items"].as_array().unwrap().iter().find(|t| t["name"] == json!(name)).unwrap();
        let attempts = task["attempts"].as_array().unwrap();
        // A photo that is none fails the same way every time; the others get three tries.
        assert_eq!(attempts.len(), if *deed == "corrupt" { 1 } else { 3 }, "{task}");
        let why = attempts.last().unwrap()["fault"]["why"].as_str().unwrap();
        assert!(why.contains(told), "{deed}: {why}");
    }
}
