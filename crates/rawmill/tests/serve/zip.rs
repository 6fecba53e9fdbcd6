//! A batch as one ZIP, opened by other programs.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::{renditions, submit};
use serde_json::{Value, json};
use servers::proxy::{Action, Fault};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use ureq::Agent;

/// Asks for an archive; returns the answer.
fn ask(lab: &Lab, batch: &str, new: Value) -> Value {
    let (status, zip) = lab.post(&format!("/v1/batches/{batch}/zip"), new);
    assert_eq!(status, 200, "{zip}");
    zip
}

/// Status, headers and body; `Err` for a body that broke off.
pub type Got = (u16, BTreeMap<String, String>, Result<Vec<u8>, ureq::Error>);

/// What somebody gets who asks with these headers.
pub fn get(url: &str, headers: &[(&str, &str)]) -> Got {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let request = headers.iter().fold(agent.get(url), |request, (name, value)| request.header(*name, *value));
    let mut response = request.call().unwrap();
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let status = response.status().as_u16();
    (status, headers, response.body_mut().with_config().limit(u64::MAX).read_to_vec())
}

/// Nobody gets all of it: in the middle, or already where it was to begin.
fn breaks_off(url: &str) -> bool {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let whole = |mut got: ureq::http::Response<ureq::Body>| {
        assert_eq!(got.status(), 200);
        got.body_mut().with_config().limit(u64::MAX).read_to_vec()
    };
    agent.get(url).call().and_then(whole).is_err()
}

/// Every file of an archive, unpacked by unzip; Python has compared the CRC-32s before.
pub fn unpack(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (zip, to) = (folder.path().join("a.zip"), folder.path().join("to"));
    std::fs::write(&zip, bytes).unwrap();
    let test = "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())";
    let python = std::env::var("ORACLES_PYTHON").unwrap_or("python3".into());
    assert!(Command::new(python).args(["-c", test]).arg(&zip).status().unwrap().success());
    assert!(Command::new("unzip").arg("-qq").arg(&zip).arg("-d").arg(&to).status().unwrap().success());
    files(&to, &to).into_iter().collect()
}

fn files(folder: &Path, below: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = |path: PathBuf| match path.is_dir() {
        true => files(&path, below),
        false => vec![(path.strip_prefix(below).unwrap().to_str().unwrap().into(), std::fs::read(&path).unwrap())],
    };
    entries.flat_map(file).collect()
}

/// The url of an archive, and all of it.
fn whole(lab: &Lab, batch: &str) -> (String, Vec<u8>) {
    let zip = ask(lab, batch, json!({}));
    let url = zip["url"].as_str().unwrap().to_owned();
    let (status, headers, bytes) = get(&url, &[]);
    assert_eq!((status, headers["content-length"].as_str()), (200, zip["size"].to_string().as_str()), "{headers:?}");
    (url, bytes.unwrap())
}

