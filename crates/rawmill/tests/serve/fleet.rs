//! Many machines: a database, a bucket and Redis behind the same API, with real engines and real failures.

use super::lab::{Lab, until};
use super::{RECIPE, by_the_mill, events, renditions, submit, usage};
use serde_json::json;
use servers::postgres::Postgres;
use servers::proxy::{Action, Fault};
use servers::redis::Redis;
use servers::{Moto, Proxy};
use std::time::Duration;

/// Who the processes are to the bucket.
pub const KEY: (&str, &str) = ("AKIALAB", "the-secret-of-the-lab");

/// The engines of a fleet.
pub struct Engines {
    pub postgres: Postgres,
    redis: Redis,
    /// Before the bucket, and the queue where there is one.
    pub bucket: Proxy,
    pub moto: Moto,
}

impl Engines {
    pub fn start() -> Self {
        let (moto, bucket) = Moto::guarded(KEY);
        let postgres = Postgres::start_durable();
        postgres.create("rawmill");
        Self { postgres, redis: Redis::start(), bucket, moto }
    }

    /// What a configuration says of them.
    pub fn lines(&self) -> String {
        format!("{}{}[redis]\nurl = \"{}\"\n", self.ledger(), self.store(), self.redis.url())
    }

    fn ledger(&self) -> String {
        let url = self.postgres.url("rawmill");
        format!("[ledger]\nurl = \"{url}\"\nlisten_url = \"{url}\"\n")
    }

    fn store(&self) -> String {
        let (bucket, endpoint) = ("s3://lab/photos", self.bucket.url());
        format!("[store]\nurl = \"{bucket}\"\nregion = \"us-east-1\"\nendpoint = \"{endpoint}\"\npath_style = true\n")
    }

    /// What the version after this one might do before its first process starts: columns, tables and indexes that this one
    /// does not see.
    fn newer_schema(&self) {
        self.postgres.sql(
            "rawmill",
            "ALTER TABLE task ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'; ALTER TABLE pace ADD COLUMN burst BIGINT; \
             CREATE TABLE shelf (id BIGINT); CREATE INDEX task_colour ON task (colour); \
             UPDATE schema_version SET version = version + 1",
        );
    }

    /// So many photos stand so, as the database itself counts.
    pub fn count(&self, state: &str) -> String {
        self.sql(&format!("SELECT count(*) FROM task WHERE state = '{state}'"))
    }

    /// Where the ledger is.
    pub fn url(&self) -> String {
        self.postgres.url("rawmill")
    }

    /// What the database itself says.
    pub fn sql(&self, sql: &str) -> String {
        self.postgres.sql("rawmill", sql).trim().to_owned()
    }
}

#[test]
fn a_fleet_gives_the_very_files_of_a_run() {
    let engines = Engines::start();
    let lab = Lab::open_with(&engines.lines());
    let batch = submit(&lab);
    let ended = lab.wait(&batch);
    let totals = ["found", "succeeded", "failed", "remaining"].map(|word| ended["totals"][word].as_u64().unwrap());
    assert_eq!(totals, [4, 3, 1, 0], "{ended}");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert!(!lab.path("rawmill-data/ledger.sqlite").exists() && !lab.path("rawmill-data/store").exists());
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("10 objects named, 0 missing"), "{checked}");
    assert!(lab.admin_fails(&["backup", "copy"]).contains("pg_dump"));
}

#[test]
fn workers_on_other_machines_take_over_from_one_that_dies() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&engines.lines());
    lab.kill_and_restart(&["--role", "web"]);
    let batch = submit(&lab);
    // Whoever fetches a photo is held up, so that it dies with its hands full.
    engines.bucket.fault(Fault::always("GET /lab/photos/photo", Action::Delay { ms: 60_000 }));
    let mut first = lab.worker_elsewhere("first");
    until(|| engines.count("running"), |running| running != "0");
    first.0.kill().unwrap();
    engines.bucket.clear();
    lab.kill_and_restart(&["--role", "web"]);
    let _second = lab.worker_elsewhere("second");
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(&lab).len(), 4, "exactly one row each");
    let numbers: Vec<u64> = events(&lab, &batch, "0").iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<_>>(), "without holes");
}

