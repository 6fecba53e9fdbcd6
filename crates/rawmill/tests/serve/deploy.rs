//! What stands in `deploy`: every example configuration is used, units and files are held against those who read them.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::{by_the_mill, renditions, submit};
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::{Table, Value};

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(deploy(name)).unwrap()
}

/// An example with what is said of places and names replaced. Whatever names a place and is not replaced is an error.
fn example(name: &str, places: &BTreeMap<&str, String>) -> String {
    let mut table: Table = text(name).parse().unwrap();
    let mut used = BTreeSet::new();
    for (key, value) in &mut table {
        replace(key, value, places, &mut used);
    }
    assert_eq!(used, places.keys().map(|key| (*key).to_owned()).collect(), "every place is in the example");
    toml::to_string(&table).unwrap()
}

fn replace(key: &str, value: &mut Value, places: &BTreeMap<&str, String>, used: &mut BTreeSet<String>) {
    if let Value::Table(inner) = value {
        inner.iter_mut().for_each(|(name, value)| replace(&format!("{key}.{name}"), value, places, used));
    }
    match (places.get(key), &*value) {
        (Some(place), _) => {
            *value = Value::String(place.clone());
            used.insert(key.into());
        }
        (None, Value::String(text)) => assert!(!text.contains(['/', ':']), "`{key}` names a place: {text}"),
        _ => {}
    }
}

/// Places that every example has, in the folder of a lab.
fn places() -> BTreeMap<&'static str, String> {
    let own = [("data", "rawmill-data"), ("listen", "127.0.0.1:0"), ("metrics_listen", "127.0.0.1:0")];
    own.into_iter().map(|(key, place)| (key, place.to_owned())).collect()
}

/// The same of those that have a front before them and a database behind.
fn behind_a_front(engines: &Engines) -> BTreeMap<&'static str, String> {
    let mut places = places();
    let url = engines.url();
    places.extend([
        ("public_url", "http://127.0.0.1:1".to_owned()),
        ("ledger.url", url.clone()),
        ("ledger.listen_url", url),
        ("ledger.password_file", "password".into()),
    ]);
    places
}

fn used(lab: &Lab) {
    let batch = submit(lab);
    assert_eq!(lab.wait(&batch)["totals"]["succeeded"], 3);
    assert!(renditions(lab, &batch) == by_the_mill(), "the bytes differ");
    assert!(lab.admin(&["fsck"]).contains(" objects named, 0 missing"));
}

fn password(folder: &Path) {
    std::fs::write(folder.join("password"), "a password\n").unwrap();
}

#[test]
fn all_on_one_machine() {
    let mut places = places();
    places.extend([("tls.certificate", "cert.pem".into()), ("tls.key", "key.pem".into())]);
    places.insert("public_url", "https://127.0.0.1:1".into());
    let lab = Lab::of(&example("examples/1-one-machine.toml", &places), &[], super::edge::certificate);
    assert!(lab.url.starts_with("https://"));
    used(&lab);
}

#[test]
fn the_database_apart() {
    let engines = Engines::start();
    let text = example("examples/2-database-apart.toml", &behind_a_front(&engines));
    let lab = Lab::of(&text, &["--role", "web"], |folder| {
        password(folder);
        Lab::no_tls()
    });
    let _workers = [lab.worker_elsewhere("rawmill-data"), lab.worker_elsewhere("rawmill-data")];
    used(&lab);
    assert!(lab.path("rawmill-data/store").exists() && !lab.path("rawmill-data/ledger.sqlite").exists());
}

#[test]
fn a_storage_of_ones_own() {
    let engines = Engines::start();
    let mut places = behind_a_front(&engines);
    let bucket = engines.bucket.url();
    places.extend([("store.url", "s3://lab/photos".into()), ("store.region", "us-east-1".into())]);
    places.extend([("store.endpoint", bucket.clone()), ("store.public_endpoint", bucket)]);
    places.insert("store.ca_file", "ca.pem".into());
    let text = example("examples/3-object-storage.toml", &places);
    let lab = Lab::of(&text, &["--role", "web"], |folder| {
        password(folder);
        super::edge::certificate(folder);
        std::fs::rename(folder.join("cert.pem"), folder.join("ca.pem")).unwrap();
        Lab::no_tls()
    });
    let _worker = lab.worker_elsewhere("elsewhere");
    used(&lab);
}

#[test]
fn many_web_servers_and_workers() {
    let (engines, redis) = (Engines::start(), servers::redis::Redis::start_with_password("a password"));
    let mut places = behind_a_front(&engines);
    places.extend([("store.url", "s3://lab/photos".into()), ("redis.url", redis.url())]);
    places.insert("redis.password_file", "password".into());
    // Amazon's name for a bucket is not ours.
    let bucket = format!("endpoint = \"{}\"\npath_style = true\n", engines.bucket.url());
    let text = example("examples/4-fleet.toml", &places).replace("[store]\n", &format!("[store]\n{bucket}"));
    let mut lab = Lab::of(&text, &["--role", "web"], |folder| {
        password(folder);
        Lab::no_tls()
    });
    let _workers = [lab.worker_elsewhere("one"), lab.worker_elsewhere("two")];
    let (_other, url) = lab.another(&["--role", "web"]);
    used(&lab);
    lab.url = url;
    used(&lab);
}

