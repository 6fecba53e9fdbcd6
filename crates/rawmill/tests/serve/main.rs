//! The service as its customers meet it: the real binary over HTTP.

mod admin;
mod backup;
mod crowd;
mod deploy;
mod doors;
mod edge;
mod fleet;
mod forms;
mod gallery;
mod hooks;
mod images;
mod lab;
mod metrics;
mod migrate;
mod operations;
mod people;
mod preview;
mod queue;
mod report;
mod shared;
mod tenants;
mod trace;
mod webs;
mod zip;

use lab::Lab;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const RECIPE: &str = "version = 1\n[output]\npath = \"{stem}/{rendition}\"\n\
                      [[renditions]]\nname = \"web\"\nwidth = 640\nencode = { format = \"jpeg\" }\n\
                      [[renditions]]\nname = \"small\"\nwidth = 64\nencode = { format = \"png\" }\n";

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

fn photos() -> [PathBuf; 3] {
    ["dev_portrait_o6_gbrg_14bit_ljpeg.dng", "real_canon_s40_CRW_0117.CRW", "real_kodak_dc50_DC0011M.KDC"].map(sample)
}

/// Uploads the photos and one that is none, and submits them.
fn submit(lab: &Lab) -> String {
    let (status, recipe) = lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    assert_eq!((status, &recipe["version"]), (201, &json!(1)), "{recipe}");
    let text = lab.path("text.nef");
    std::fs::write(&text, "this is no photo").unwrap();
    let ids: Vec<String> = photos().iter().chain([&text]).map(|p| lab.upload("photo", p)).collect();
    let (status, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": ids }));
    assert_eq!(status, 202, "{batch}");
    batch["id"].as_str().unwrap().into()
}

/// Path and bytes of every rendition.
fn renditions(lab: &Lab, batch: &str) -> BTreeMap<String, Vec<u8>> {
    let (status, page) = lab.get(&format!("/v1/batches/{batch}/renditions"));
    assert_eq!(status, 200, "{page}");
    let fetch = |item: &Value| {
        let (status, bytes) = lab.fetch(item["url"].as_str().unwrap());
        assert_eq!((status, bytes.len() as u64), (200, item["size"].as_u64().unwrap()));
        (item["path"].as_str().unwrap().to_owned(), bytes)
    };
    page["items"].as_array().unwrap().iter().map(fetch).collect()
}

/// What `rawmill run` makes of the same photos by the same recipe.
fn by_the_mill() -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.toml"), RECIPE).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
    command.args(["run", "--recipe", "web.toml", "--out", "out", "--quiet"]).args(photos()).current_dir(folder.path());
    assert!(command.status().unwrap().success());
    let mut made = BTreeMap::new();
    for photo in photos() {
        let stem = photo.file_stem().unwrap().to_str().unwrap();
        for file in ["web.jpg", "small.png"] {
            let path = format!("{stem}/{file}");
            made.insert(path.clone(), std::fs::read(folder.path().join("out").join(&path)).unwrap());
        }
    }
    made
}

fn usage(lab: &Lab) -> Vec<String> {
    let (_, page) = lab.get("/v1/usage");
    let mut tasks: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|u| u["task"].as_str().unwrap().to_owned()).collect();
    tasks.sort();
    tasks
}

#[test]
fn a_batch_gives_the_very_files_of_a_run() {
    let lab = Lab::open();
    let batch = submit(&lab);
    let ended = lab.wait(&batch);
    assert_eq!(ended["state"], "closed");
    let totals = ["found", "succeeded", "failed", "remaining"].map(|word| ended["totals"][word].as_u64().unwrap());
    assert_eq!(totals, [4, 3, 1, 0]);
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    let (_, failed) = lab.get(&format!("/v1/batches/{batch}/tasks?state=failed"));
    let fault = &failed["items"][0]["attempts"][0]["fault"];
    assert_eq!((&failed["items"][0]["name"], &fault["class"]), (&json!("text.nef"), &json!("input")));
    assert_eq!(usage(&lab), ["tsk_1", "tsk_2", "tsk_3", "tsk_4"]);
}

