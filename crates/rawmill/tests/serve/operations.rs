//! How the whole house stands: for whom, and that its figures are those of `/metrics` and of the single rows.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::metrics::Figures;
use super::people::{Browser, Reply, owner, owner_of};
use super::submit;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;

fn operations(lab: &Lab) -> Value {
    let (status, told) = lab.get("/v1/operations");
    assert_eq!(status, 200, "{told}");
    told
}

fn figure(told: &Value, path: &str) -> f64 {
    told.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} of {told}"))
}

fn pause(lab: &Lab, paused: bool) {
    assert_eq!(lab.post("/v1/operations/queue", json!({ "paused": paused })).0, 204);
}

#[test]
fn the_numbers_are_those_of_the_metrics() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lab = Lab::open_with(&format!("metrics_listen = \"{address}\"\n[seats]\ndenoise = 2\n"));
    let batch = submit(&lab);
    lab.wait(&batch);
    pause(&lab, true);
    submit_again(&lab);
    let (before, metrics, after) = (operations(&lab), Figures::read(address), operations(&lab));
    for (path, name, label) in [
        ("/queue/ready", "rawmill_tasks", ("state", "ready")),
        ("/queue/running", "rawmill_tasks", ("state", "running")),
        ("/queue/dead", "rawmill_tasks", ("state", "failed")),
        ("/queue/seats/0/used", "rawmill_seats_used", ("pool", "denoise")),
        ("/queue/seats/0/all", "rawmill_seats", ("pool", "denoise")),
        ("/webhooks/waiting", "rawmill_hook_waiting", ("", "")),
        ("/scale/workers", "rawmill_scale_hint", ("", "")),
        ("/scale/backlog_per_slot", "rawmill_backlog_per_slot", ("", "")),
    ] {
        assert_eq!(figure(&before, path), metrics.of(name, label), "{name} {label:?}");
    }
    for (path, state) in
        [("/queue/oldest_ready_s", "ready"), ("/queue/oldest_running_s", "running"), ("/queue/oldest_dead_s", "failed")]
    {
        let found = metrics.of("rawmill_oldest_seconds", ("state", state));
        assert!((figure(&before, path)..=figure(&after, path)).contains(&found), "{state}: {found}, {before} {after}");
    }
    assert_eq!((figure(&before, "/queue/ready"), figure(&before, "/queue/dead")), (1.0, 1.0), "{before}");
    assert_eq!((&before["queue"]["paused"], metrics.of("rawmill_queue_paused", ("", ""))), (&json!(true), 1.0));
    let engines: BTreeMap<_, _> =
        before["engines"].as_array().unwrap().iter().map(|e| (e["name"].as_str().unwrap(), e)).collect();
    assert_eq!(engines.keys().copied().collect::<Vec<_>>(), ["ledger", "store"]);
    for (name, engine) in engines {
        let up = metrics.of("rawmill_engine_up", ("engine", name));
        assert_eq!((engine["up"].as_bool().unwrap(), up), (true, 1.0), "{name}");
        assert!(engine["answered_s"].as_f64().unwrap() > 0.0, "{engine}");
    }
}