#[test]
fn units_are_what_systemd_takes() {
    let folder = tempfile::tempdir().unwrap();
    for role in ["rawmill", "rawmill-web", "rawmill-worker"] {
        let unit = text(&format!("systemd/{role}.service"));
        let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        // The command line is one that the program takes: it only lacks the file.
        let mut words = command.split(' ');
        assert_eq!(words.next(), Some("/usr/local/bin/rawmill"));
        let output = Command::new(env!("CARGO_BIN_EXE_rawmill")).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("cannot read `/etc/rawmill/rawmill.toml`"), "{said}");
        let file = folder.path().join(format!("{role}.service"));
        std::fs::write(&file, unit.replace("/usr/local/bin/rawmill", env!("CARGO_BIN_EXE_rawmill"))).unwrap();
        let analyze = |arguments: &[&str]| Command::new("systemd-analyze").args(arguments).arg(&file).output();
        let Ok(verified) = analyze(&["verify"]) else {
            return eprintln!("NOT RUN: systemd-analyze is not here, so the units were not verified");
        };
        let said = String::from_utf8_lossy(&verified.stderr);
        assert!(verified.status.success() && said.is_empty(), "{role}: {said}");
        let hard = analyze(&["security", "--offline=true", "--no-pager", "--threshold=40"]).unwrap();
        assert!(hard.status.success(), "{role}: {}", String::from_utf8_lossy(&hard.stdout));
    }
}

/// The compose file as JSON, with its aliases followed.
fn compose() -> serde_json::Value {
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let python = std::env::var("ORACLES_PYTHON").unwrap_or_else(|_| "python3".into());
    let output = Command::new(python).args(["-c", script]).arg(deploy("compose.yml")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_compose_file_names_what_is_there() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    assert_eq!(services.keys().collect::<Vec<_>>(), ["db", "web", "worker"]);
    for (name, service) in services {
        assert!(service["healthcheck"]["test"].is_array(), "{name} has a health check");
        for volume in service["volumes"].as_array().unwrap() {
            let (from, to) = volume.as_str().unwrap().split_once(':').unwrap();
            let known =
                if from.starts_with("./") { deploy(from).exists() } else { !compose["volumes"][from].is_string() };
            assert!(known && to.starts_with('/'), "{name}: {volume}");
        }
        for secret in service["secrets"].as_array().unwrap() {
            let secret = secret["source"].as_str().or(secret.as_str()).unwrap();
            assert!(compose["secrets"][secret]["file"].is_string(), "{name}: {secret}");
        }
        if let Some(build) = service["build"]["dockerfile"].as_str() {
            assert!(deploy("..").join(build).exists());
        }
    }
    // The example that it uses calls the database by a name that the compose file gives it.
    let example: Table = text("examples/2-database-apart.toml").parse().unwrap();
    let alias = services["db"]["networks"]["default"]["aliases"][0].as_str().unwrap();
    assert!(example["ledger"]["url"].as_str().unwrap().contains(&format!("@{alias}/")));
    let secret = &services["web"]["secrets"][0];
    assert_eq!(secret["target"].as_str(), example["ledger"]["password_file"].as_str());
}

#[test]
fn health_checks_of_the_compose_file_tell_health() {
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lab = Lab::open_with(&format!("metrics_listen = \"{metrics}\"\n"));
    let (web, metrics) = (lab.url.rsplit(':').next().unwrap().to_owned(), metrics.port());
    let compose = compose();
    let check = |service: &str, port: &str, ours: &str| {
        let words = compose["services"][service]["healthcheck"]["test"].as_array().unwrap().clone();
        let words: Vec<_> = words.iter().map(|word| word.as_str().unwrap().replace(port, ours)).collect();
        assert_eq!(words[0], "CMD");
        Command::new(&words[1]).args(&words[2..]).output().unwrap().status.success()
    };
    until(|| check("web", "/8080;", &format!("/{web};")), |healthy| *healthy);
    until(|| check("worker", "/9090;", &format!("/{metrics};")), |healthy| *healthy);
    drop(lab);
    assert!(!check("web", "/8080;", &format!("/{web};")), "nobody is there any more");
}

#[test]
fn the_container_file_takes_the_binary_alone() {
    let text = text("Dockerfile");
    let last = text.rsplit("\nFROM ").next().unwrap();
    assert_eq!(text.matches("FROM ").count(), 2, "it is built apart");
    assert_eq!(last.matches("COPY ").count(), 1, "nothing but the binary: {last}");
    let user = last.lines().find_map(|line| line.strip_prefix("USER ")).unwrap();
    assert!(!user.starts_with('0') && !user.starts_with("root"), "{user}");
    let first = text.split("\nFROM ").next().unwrap();
    for from in first.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let mut paths: Vec<_> = from.split(' ').collect();
        paths.pop();
        assert!(paths.iter().all(|path| deploy("..").join(path).exists()), "{from}");
    }
}

/// Names of figures in a text.
fn figures(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
    words.filter(|word| word.starts_with("rawmill_") && *word != "rawmill_portable").map(str::to_owned).collect()
}

#[test]
fn words_on_operating_know_every_figure_and_no_other() {
    let mut told = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src");
    let mut folders = vec![source];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                told.extend(figures(&text));
            }
        }
    }
    assert_eq!(figures(&text("../docs/operate.md")), told);
    let watched = figures(&text("observe/alerts.yml"));
    let known = |figure: &String| told.contains(figure) || told.contains(figure.trim_end_matches("_bucket"));
    assert!(watched.iter().all(known), "{watched:?}");
}
