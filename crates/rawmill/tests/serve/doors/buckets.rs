//! Photos from a customer's bucket, and renditions to one.

use super::*;
use servers::proxy::{Action, Fault};

/// The customer's bucket behind the same server, for importing and exporting.
fn lines(engines: &Engines) -> String {
    engines.moto.bucket("customer");
    let endpoint = engines.bucket.url();
    let at = "region = \"us-east-1\"\npath_style = true\ntenants = [\"default\"]\n";
    format!(
        "{}[buckets.shoots]\nurl = \"s3://customer/in\"\nendpoint = \"{endpoint}\"\nimport = true\n{at}\
         [buckets.results]\nurl = \"s3://customer/out\"\nendpoint = \"{endpoint}\"\nexport = true\n{at}\
         [buckets.foreign]\nurl = \"s3://customer\"\nendpoint = \"{endpoint}\"\nimport = true\nregion = \"us-east-1\"\n\
         path_style = true\ntenants = [\"somebody else\"]\n",
        engines.lines()
    )
}

/// Where an object of the customer's is.
fn object(engines: &Engines, key: &str) -> String {
    format!("{}/customer/{key}", engines.moto.url())
}

/// Puts the photos of a run into the customer's bucket.
fn fill(engines: &Engines, lab: &Lab) {
    for photo in photos() {
        let key = format!("in/2026/wedding/{}", photo.file_name().unwrap().to_str().unwrap());
        assert_eq!(lab.put(&object(engines, &key), &bytes(&photo)).0, 200);
    }
    engines.moto.put("customer", "in/2026/wedding/notes.txt", "none");
    engines.moto.put("customer", "in/2026/wedding/broken.nef", "this is no photo");
    engines.moto.put("customer", "in/2026/other/a.nef", "not asked for");
    engines.moto.put("customer", "elsewhere/a.nef", "not below the prefix");
}

#[test]
fn a_prefix_becomes_a_batch_and_its_renditions_go_to_another() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&lines(&engines));
    let (_second, url) = lab.another(&["--role", "web"]);
    fill(&engines, &lab);
    recipe(&lab);
    let listed = lab.get("/v1/buckets").1;
    let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|bucket| bucket["name"].clone()).collect();
    assert_eq!(names, ["results", "shoots"], "another tenant's is not told");
    let new = json!({ "bucket": "shoots", "prefix": "2026/wed", "recipe": { "name": "web" } });
    let path = format!("/v1/imports/{}", import(&lab, new));
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert!(ended["note"].as_str().unwrap().contains("1 objects were passed over"), "{ended}");
    assert_eq!(files(&lab, &path)[0]["name"], "wedding/broken.nef");
    let batch = ended["batch"].as_str().unwrap().to_owned();
    assert_eq!(lab.wait(&batch)["totals"]["succeeded"], 3);
    let made = renditions(&lab, &batch);
    assert!(made.values().eq(by_the_mill().values()), "they are the files of a run");

    let first_url = std::mem::replace(&mut lab.url, url);
    let got = |key: &str| engines.moto.get("customer", key);
    let export = |new: Value| {
        let (status, made) = lab.post(&format!("/v1/batches/{batch}/exports"), new);
        assert_eq!(status, 202, "{made}");
        over(&lab, &format!("/v1/exports/{}", made["id"].as_str().unwrap()))
    };
    let ended = export(json!({ "bucket": "results", "prefix": "wedding/" }));
    assert_eq!((&ended["files"]["done"], &ended["batch"]), (&json!(6), &json!(batch)), "{ended}");
    for (name, bytes) in &made {
        let name = format!("out/wedding/{name}");
        assert!(got(&name) == *bytes, "{name}");
    }
    let some = export(json!({ "bucket": "results", "prefix": "some", "renditions": ["small"] }));
    assert_eq!(some["files"]["done"], 3);
    let (one, _) = made.first_key_value().unwrap();
    engines.moto.put("customer", &format!("out/wedding/{one}"), "of the customer");
    let (two, _) = made.last_key_value().unwrap();
    let changed = "x".repeat(made[two].len());
    engines.moto.put("customer", &format!("out/wedding/{two}"), &changed);
    let again = export(json!({ "bucket": "results", "prefix": "wedding" }));
    assert_eq!((&again["files"]["done"], &again["files"]["failed"]), (&json!(4), &json!(2)), "{again}");
    assert!(got(&format!("out/wedding/{two}")) == changed.as_bytes(), "another of the same size is another one");
    let listed = files(&lab, &format!("/v1/exports/{}", again["id"].as_str().unwrap()));
    assert!(
        listed.iter().all(|file| made.contains_key(file["source"].as_str().unwrap())),
        "no key of ours: {listed:?}"
    );
    assert_eq!(got(&format!("out/wedding/{one}")), b"of the customer");
    let replaced = export(json!({ "bucket": "results", "prefix": "wedding", "overwrite": true }));
    assert_eq!(replaced["files"]["done"], 6, "{replaced}");
    assert!(got(&format!("out/wedding/{one}")) == made[one] && got(&format!("out/wedding/{two}")) == made[two]);
    let named = |new: Value| {
        let path = format!("/v1/batches/{batch}/exports");
        lab.post_with(&path, new, &[("idempotency-key", "some")])
    };
    let some = || json!({ "bucket": "results", "prefix": "some", "renditions": ["small"] });
    let [first, again] = [named(some()), named(some())];
    assert_eq!((first.0, again.0, &first.1["id"]), (202, 202, &again.1["id"]), "of one name there is one");
    let (status, problem) = named(json!({ "bucket": "results", "prefix": "some" }));
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency-key-reused")), "{problem}");
    assert_eq!(over(&lab, &format!("/v1/exports/{}", first.1["id"].as_str().unwrap()))["files"]["done"], 3);
    let listed = lab.get("/v1/exports").1;
    assert_eq!(listed["items"].as_array().unwrap().len(), 5);
    lab.url = first_url;
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("9 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
}

