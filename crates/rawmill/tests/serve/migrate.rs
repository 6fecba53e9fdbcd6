//! Moving from one machine to a database and a bucket: the same answers, whatever breaks off, and a source that stays.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::{RECIPE, events, people, renditions, submit};
use ledger::*;
use serde_json::{Value, json};
use servers::proxy::Action;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// The ledger of a lab whose service does not run.
async fn file(lab: &Lab) -> Sqlite {
    Sqlite::open(&lab.path("rawmill-data/ledger.sqlite")).await.unwrap()
}

/// Writes the configuration of the fleet that a lab becomes.
fn plan(lab: &Lab, engines: &Engines) {
    let text = format!("data = \"fleet-data\"\nlisten = \"127.0.0.1:0\"\nlease_s = 10\n{}", engines.lines());
    std::fs::write(lab.path("fleet.toml"), text).unwrap();
}

fn migrate(lab: &Lab, more: &[&str]) -> Output {
    lab.run(&[&["migrate", "--from", "serve.toml", "--to", "fleet.toml"], more].concat())
}

/// What a move tells as JSON.
fn moved(lab: &Lab, code: i32) -> Value {
    let output = migrate(lab, &["--json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"))
}

fn refused(lab: &Lab) -> String {
    let output = migrate(lab, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// The service goes on with the configuration of the fleet.
fn go_on(lab: &mut Lab, arguments: &[&str]) {
    std::fs::copy(lab.path("fleet.toml"), lab.path("serve.toml")).unwrap();
    lab.restart(arguments);
}

/// Every file below a folder, and its hash.
fn files(folder: &Path) -> BTreeMap<PathBuf, blake3::Hash> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path(), blake3::hash(&std::fs::read(entry.path()).unwrap()));
        }
    }
    found
}

/// Photos done, failed, cancelled and waiting; recipes in versions, an asset, keys that are good, over and gone.
struct Filled {
    done: String,
    waiting: String,
    cancelled: String,
    on_its_way: String,
}