/// One photo that is there already.
fn submit_again(lab: &Lab) -> String {
    let (_, photos) = lab.get("/v1/photos");
    let photos = photos["items"].as_array().unwrap();
    let photo = photos.iter().find(|photo| photo["name"].as_str().unwrap().ends_with(".KDC")).unwrap();
    let (status, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": [photo["id"]] }));
    assert_eq!(status, 202, "{batch}");
    batch["id"].as_str().unwrap().into()
}

#[test]
fn only_whoever_runs_the_house_sees_it() {
    let mut lab = Lab::open_with("[console]\noperators = [\"default\", \"gone\"]\n");
    lab.admin(&["tenant", "guest"]);
    let mut anna = owner(&lab);
    let (mut otto, mut zoe) = (anna.bring("otto", "operator"), anna.bring("zoe", "viewer"));
    let mut guest = owner_of(&lab, "guest", "gast");
    for (who, browser, status) in
        [("owner", &mut anna, 200), ("operator", &mut otto, 200), ("viewer", &mut zoe, 403), ("guest", &mut guest, 403)]
    {
        assert_eq!(browser.look("/v1/operations"), status, "{who}");
        let paused = browser.ask("POST", "/v1/operations/queue", json!({ "paused": false }));
        assert_eq!(paused.status, if status == 200 { 204 } else { 403 }, "{who}: {paused:?}");
        let page = browser.send(
            "GET",
            "/operations",
            None,
            &[("cookie", browser.cookie.as_deref().unwrap()), ("accept", "text/html")],
        );
        assert_eq!(page.status, status, "{who}");
        let home = browser.send("GET", "/usage", None, &[("cookie", browser.cookie.as_deref().unwrap())]);
        assert_eq!(home.body.as_str().unwrap().contains("href=\"/operations\""), status == 200, "the menu of {who}");
    }
    let told = guest.ask("GET", "/v1/operations", Value::Null).body;
    assert!(told["detail"].as_str().unwrap().contains("console.operators"), "{told}");
    for (scopes, status) in [("read,write", 403), ("read,admin", 200)] {
        lab.key = lab.admin(&["key", "default", "--scopes", scopes]).trim().into();
        assert_eq!(lab.get("/v1/operations").0, status, "{scopes}");
    }
    lab.key = lab.admin(&["key", "guest", "--scopes", "read,write,admin"]).trim().into();
    assert_eq!(lab.get("/v1/operations").0, 403, "another tenant's key");
}

/// The page, as a browser with this cookie gets it.
fn page(browser: &Browser) -> Reply {
    let cookie = browser.cookie.clone().unwrap_or_default();
    browser.send("GET", "/operations", None, &[("cookie", &cookie), ("accept", "text/html")])
}

#[test]
fn what_the_database_does_not_tell_is_said_in_its_place() {
    let engines = Engines::start();
    let lab = Lab::open_with(&engines.lines());
    let anna = owner(&lab);
    let unread = |reply: &Reply| reply.body.as_str().unwrap().matches("does not tell this").count();
    assert_eq!((page(&anna).status, unread(&page(&anna))), (200, 0));
    engines.sql("ALTER TABLE usage RENAME TO usage_away");
    let whole = until(|| page(&anna), |reply| unread(reply) == 1);
    assert_eq!(whole.status, 200);
    let told = operations(&lab);
    assert!(told["throughput"].is_null() && told["workers"].is_array() && told["queue"].is_object(), "{told}");
    engines.sql("ALTER TABLE usage_away RENAME TO usage");
    engines.postgres.kill();
    let reply = page(&anna);
    let text = reply.body.as_str().unwrap();
    for said in ["Database", "does not answer", "Object store", "rawmill doctor", "did not tell who you are"] {
        assert!(reply.status == 503 && text.contains(said), "{said}: {reply:?}");
    }
    for hidden in ["href=\"/batches\"", "Pause the queue", "Workers", "Anna"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert_eq!(Browser::at(&lab.url).send("GET", "/operations", None, &[("accept", "text/html")]).status, 303);
    engines.postgres.revive();
    until(|| page(&anna).status, |status| *status == 200);
}

#[test]
fn whoever_pauses_the_queue_stands_in_the_audit_log() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    pause(&lab, true);
    assert_eq!(operations(&lab)["queue"]["paused"], true);
    let batch = submit(&lab);
    assert_eq!(anna.ask("POST", "/v1/operations/queue", json!({ "paused": "no" })).status, 422);
    assert_eq!(anna.ask("POST", "/v1/operations/queue", json!({ "paused": false })).status, 204);
    lab.wait(&batch);
    let told: Vec<_> =
        anna.list("/v1/audit").into_iter().map(|row| (row["what"].clone(), row["who"].clone())).collect();
    assert_eq!(told[0], (json!("queue.resumed"), json!("user anna@lab.example")), "{told:?}");
    assert!(
        told[1..].iter().any(|(what, who)| what == "queue.paused" && who.as_str().unwrap().starts_with("key ")),
        "{told:?}"
    );
}

#[test]
fn what_was_done_and_what_failed_is_counted() {
    let lab = Lab::open_with("[worker]\nslots = 2\n");
    pause(&lab, true);
    let batch = submit(&lab);
    pause(&lab, false);
    // While it is worked on.
    let at_work = until(|| operations(&lab), |told| !told["workers"].as_array().unwrap().is_empty());
    let worker = &at_work["workers"][0];
    let work = &worker["tasks"][0];
    assert!(worker["name"].as_str().unwrap().ends_with(&format!(":{}", lab.pid())), "{worker}");
    assert_eq!((&work["batch"], &work["tenant"], &work["own"]), (&json!(batch), &json!("default"), &json!(true)));
    let (_, tasks) = lab.get(&format!("/v1/batches/{batch}/tasks"));
    let task = tasks["items"].as_array().unwrap().iter().find(|task| task["id"] == work["task"]).unwrap();
    assert_eq!(
        (&work["photo"], &work["since"], &work["attempt"]),
        (&task["name"], &task["attempts"][0]["started"], &json!(1))
    );
    assert!(work["lease_until"].as_str() > work["since"].as_str(), "{work}");
    // And after it.
    lab.wait(&batch);
    let told = until(|| operations(&lab), |told| told["throughput"][0]["photos"] == 3);
    assert_eq!(told["workers"], json!([]));
    let usage = lab.get("/v1/usage").1["items"].as_array().unwrap().clone();
    let done: Vec<_> = usage.iter().filter(|row| row["state"] == "succeeded").collect();
    let sum = |name: &str| done.iter().map(|row| row[name].as_u64().unwrap()).sum::<u64>();
    for (rate, seconds) in told["throughput"].as_array().unwrap().iter().zip([60, 600, 3_600]) {
        assert_eq!(
            (&rate["seconds"], &rate["photos"], &rate["pixels"]),
            (&json!(seconds), &json!(3), &json!(sum("pixels")))
        );
        assert_eq!(figure(rate, "/photos_per_min"), 180.0 / f64::from(seconds));
    }
    let dead = told["dead_letters"].as_array().unwrap();
    assert_eq!((dead.len(), &dead[0]["photo"], &dead[0]["batch"]), (1, &json!("text.nef"), &json!(batch)), "{told}");
    days_are_the_rows(&lab, &done);
    the_report_is_the_attempts(&lab, &batch);
}

/// Use by day is what the single rows add up to, in both forms.
fn days_are_the_rows(lab: &Lab, done: &[&Value]) {
    let mut known = BTreeMap::<String, [u64; 4]>::new();
    for row in done {
        let sums = known.entry(row["at"].as_str().unwrap()[..10].to_owned()).or_default();
        let figures =
            [1, row["pixels"].as_u64().unwrap(), row["bytes_in"].as_u64().unwrap(), row["bytes_out"].as_u64().unwrap()];
        sums.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
    let (status, days) = lab.get("/v1/usage/days");
    let days = days["items"].as_array().unwrap();
    assert_eq!((status, days.len()), (200, 30));
    assert!(days.is_sorted_by_key(|day| day["day"].as_str().unwrap()));
    for day in days {
        let told = ["photos", "pixels", "bytes_in", "bytes_out"].map(|name| day[name].as_u64().unwrap());
        assert_eq!(told, known.get(day["day"].as_str().unwrap()).copied().unwrap_or_default(), "{day}");
    }
    let told: u64 = days.iter().map(|day| day["photos"].as_u64().unwrap()).sum();
    assert_eq!(told, done.len() as u64, "no day is left out");
    let (_, table) = lab.get("/v1/usage/days.csv");
    let lines: Vec<_> = table.as_str().unwrap().lines().collect();
    assert_eq!((lines.len(), lines[0]), (31, "day,photos,pixels,bytes_in,bytes_out,cpu_s"));
    for (line, day) in lines[1..].iter().zip(days) {
        let fields: Vec<_> = line.split(',').collect();
        assert_eq!(fields[0], day["day"].as_str().unwrap());
        let numbers = ["photos", "pixels", "bytes_in", "bytes_out"].map(|name| day[name].to_string());
        assert_eq!(fields[1..5], numbers);
        assert!((fields[5].parse::<f64>().unwrap() - day["cpu_s"].as_f64().unwrap()).abs() < 0.001, "{line}");
    }
    for wrong in ["from=2026-02-30", "from=2020-01-01", "to=x", "from=2026-05-02&to=2026-05-01", "days=3"] {
        assert_eq!(lab.get(&format!("/v1/usage/days?{wrong}")).0, 400, "{wrong}");
    }
}

/// What the plots of a report show is what the attempts say.
fn the_report_is_the_attempts(lab: &Lab, batch: &str) {
    let report = lab.get(&format!("/v1/batches/{batch}/report")).1;
    let counts = |path: &str| {
        let counts = report.pointer(path).unwrap().as_array().unwrap();
        (counts.len(), counts.iter().map(|n| n.as_f64().unwrap()).sum::<f64>())
    };
    assert_eq!((counts("/course/succeeded"), counts("/course/failed")), ((60, 3.0), (60, 1.0)), "{report}");
    assert_eq!((counts("/times_spread/photos"), counts("/memory_spread/photos")), ((30, 3.0), (30, 3.0)));
    let moment =
        |text: &Value| text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond() as f64 / 1e3;
    let tasks = lab.get(&format!("/v1/batches/{batch}/tasks")).1;
    let attempts = tasks["items"].as_array().unwrap().iter().flat_map(|task| task["attempts"].as_array().unwrap());
    let worked: f64 = attempts.map(|attempt| moment(&attempt["ended"]) - moment(&attempt["started"])).sum();
    let busy = counts("/course/busy").1 * figure(&report, "/course/bin_s");
    assert!((busy - worked).abs() < 1e-6, "{busy} and {worked}");
    let widest = figure(&report, "/times_spread/bin") * 30.0;
    assert!((widest - figure(&report, "/times/longest_s")).abs() < 1e-9, "{report}");
}