#[test]
fn nobody_comes_to_a_bucket_that_is_not_theirs() {
    let engines = Engines::start();
    let lab = Lab::open_with(&lines(&engines));
    fill(&engines, &lab);
    for bucket in ["foreign", "results", "none"] {
        let (status, told) = lab.post("/v1/imports", json!({ "bucket": bucket }));
        assert_eq!((status, &told["errors"][0]["path"]), (422, &json!("bucket")), "{bucket}: {told}");
    }
    for prefix in ["../elsewhere", "a//b", "/", "a/./b", "a\nb"] {
        let (status, told) = lab.post("/v1/imports", json!({ "bucket": "shoots", "prefix": prefix }));
        assert_eq!((status, &told["errors"][0]["path"]), (422, &json!("prefix")), "{prefix}: {told}");
    }
    let path = format!("/v1/imports/{}", import(&lab, json!({ "bucket": "shoots", "prefix": "none/" })));
    let ended = over(&lab, &path);
    assert!(ended["note"].as_str().unwrap().contains("no photos begin so"), "{ended}");
    let batch = json!({ "bucket": "results" });
    assert_eq!(lab.post("/v1/batches/bat_999/exports", batch).0, 404);
}

/// What was asked for while it was allowed is not done when it is not any more.
#[test]
fn a_right_that_is_taken_away_ends_what_waits() {
    let engines = Engines::start();
    let (before, head) = (lines(&engines), "listen = \"127.0.0.1:0\"\nlease_s = 10\n");
    let mut lab = Lab::open_with(&before);
    fill(&engines, &lab);
    for now in [
        before.replacen("import = true", "import = false", 1),
        before.replacen("tenants = [\"default\"]", "tenants = [\"somebody else\"]", 1),
        before.replacen("[buckets.shoots]", "[buckets.others]", 1),
    ] {
        let restart = |lab: &mut Lab, lines: &str, role: &[&str]| {
            std::fs::write(lab.path("serve.toml"), format!("{head}{lines}")).unwrap();
            lab.kill_and_restart(role);
        };
        restart(&mut lab, &before, &["--role", "web"]);
        let path = format!("/v1/imports/{}", import(&lab, json!({ "bucket": "shoots", "prefix": "2026/wedding/" })));
        restart(&mut lab, &now, &[]);
        let ended = over(&lab, &path);
        assert!(ended["note"].as_str().unwrap().contains("not there for that any more"), "{ended}");
    }
    assert_eq!(lab.get("/v1/photos").1["items"], json!([]));
}

#[test]
fn a_prefix_with_too_much_in_it_is_refused() {
    let engines = Engines::start();
    let lab = Lab::open_with(&format!("{}[limits]\nphotos_per_batch = 3\n", lines(&engines)));
    fill(&engines, &lab);
    let path = format!("/v1/imports/{}", import(&lab, json!({ "bucket": "shoots", "prefix": "2026/wedding/" })));
    let ended = over(&lab, &path);
    assert!(ended["note"].as_str().unwrap().contains("more than 3 photos"), "{ended}");
    assert_eq!(ended["files"]["done"], 0, "none of it comes");
}