fn fill(lab: &Lab) -> Filled {
    // Off before anything happens: what was tried, and when, is one house's own.
    let events = json!({ "url": "https://192.0.1.1/hook", "events": ["task.dead"] });
    let (_, hook) = lab.post("/v1/webhooks", events);
    lab.patch(&format!("/v1/webhooks/{}", hook["id"].as_str().unwrap()), json!({ "off": true }));
    let done = submit(lab);
    lab.wait(&done);
    lab.post(&format!("/v1/batches/{done}/shares"), json!({ "label": "moves", "passcode": "six ch" }));
    lab.upload("asset", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/assets/logo.png"));
    lab.admin(&["queue", "pause"]);
    let cancelled = submit(lab);
    lab.post(&format!("/v1/batches/{cancelled}/cancel"), json!({}));
    lab.wait(&cancelled);
    lab.post("/v1/recipes", json!({ "name": "web", "text": format!("{RECIPE}# newer\n") }));
    let (_, photos) = lab.get("/v1/photos");
    let photos: Vec<_> = photos["items"].as_array().unwrap().iter().map(|p| p["id"].clone()).take(3).collect();
    let order = json!({ "recipe": { "name": "web" }, "photos": photos });
    let (status, batch) = lab.post_with("/v1/batches", order, &[("idempotency-key", "once")]);
    assert_eq!(status, 202, "{batch}");
    for expires in ["2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"] {
        lab.post("/v1/keys", json!({ "name": expires, "scopes": ["read"], "expires": expires }));
    }
    let (_, upload) = lab.post("/v1/uploads", json!({ "kind": "photo", "name": "half.dng", "size": 1_000 }));
    let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
    Filled { done, waiting: text(&batch), cancelled, on_its_way: text(&upload) }
}

/// Answers to every GET that a key may ask; links and the last use of keys are not compared. Archives do not move: they are
/// made again, and a bucket has them by another way than a folder. What is read out of a photo is compared with the photo.
/// How the house stands is of its moment; a table of days says what the list of days says; providers have nothing to say to
/// keys; imports and exports stay behind.
fn answers(lab: &Lab, filled: &Filled) -> BTreeMap<String, Value> {
    let api: Value = serde_json::from_str(include_str!("../../../../docs/openapi.json")).unwrap();
    let for_keys = |get: &Value| get.is_object() && get["security"] != json!([{ "session": [] }]);
    let gets = api["paths"].as_object().unwrap().iter().filter(|(_, methods)| for_keys(&methods["get"]));
    let elsewhere = ["/zip", "/facts", "/camera", "/operations", ".csv", "/oidc/", "/imports/", "/exports/"];
    let gets = gets.filter(|(path, _)| !elsewhere.iter().any(|word| path.contains(word)));
    let mut found = BTreeMap::new();
    for (path, _) in gets {
        for path in filled_in(lab, filled, path) {
            let (status, mut answer) = lab.get(&path);
            assert_eq!(status, 200, "{path}: {answer}");
            forget(&mut answer);
            if path == format!("/v1/batches/{}/report", filled.waiting) {
                // How long it has lasted so far.
                answer.as_object_mut().unwrap().retain(|word, _| !["wall_s", "course"].contains(&word.as_str()));
            }
            found.insert(path, answer);
        }
    }
    assert!(found.len() > 40, "{:?}", found.keys());
    found
}

/// The paths that an address with names in braces stands for.
fn filled_in(lab: &Lab, filled: &Filled, path: &str) -> Vec<String> {
    let ids = |list: &str, word: &str| -> Vec<String> {
        let (_, page) = lab.get(list);
        page["items"].as_array().unwrap().iter().map(|item| item[word].as_str().unwrap().to_owned()).collect()
    };
    let all = match path.split('{').next().unwrap() {
        "/v1/assets/" => ids("/v1/assets", "id"),
        "/v1/photos/" => ids("/v1/photos", "id"),
        "/v1/batches/" if path.ends_with("/events") => vec![filled.done.clone(), filled.cancelled.clone()],
        "/v1/batches/" => ids("/v1/batches", "id"),
        "/v1/recipes/" => ids("/v1/recipes", "name"),
        "/v1/webhooks/" => ids("/v1/webhooks", "id"),
        "/v1/uploads/" => ids("/v1/photos", "id").iter().map(|id| id.replace("pho_", "upl_")).collect(),
        other => vec![other.to_owned()],
    };
    let put = |id: &String| path.replace("{id}", id).replace("{name}", id).replace("{version}", "1");
    all.iter().map(put).collect()
}

/// Removes what differs between two askings, or two engines.
fn forget(answer: &mut Value) {
    match answer {
        Value::Object(fields) => {
            for word in ["url", "expires", "links", "last_used"] {
                fields.remove(word);
            }
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        // A sum in another order differs in its last digits.
        Value::Number(number) if number.is_f64() => *answer = json!((number.as_f64().unwrap() * 1e9).round()),
        _ => {}
    }
}

#[test]
fn a_fleet_answers_as_the_one_machine_did() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    let filled = fill(&lab);
    plan(&lab, &engines);
    assert!(refused(&lab).contains("a process of the service uses"));
    let mut anna = people::owner(&lab);
    anna.ask("POST", "/v1/invitations", json!({ "role": "viewer" }));
    assert_eq!(lab.terminate(), Some(0));
    lab.restart(&["--role", "web"]);
    let mut before = answers(&lab, &filled);
    let (made, told) = (renditions(&lab, &filled.done), events(&lab, &filled.done, "0"));
    lab.kill();
    let source = files(&lab.path("rawmill-data"));
    let dry = String::from_utf8(migrate(&lab, &["--dry-run"]).stdout).unwrap();
    assert!(dry.contains("TO MOVE") && dry.contains("\nbatch\t3\t3\t\n"), "{dry}");
    assert_eq!(engines.sql("SELECT count(*) FROM batch"), "0", "a dry run writes nothing");
    assert_eq!((engines.bucket.count("PUT"), engines.bucket.count("POST")), (0, 0), "nor into the bucket");
    let report = moved(&lab, 0);
    let rows = |what: &str| report["rows"].as_array().unwrap().iter().find(|row| row["what"] == what).unwrap().clone();
    assert_eq!((&rows("task")["found"], &rows("task")["moved"]), (&json!(11), &json!(11)), "{report}");
    assert_eq!(rows("task")["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(report["objects"]["found"], json!(9 + 6), "photos, an asset, renditions: {report}");
    assert!(files(&lab.path("rawmill-data")) == source, "the source is as it was");
    let again = moved(&lab, 0);
    assert!(again["rows"].as_array().unwrap().iter().all(|row| row["moved"] == 0), "{again}");
    go_on(&mut lab, &["--role", "web"]);
    // The upload on its way was given up, with its thousand bytes.
    let stored = &mut before.get_mut("/v1/limits").unwrap()["stored_bytes"];
    *stored = json!(stored.as_u64().unwrap() - 1_000);
    // Sessions stay behind.
    assert_eq!(before.get_mut("/v1/sessions").unwrap()["items"].as_array_mut().unwrap().drain(..).count(), 1);
    assert_eq!(answers(&lab, &filled), before);
    anna.url = lab.url.clone();
    assert_eq!((anna.look("/v1/me"), anna.log_in("anna@lab.example", people::PASSWORD).status), (401, 200));
    assert!(renditions(&lab, &filled.done) == made && events(&lab, &filled.done, "0") == told);
    assert_eq!(lab.get(&format!("/v1/uploads/{}", filled.on_its_way)).1["state"], "aborted");
    lab.kill_and_restart(&[]);
    let order = json!({ "recipe": { "name": "web" }, "photos": ["pho_1"] });
    let (status, _) = lab.post_with("/v1/batches", order, &[("idempotency-key", "once")]);
    assert_eq!(status, 422, "the name of a submission is known");
    assert_eq!(lab.get("/health/ready").1["status"], "paused");
    lab.admin(&["queue", "resume"]);
    assert_eq!(lab.wait(&filled.waiting)["totals"]["succeeded"], 2, "the third is no photo");
    assert!(lab.admin(&["fsck"]).contains(" 0 missing"));
    lab.kill();
    std::fs::write(lab.path("serve.toml"), "listen = \"127.0.0.1:0\"\n").unwrap();
    let told = refused(&lab);
    assert!(told.contains("not as in the source"), "a destination that has gone on is left alone: {told}");
}

#[test]
fn what_ran_when_the_machine_died_is_finished_by_the_fleet() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    lab.admin(&["queue", "pause"]);
    let batch = submit(&lab);
    lab.kill();
    block_on(async {
        let ledger = file(&lab).await;
        ledger.pause_queue(false).await.unwrap();
        let asking = Asking { from: None, most: 3, worker: "gone".into(), lease: Some(LONG) };
        let claims = ledger.claim(&asking).await.unwrap();
        let fault = |class| Fault { class, what: "w".into(), why: "y".into(), advice: "a".into() };
        let later = Outcome::Failed(fault(FaultClass::Environment));
        let back = Ending { token: claims[1].token, outcome: later, retry_in: LONG };
        let dead =
            Ending { token: claims[2].token, outcome: Outcome::Failed(fault(FaultClass::Input)), retry_in: LONG };
        ledger.record(&[back, dead]).await.unwrap();
        ledger.shut().await;
    });
    plan(&lab, &engines);
    moved(&lab, 0);
    go_on(&mut lab, &[]);
    // The photo that is none is the fourth: one runs, one waits for an hour, one is dead, one waits.
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(2), &json!(2)), "{ended}");
    let (_, tasks) = lab.get(&format!("/v1/batches/{batch}/tasks"));
    let states = |at: usize| -> Vec<_> {
        tasks["items"][at]["attempts"].as_array().unwrap().iter().map(|a| a["state"].as_str().unwrap()).collect()
    };
    assert_eq!(states(0), ["expired", "succeeded"], "{tasks}");
    assert_eq!(states(1), ["failed", "succeeded"], "{tasks}");
    assert_eq!(states(2), ["failed"], "{tasks}");
}