#[test]
fn work_that_nobody_rang_for_is_found() {
    let engines = Engines::start();
    // Whose heart beats more often than it looks.
    let lab = Lab::open_with(&engines.lines());
    engines.sql("UPDATE house SET paused = TRUE");
    let batch = submit(&lab);
    std::thread::sleep(Duration::from_secs(1));
    engines.sql("UPDATE house SET paused = FALSE");
    let found = (0..400).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        engines.count("ready") == "0"
    });
    assert!(found, "nobody looked for 40 s");
    lab.wait(&batch);
}

#[test]
fn engines_that_stop_and_come_again_lose_nothing() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&engines.lines());
    lab.kill_and_restart(&["--role", "web"]);
    let batch = submit(&lab);
    engines.bucket.fault(Fault::times("PUT /", 6, Action::Status { status: 503, code: "SlowDown".into() }));
    engines.bucket.fault(Fault::times("GET /lab/photos/photo", 2, Action::Delay { ms: 2_000 }));
    engines.redis.kill();
    let _worker = lab.worker_elsewhere("worker");
    until(|| engines.count("running"), |running| running != "0");
    engines.postgres.kill();
    engines.postgres.revive();
    // The API answers again once the database does.
    until(|| lab.get(&format!("/v1/batches/{batch}")).0, |status| *status == 200);
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    engines.redis.revive();
    assert_eq!(engines.bucket.count("faults"), 8, "all of them befell somebody");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(&lab).len(), 4, "exactly one row each");
}

#[test]
fn two_web_servers_keep_one_count_of_requests() {
    let engines = Engines::start();
    let limits = "[limits]\nrequests_per_s = 0.001\nrequest_burst = 20\n";
    let mut lab = Lab::open_with(&format!("{}{limits}", engines.lines()));
    let (_other, url) = lab.another(&["--role", "web"]);
    let (own, mut taken) = (lab.url.clone(), 0);
    for at in 0..40 {
        lab.url = if at % 2 == 0 { own.clone() } else { url.clone() };
        taken += u32::from(lab.get("/v1/recipes").0 == 200);
    }
    assert!((19..=20).contains(&taken), "{taken} of 40 requests were let through by two servers with a burst of 20");
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE })).0, 429);
}

/// A batch, over a kill of everything.
fn a_batch_survives_with(lines: &str) -> Lab {
    let mut lab = Lab::open_with(lines);
    let batch = submit(&lab);
    lab.kill_and_restart(&[]);
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(&lab).len(), 4, "exactly one row each");
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("10 objects named, 0 missing"), "{checked}");
    lab
}

#[test]
fn a_file_and_a_bucket_go_together() {
    let engines = Engines::start();
    let lab = a_batch_survives_with(&engines.store());
    assert!(lab.path("rawmill-data/ledger.sqlite").exists() && !lab.path("rawmill-data/store").exists());
}

#[test]
fn a_database_and_a_folder_go_together() {
    let engines = Engines::start();
    let lab = a_batch_survives_with(&engines.ledger());
    assert!(!lab.path("rawmill-data/ledger.sqlite").exists() && lab.path("rawmill-data/store").exists());
}

#[test]
fn a_batch_goes_on_while_a_newer_schema_and_newer_processes_come() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&engines.lines());
    lab.kill_and_restart(&["--role", "web"]);
    let batch = submit(&lab);
    engines.bucket.fault(Fault::always("GET /lab/photos/photo", Action::Delay { ms: 1_000 }));
    let mut before = lab.worker_elsewhere("before");
    until(|| engines.count("running"), |running| running != "0");
    engines.newer_schema();
    let (_web, url) = lab.another(&["--role", "web"]);
    let _after = lab.worker_elsewhere("after");
    until(|| engines.count("succeeded"), |done| done != "0");
    before.0.kill().unwrap();
    lab.kill();
    lab.url = url;
    engines.bucket.clear();
    let ended = lab.wait(&batch);
    assert_eq!((&ended["totals"]["succeeded"], &ended["totals"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    assert!(renditions(&lab, &batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(&lab).len(), 4, "exactly one row each");
}