/// It was killed with a file on its way into the store, and there is room for one.
#[test]
fn what_a_dead_worker_kept_free_is_used() {
    let engines = Engines::start();
    let size = bytes(&photos()[2]).len();
    let lines = format!("{}[limits]\nstorage_bytes = {}\n", lines(&engines), size + 1);
    let mut lab = Lab::open_with(&lines);
    fill(&engines, &lab);
    lab.kill_and_restart(&["--role", "web"]);
    engines.bucket.fault(Fault::always("PUT /lab/photos/photo/", Action::Delay { ms: 60_000 }));
    let mut first = lab.worker_elsewhere("first");
    let path = format!("/v1/imports/{}", import(&lab, json!({ "bucket": "shoots", "prefix": "2026/wedding/real_k" })));
    let open = || engines.postgres.sql("rawmill", "SELECT count(*) FROM upload WHERE state = 'open'").trim().to_owned();
    until(open, |open| open == "1");
    first.0.kill().unwrap();
    engines.bucket.clear();
    let _second = lab.worker_elsewhere("second");
    let ended = over(&lab, &path);
    assert_eq!(ended["files"]["done"], 1, "{ended}: {:?}", files(&lab, &path));
    let left = engines.moto.keys("lab");
    assert_eq!(left.iter().filter(|key| key.starts_with("photos/photo/")).count(), 1, "{left:?}");
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("1 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
}

/// The store refuses one for a while; what was kept free for it is free for the next try.
#[test]
fn a_file_that_could_not_be_stored_holds_no_room() {
    let engines = Engines::start();
    let size = bytes(&photos()[2]).len();
    let lab = Lab::open_with(&format!("{}[limits]\nstorage_bytes = {}\n", lines(&engines), size + 1));
    fill(&engines, &lab);
    let refusal = Action::Status { status: 403, code: "AccessDenied".into() };
    engines.bucket.fault(Fault::always("PUT /lab/photos/photo/", refusal));
    let path = format!("/v1/imports/{}", import(&lab, json!({ "bucket": "shoots", "prefix": "2026/wedding/real_k" })));
    let listed = until(|| files(&lab, &path), |files| files.first().is_some_and(|file| file["why"].is_string()));
    assert!(listed[0]["why"].as_str().unwrap().contains("cannot be stored"), "{listed:?}");
    engines.bucket.clear();
    let ended = over(&lab, &path);
    assert_eq!(ended["files"]["done"], 1, "{ended}: {:?}", files(&lab, &path));
}

#[test]
fn another_worker_brings_what_one_died_over() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&lines(&engines));
    fill(&engines, &lab);
    recipe(&lab);
    lab.kill_and_restart(&["--role", "web"]);
    // Held up in the middle of the photos.
    engines.bucket.fault(Fault::always("GET /customer/in/2026/wedding/real", Action::Delay { ms: 60_000 }));
    let mut first = lab.worker_elsewhere("first");
    let new = json!({ "bucket": "shoots", "prefix": "2026/wedding/", "recipe": { "name": "web" } });
    let path = format!("/v1/imports/{}", import(&lab, new));
    let is_held =
        |files: &Value| (&files["running"], &files["done"], &files["failed"]) == (&json!(2), &json!(1), &json!(1));
    until(|| lab.get(&path).1, |transfer| is_held(&transfer["files"]));
    first.0.kill().unwrap();
    engines.bucket.clear();
    let _second = lab.worker_elsewhere("second");
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert_eq!(lab.get("/v1/photos").1["items"].as_array().unwrap().len(), 3, "each once");
    assert_eq!(lab.wait(ended["batch"].as_str().unwrap())["totals"]["found"], 3);
    let left = engines.moto.keys("lab");
    assert_eq!(left.iter().filter(|key| key.starts_with("photos/photo/")).count(), 3, "{left:?}");
}

#[test]
fn the_doctor_tries_each_bucket_and_leaves_nothing() {
    let engines = Engines::start();
    let lab = Lab::open_with(&lines(&engines));
    let told = String::from_utf8(lab.run(&["doctor", "--config", "serve.toml"]).stdout).unwrap();
    for check in ["shoots list", "foreign list", "results put", "results get", "results delete"] {
        assert!(told.contains(&format!("ok    bucket {check}: s3://customer/")), "{check}: {told}");
    }
    assert!(!told.contains("bucket shoots put") && !told.contains("bucket results list"), "{told}");
    assert_eq!(engines.moto.keys("customer"), [""; 0]);
    engines
        .bucket
        .fault(Fault::always("PUT /customer/out", Action::Status { status: 403, code: "AccessDenied".into() }));
    let told = String::from_utf8(lab.run(&["doctor", "--config", "serve.toml"]).stdout).unwrap();
    assert!(
        told.contains("fail  bucket results put") && told.contains("ask the customer to allow s3:PutObject"),
        "{told}"
    );
}