#[test]
fn a_move_that_is_killed_again_and_again_ends() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let made = renditions(&lab, &batch);
    lab.kill();
    let many = block_on(many_rows(&lab));
    plan(&lab, &engines);
    let source = files(&lab.path("rawmill-data"));
    let count = |table: &str| engines.sql(&format!("SELECT count(*) FROM {table}")).parse::<u64>().unwrap();
    // Among the objects: photos are there, renditions are held up.
    engines.bucket.fault(servers::proxy::Fault::always("PUT /lab/photos/out", Action::Delay { ms: 60_000 }));
    let mut first = lab.start_command(&["migrate", "--from", "serve.toml", "--to", "fleet.toml"]);
    until(|| engines.bucket.requests(), |all| all.iter().any(|request| request.starts_with("PUT /lab/photos/out")));
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    engines.bucket.clear();
    // Among the rows.
    for least in [1, 4_000, 9_000] {
        let mut next = lab.start_command(&["migrate", "--from", "serve.toml", "--to", "fleet.toml"]);
        until(|| count("task"), |tasks| *tasks >= least);
        next.0.kill().unwrap();
        next.0.wait().unwrap();
        assert!(count("task") < many, "killed in the middle");
    }
    let report = moved(&lab, 0);
    let tasks = report["rows"].as_array().unwrap().iter().find(|row| row["what"] == "task").unwrap();
    let (found, rest) = (tasks["found"].as_u64().unwrap(), tasks["moved"].as_u64().unwrap());
    assert!(found == many && (1..many).contains(&rest), "only what was missing is moved: {tasks}");
    assert!(files(&lab.path("rawmill-data")) == source, "the source is as it was");
    assert!(!lab.path("fleet-data/moving").exists(), "the copy is gone");
    go_on(&mut lab, &["--role", "web"]);
    assert!(renditions(&lab, &batch) == made);
    assert!(lab.admin(&["fsck"]).contains("10 objects named, 0 missing"));
}

