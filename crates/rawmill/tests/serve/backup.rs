//! Back-ups that are made while photos are worked on, everything destroyed, and what is served after that.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::{by_the_mill, photos, renditions, submit};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A batch that is done, and another of which something is being worked on.
fn at_work(lab: &Lab) -> (String, String) {
    let done = submit(lab);
    lab.wait(&done);
    let ids: Vec<_> = (0..4).flat_map(|_| photos()).map(|photo| lab.upload("photo", &photo)).collect();
    let (status, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": ids }));
    assert_eq!(status, 202, "{batch}");
    let batch = batch["id"].as_str().unwrap().to_owned();
    until(|| succeeded(lab, &batch), |count| *count > 0);
    (done, batch)
}

fn succeeded(lab: &Lab, batch: &str) -> u64 {
    lab.get(&format!("/v1/batches/{batch}")).1["totals"]["succeeded"].as_u64().unwrap()
}

/// Everything that was finished is served as it was, the rest is finished, and nothing is missing.
fn all_is_there(lab: &Lab, done: &str, half: &str, remained: u64) {
    assert!(renditions(lab, done) == by_the_mill(), "what was done is served");
    let ended = lab.wait(half);
    assert_eq!(ended["totals"]["succeeded"], 12, "{ended}, of which {remained} were left to be done");
    let (_, page) = lab.get(&format!("/v1/batches/{half}/renditions"));
    let sizes = page["items"].as_array().unwrap().iter().map(|item| {
        let (status, bytes) = lab.fetch(item["url"].as_str().unwrap());
        (status == 200 && bytes.len() as u64 == item["size"].as_u64().unwrap()) as usize
    });
    assert_eq!(sizes.sum::<usize>(), 24);
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains(" 0 missing"), "{checked}");
    let number = |id: &Value| id.as_str().unwrap()[4..].parse::<u64>().unwrap();
    let next = submit(lab);
    assert!(number(&json!(next)) > number(&json!(half)) + 1_000, "{next}: no number is given twice");
    assert_eq!(lab.wait(&next)["totals"]["succeeded"], 3);
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

#[test]
fn a_folder_is_backed_up_while_it_is_used() {
    let mut lab = Lab::open_with("[worker]\nslots = 1\n");
    let (done, half) = at_work(&lab);
    lab.admin(&["backup", "kept.sqlite"]);
    copy(&lab.path("rawmill-data/store"), &lab.path("kept-store"));
    let remained = 12 - succeeded(&lab, &half);
    lab.kill();
    std::fs::remove_dir_all(lab.path("rawmill-data")).unwrap();
    std::fs::create_dir(lab.path("rawmill-data")).unwrap();
    copy(&lab.path("kept-store"), &lab.path("rawmill-data/store"));
    let told = lab.admin(&["restore", "kept.sqlite"]);
    assert!(told.contains(" 0 missing"), "{told}");
    lab.restart(&[]);
    all_is_there(&lab, &done, &half, remained);
}

#[test]
fn a_database_and_a_bucket_are_backed_up_while_they_are_used() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&format!("{}[worker]\nslots = 1\n", engines.lines()));
    let (done, half) = at_work(&lab);
    let dump = engines.postgres().dump("rawmill");
    engines.moto.copy("lab", "kept");
    let remained = 12 - succeeded(&lab, &half);
    lab.kill();
    engines.postgres().sql("postgres", "DROP DATABASE rawmill WITH (FORCE)");
    engines.moto.empty("lab");
    engines.postgres().create("rawmill");
    engines.postgres().load("rawmill", &dump);
    engines.sql(include_str!("../../../../deploy/postgres/after-restore.sql"));
    engines.moto.copy("kept", "lab");
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains(" 0 missing"), "{checked}");
    lab.restart(&[]);
    all_is_there(&lab, &done, &half, remained);
}