#[test]
fn nothing_is_lost_when_everything_is_killed() {
    let mut lab = Lab::open();
    let batch = submit(&lab);
    for _ in 0..3 {
        lab.kill_and_restart(&[]);
    }
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(&lab), ["tsk_1", "tsk_2", "tsk_3", "tsk_4"], "exactly one row each");
    let events = events(&lab, &batch, "0");
    let numbers: Vec<u64> = events.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<_>>(), "without holes: {events:?}");
    assert_eq!(lab.terminate(), Some(0));
    let checked = lab.rawmill(&["admin", "--config", "serve.toml", "fsck"]);
    assert!(checked.contains("10 objects named, 0 missing"), "{checked}");
}

/// Numbers and kinds of a batch's events.
fn events(lab: &Lab, batch: &str, last: &str) -> Vec<(u64, String)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let request = agent.get(format!("{}/v1/batches/{batch}/events", lab.url)).header("last-event-id", last);
    let mut response = request.header("authorization", format!("Bearer {}", lab.key)).call().unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    let frame = |frame: &str| {
        let field = |name: &str| frame.lines().find_map(|l| l.strip_prefix(name)).map(str::trim);
        Some((field("id:")?.parse().ok()?, field("event:")?.to_owned()))
    };
    text.split("\n\n").filter_map(frame).collect()
}

#[test]
fn events_go_on_where_they_broke_off() {
    let lab = Lab::open();
    let batch = submit(&lab);
    let all = events(&lab, &batch, "0");
    assert_eq!(all.first().unwrap(), &(1, "batch.submitted".into()));
    assert_eq!(all.last().unwrap(), &(6, "batch.closed".into()));
    assert_eq!(events(&lab, &batch, "4"), all[4..]);
    assert!(events(&lab, &batch, "6").is_empty());
}

#[test]
fn the_same_submission_is_the_same_batch() {
    let lab = Lab::open();
    lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    let photo = lab.upload("photo", &photos()[2]);
    let order = json!({ "recipe": { "name": "web" }, "photos": [photo] });
    let (_, first) = lab.post_with("/v1/batches", order.clone(), &[("idempotency-key", "k1")]);
    let (status, again) = lab.post_with("/v1/batches", order.clone(), &[("idempotency-key", "k1")]);
    assert_eq!((status, &again["id"]), (202, &first["id"]));
    let mut other = order.clone();
    other["priority"] = json!(1);
    let (status, problem) = lab.post_with("/v1/batches", other, &[("idempotency-key", "k1")]);
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency-key-reused")));
    let (_, list) = lab.get("/v1/batches");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_photo_is_what_was_announced() {
    let lab = Lab::open();
    lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    let path = &photos()[2];
    let right = Command::new("sha256sum").arg(path).output().unwrap().stdout;
    let right = String::from_utf8(right).unwrap()[..64].to_owned();
    let ids = [lab.upload_as("photo", path, Some(&right)), lab.upload_as("photo", path, Some(&"0".repeat(64)))];
    let (_, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": ids }));
    let batch = batch["id"].as_str().unwrap();
    let ended = lab.wait(batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(1), &json!(1)), "{ended}");
    let (_, failed) = lab.get(&format!("/v1/batches/{batch}/tasks?state=failed"));
    let why = failed["items"][0]["attempts"][0]["fault"]["why"].as_str().unwrap();
    assert_eq!(why, format!("its bytes have the SHA-256 {right}, announced was {}", "0".repeat(64)));
}

#[test]
fn a_cancelled_batch_ends_and_can_be_removed() {
    let lab = Lab::open();
    let batch = submit(&lab);
    let (status, answer) = lab.post(&format!("/v1/batches/{batch}/cancel"), json!({}));
    assert_eq!(status, 202, "{answer}");
    let ended = lab.wait(&batch);
    let t = |word: &str| ended["totals"][word].as_u64().unwrap();
    assert_eq!(t("found"), t("succeeded") + t("failed") + t("cancelled"), "{ended}");
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    assert_eq!(lab.get(&format!("/v1/batches/{batch}")).0, 404);
}