/// Adds many tasks that nobody will get; returns how many there are.
async fn many_rows(lab: &Lab) -> u64 {
    let ledger = file(lab).await;
    let tenant = Tenant { queued_cap: 1 << 40, ..ledger.tenants().await.unwrap().remove(0).tenant };
    ledger.put_tenant(&tenant).await.unwrap();
    let batch = ledger.open_batch(&NewBatch { tenant: tenant.id, ..NewBatch::local("web") }).await.unwrap();
    let input = |n: u32| Input { name: format!("photo {n}"), size: 1, modified_ns: 1, hash: None };
    let tasks: Vec<_> = (0..20_000).map(|n| NewTask { input: input(n), skip: false, detail: "x".into() }).collect();
    ledger.add(batch, &tasks).await.unwrap();
    ledger.submit(batch, None, LONG).await.unwrap();
    ledger.shut().await;
    20_004
}

/// Of which object this is the file.
fn key(lab: &Lab, path: &Path) -> String {
    let path = path.strip_prefix(lab.path("rawmill-data/store/objects")).unwrap();
    path.to_str().unwrap().replace("+/", "/")
}

#[test]
fn an_object_that_is_another_one_there_is_left_alone() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    lab.upload("asset", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/assets/logo.png"));
    lab.kill();
    let objects = files(&lab.path("rawmill-data/store/objects"));
    let key = key(&lab, objects.keys().next().unwrap());
    plan(&lab, &engines);
    engines.moto.put("lab", &format!("photos/{key}"), "another one");
    let told = refused(&lab);
    assert!(told.contains(&format!("object `{key}` of the destination is not as in the source")), "{told}");
    assert_eq!(engines.sql("SELECT count(*) FROM upload"), "0", "nothing is said to be there");
}

#[test]
fn a_damaged_object_is_named_and_nothing_else_is_lost() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let made = renditions(&lab, &batch);
    lab.kill();
    let objects = files(&lab.path("rawmill-data/store/objects/out+"));
    let mut objects = objects.keys();
    let (damaged, gone) = (objects.next().unwrap(), objects.next().unwrap());
    let mut bytes = std::fs::read(damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(damaged, bytes).unwrap();
    std::fs::remove_file(gone).unwrap();
    plan(&lab, &engines);
    let report = moved(&lab, 1);
    let named = &report["objects"]["damaged"];
    assert_eq!((named.as_array().unwrap().len(), &named[0][0]), (1, &json!(key(&lab, damaged))), "{report}");
    assert!(named[0][1].as_str().unwrap().starts_with("CRC-32 "), "{report}");
    assert_eq!(report["objects"]["missing"], json!([key(&lab, gone)]));
    go_on(&mut lab, &["--role", "web"]);
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/renditions"));
    let fetched = page["items"].as_array().unwrap().iter().map(|item| {
        let (status, bytes) = lab.fetch(item["url"].as_str().unwrap());
        (status == 200 && bytes == made[item["path"].as_str().unwrap()]) as u32
    });
    assert_eq!(fetched.sum::<u32>(), 4, "all but the two");
}

#[test]
fn a_destination_that_is_used_is_left_alone() {
    let engines = Engines::start();
    let mut lab = Lab::open();
    lab.kill();
    plan(&lab, &engines);
    let admin = |command: &[&str]| lab.rawmill(&[&["admin", "--config", "fleet.toml"], command].concat());
    admin(&["tenant", "someone", "--weight", "3"]);
    assert!(refused(&lab).contains("tenant 1 of the destination is not as in the source"));
    assert_eq!(engines.sql("SELECT count(*) FROM recipe"), "0");
    engines.sql("UPDATE schema_version SET version = 99, oldest_reader = 99");
    assert!(refused(&lab).contains("the destination: cannot use the ledger: the ledger has schema 99"));
    std::fs::write(lab.path("fleet.toml"), "data = \"rawmill-data\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    assert!(moved(&lab, 0)["rows"].as_array().unwrap().iter().all(|row| row["moved"] == 0), "to itself: nothing to do");
    std::fs::remove_file(lab.path("rawmill-data/ledger.sqlite")).unwrap();
    assert!(refused(&lab).contains("there is no ledger `rawmill-data/ledger.sqlite`"));
}

#[test]
fn a_fleet_moves_back_to_one_machine() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&engines.lines());
    let batch = submit(&lab);
    lab.wait(&batch);
    let made = renditions(&lab, &batch);
    assert_eq!(lab.terminate(), Some(0));
    std::fs::write(lab.path("fleet.toml"), "data = \"home\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    let report = moved(&lab, 0);
    assert_eq!(report["objects"]["moved"], 10, "{report}");
    go_on(&mut lab, &[]);
    assert!(renditions(&lab, &batch) == made);
    let next = submit(&lab);
    assert_eq!((next.as_str(), &lab.wait(&next)["totals"]["succeeded"]), ("bat_2", &json!(3)));
}