#[test]
fn an_archive_has_the_files_that_the_links_give() {
    let lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let all = renditions(&lab, &batch);
    let (url, bytes) = whole(&lab, &batch);
    assert!(unpack(&bytes) == all, "the files differ");
    let (_, headers, _) = get(&url, &[]);
    assert_eq!(headers["content-type"], "application/zip");
    assert_eq!(headers["content-disposition"], format!("attachment; filename=\"{batch}.zip\""));
    let key = format!("Bearer {}", lab.key);
    let at_once = get(&format!("{}/v1/batches/{batch}/zip", lab.url), &[("authorization", &key)]);
    assert!(at_once.0 == 200 && at_once.1["etag"] == headers["etag"] && at_once.2.unwrap() == bytes);
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("10 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
}

#[test]
fn ranges_are_parts_of_the_whole() {
    let lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let (url, bytes) = whole(&lab, &batch);
    let (size, etag) = (bytes.len(), get(&url, &[]).1["etag"].clone());
    let mut at = 7_usize;
    let mut next = |most: usize| {
        at = usize::wrapping_mul(at, 25_214_903_917).wrapping_add(11) & ((1 << 48) - 1);
        (at >> 16) % most
    };
    for _ in 0..60 {
        let first = next(size);
        let last = first + next(size - first);
        let (status, headers, some) = get(&url, &[("range", &format!("bytes={first}-{last}")), ("if-range", &etag)]);
        assert_eq!((status, &headers["content-range"]), (206, &format!("bytes {first}-{last}/{size}")));
        assert!(some.unwrap() == bytes[first..=last], "{first}-{last}");
    }
    let status = |headers: &[(&str, &str)]| get(&url, headers).0;
    assert_eq!(status(&[("range", "bytes=0-9"), ("if-range", "\"another\"")]), 200, "it is another archive's part");
    assert_eq!(status(&[("range", "bytes=0-9,20-29")]), 200);
    assert_eq!(status(&[("range", &format!("bytes={size}-"))]), 416);
    assert_eq!(status(&[("if-none-match", &etag)]), 304);
    let (_other, other) = lab.another(&["--role", "web"]);
    let key = format!("Bearer {}", lab.key);
    let there = get(&format!("{other}/v1/batches/{batch}/zip"), &[("authorization", &key), ("if-none-match", &etag)]);
    assert_eq!(there.0, 304, "it is the same at another web server");
}

#[test]
fn some_of_a_batch_is_an_archive_too() {
    let lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let all = renditions(&lab, &batch);
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/renditions"));
    let (task, path) = (page["items"][0]["task"].clone(), page["items"][0]["path"].as_str().unwrap().to_owned());
    let folder = path.split('/').next().unwrap();
    let named = |zip: Value| unpack(&get(zip["url"].as_str().unwrap(), &[]).2.unwrap());
    let small = named(ask(&lab, &batch, json!({ "renditions": ["small"] })));
    assert!(small == all.clone().into_iter().filter(|(name, _)| name.ends_with("small.png")).collect());
    let one = named(ask(&lab, &batch, json!({ "tasks": [task] })));
    assert!(one == all.clone().into_iter().filter(|(name, _)| name.starts_with(folder)).collect());
    let key = format!("Bearer {}", lab.key);
    let at = |query: String| get(&format!("{}/v1/batches/{batch}/zip?{query}", lab.url), &[("authorization", &key)]);
    let both = at(format!("renditions=web,small&tasks={}", task.as_str().unwrap()));
    assert!(unpack(&both.2.unwrap()) == one);
    assert_eq!((at("renditions=huge".into()).0, at("tasks=tsk_99".into()).0, at("tasks=7".into()).0), (422, 422, 400));
    let (status, problem) = lab.post(&format!("/v1/batches/{batch}/zip"), json!({ "tasks": ["tsk_4"] }));
    assert_eq!((status, &problem["errors"][0]["path"]), (422, &json!("tasks")), "it failed and made nothing");
}

#[test]
fn a_link_is_good_for_one_archive_and_a_while() {
    let lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let short = ask(&lab, &batch, json!({ "expires_in": 1 }));
    until(|| get(short["url"].as_str().unwrap(), &[]).0, |status| *status == 403);
    let (url, _) = whole(&lab, &batch);
    let other = url.replace("/zip/1/", "/zip/2/");
    assert_eq!((get(&other, &[]).0, get(&url.replace("expires=", "expires=9"), &[]).0), (403, 403));
    let id = short["id"].as_str().unwrap();
    let (status, again) = lab.get(&format!("/v1/batches/{batch}/zip/{id}"));
    assert_eq!((status, &again["size"], &again["files"]), (200, &short["size"], &json!(6)));
    let unknown = ["0123456789abcdef0123456789abcdef", "..%2f..%2fout", "x"];
    let found = unknown.map(|id| lab.get(&format!("/v1/batches/{batch}/zip/{id}")).0);
    assert_eq!(found, [404, 404, 404]);
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    assert_eq!(get(&url, &[]).0, 404, "it is gone with its batch");
}

#[test]
fn what_is_damaged_breaks_off() {
    let lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let (url, bytes) = whole(&lab, &batch);
    let mut objects = files(&lab.path("rawmill-data/store/objects"), Path::new("/"));
    objects.retain(|(path, _)| path.ends_with(".jpg"));
    let (path, before) = (Path::new("/").join(&objects[1].0), &objects[1].1);
    let put = |bytes: &[u8]| {
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    };
    let mut other = before.clone();
    other[before.len() / 2] ^= 1;
    for damaged in [&other[..], &before[1..]] {
        put(damaged);
        assert!(breaks_off(&url), "it looks whole");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(breaks_off(&url), "it looks whole");
    std::fs::write(&path, before).unwrap();
    assert!(get(&url, &[]).2.unwrap() == bytes);
}

/// How an archive that was asked for stands, once it is over.
fn built(lab: &Lab, batch: &str, new: Value) -> Value {
    let (status, zip) = lab.post(&format!("/v1/batches/{batch}/zip"), new);
    assert!(status == 202 || status == 200, "{zip}");
    let look = || lab.get(&format!("/v1/batches/{batch}/zip/{}", zip["id"].as_str().unwrap())).1;
    until(look, |zip| zip["state"] == "ready" || zip["state"] == "failed")
}

#[test]
fn a_worker_builds_it_into_the_bucket_once() {
    let engines = Engines::start();
    let lab = Lab::open_with(&engines.lines());
    let batch = submit(&lab);
    lab.wait(&batch);
    let zip = built(&lab, &batch, json!({}));
    assert_eq!((&zip["state"], &zip["done"], &zip["files"]), (&json!("ready"), &zip["size"], &json!(6)), "{zip}");
    let url = zip["url"].as_str().unwrap();
    assert!(url.starts_with(&engines.bucket.url()), "the bucket serves it: {url}");
    let (status, bytes) = lab.fetch(url);
    assert!(status == 200 && unpack(&bytes) == renditions(&lab, &batch), "the files differ");
    let (status, _, some) = get(url, &[("range", "bytes=100-299")]);
    assert!(status == 206 && some.unwrap() == bytes[100..300]);
    assert_eq!(lab.post(&format!("/v1/batches/{batch}/zip"), json!({})).0, 200, "it is there");
    let key = format!("Bearer {}", lab.key);
    let at_once = get(&format!("{}/v1/batches/{batch}/zip", lab.url), &[("authorization", &key)]);
    assert_eq!((at_once.0, engines.sql("SELECT build FROM parcel").as_str()), (409, "1"));
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("10 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
    engines.moto.remove("lab", &format!("photos/zip/1/1/{}.zip", zip["id"].as_str().unwrap()));
    assert_eq!(built(&lab, &batch, json!({}))["size"], zip["size"], "it is made again");
    assert_eq!(engines.sql("SELECT build FROM parcel"), "2");
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    assert_eq!(engines.sql("SELECT count(*) FROM parcel"), "0");
    let left = engines.moto.keys("lab");
    assert!(left.iter().all(|key| !key.contains("/zip/") && !key.contains("/out/")), "{left:?}");
}

#[test]
fn what_cannot_be_built_says_why() {
    let engines = Engines::start();
    let lab = Lab::open_with(&engines.lines());
    let batch = submit(&lab);
    lab.wait(&batch);
    let key = engines.sql("SELECT path FROM output ORDER BY id LIMIT 1");
    engines.moto.remove("lab", &format!("photos/{key}"));
    let zip = built(&lab, &batch, json!({}));
    assert_eq!((&zip["state"], zip.get("url")), (&json!("failed"), None), "{zip}");
    assert!(zip["fault"].as_str().unwrap().contains(&key), "{zip}");
    assert_eq!(engines.sql("SELECT build FROM parcel"), "3");
    let left = engines.moto.keys("lab");
    assert!(!left.iter().any(|key| key.ends_with(".zip")), "{left:?}");
    assert_eq!(lab.post(&format!("/v1/batches/{batch}/zip"), json!({})).0, 202, "it gets new tries");
}

#[test]
fn another_worker_builds_what_one_died_over() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&engines.lines());
    let batch = submit(&lab);
    lab.wait(&batch);
    let all = renditions(&lab, &batch);
    lab.kill_and_restart(&["--role", "web"]);
    // Held up in the middle of the archive.
    engines.bucket.fault(Fault::always("GET /lab/photos/out", Action::Delay { ms: 60_000 }));
    let mut first = lab.worker_elsewhere("first");
    assert_eq!(lab.post(&format!("/v1/batches/{batch}/zip"), json!({})).0, 202);
    until(|| engines.sql("SELECT state FROM parcel"), |state| state == "building");
    first.0.kill().unwrap();
    engines.bucket.clear();
    let _second = lab.worker_elsewhere("second");
    let zip = built(&lab, &batch, json!({}));
    assert!(unpack(&lab.fetch(zip["url"].as_str().unwrap()).1) == all, "the files differ");
    assert_eq!(engines.sql("SELECT build FROM parcel"), "2");
}
