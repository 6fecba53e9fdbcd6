//! A fleet to which a queue brings work, and all that queues do to those who trust them.

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::{by_the_mill, events, renditions, submit, usage};
use serde_json::{Value, json};
use servers::Metadata;
use servers::proxy::{Action, Fault};

/// Engines with a queue, and the right to look into it and to do it harm.
struct Queue {
    engines: Engines,
    url: String,
    dead: String,
}

impl Queue {
    fn start() -> Self {
        let engines = Engines::start();
        let dead = engines.moto.queue("dead", json!({}));
        let arn = "arn:aws:sqs:us-east-1:123456789012:dead";
        // So often that no message that should be deleted is taken away as a dead one instead.
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 1_000 }).to_string();
        let url = engines.moto.queue("work", json!({ "RedrivePolicy": policy }));
        Self { engines, url, dead }
    }

    /// What a configuration says of them, and of the queue and what comes after it.
    fn lines(&self, more: &str) -> String {
        let (url, endpoint) = (&self.url, self.engines.bucket.url());
        let queue = format!("[queue]\nurl = \"{url}\"\nregion = \"us-east-1\"\nendpoint = \"{endpoint}\"\n{more}");
        self.engines.lines() + &queue
    }

    /// A web server, and a batch that no worker has seen.
    fn submitted(&self, more: &str) -> (Lab, String) {
        let mut lab = Lab::open_with(&self.lines(more));
        lab.kill_and_restart(&["--role", "web"]);
        let batch = submit(&lab);
        (lab, batch)
    }

    fn send(&self, queue: &str, task: Value) {
        let body = json!({ "tenant": 1, "batch": 1, "task": task }).to_string();
        self.engines.moto.sqs("SendMessage", json!({ "QueueUrl": queue, "MessageBody": body }));
    }

    fn depth(&self) -> u64 {
        self.engines.moto.depth(&self.url)
    }

    /// Worker after worker may fetch no photo from now on, so that each keeps its hands full.
    fn hold_photos(&self) {
        self.engines.bucket.fault(Fault::always("GET /lab/photos/photo", Action::Delay { ms: 600_000 }));
    }

    /// How attempts of photos ended, as the database itself counts: state and number, a line each.
    fn attempts(&self) -> Vec<String> {
        let counted = "SELECT state || ' ' || count(*) FROM attempt GROUP BY state ORDER BY state";
        self.engines.postgres.sql("rawmill", counted).lines().map(|line| line.trim().to_owned()).collect()
    }
}

fn ended_well(lab: &Lab, batch: &str) {
    let ended = lab.wait(batch);
    let totals = ["found", "succeeded", "failed", "remaining"].map(|word| ended["totals"][word].as_u64().unwrap());
    assert_eq!(totals, [4, 3, 1, 0], "{ended}");
    assert!(renditions(lab, batch) == by_the_mill(), "the bytes differ");
    assert_eq!(usage(lab), ["tsk_1", "tsk_2", "tsk_3", "tsk_4"], "exactly one row each");
    let numbers: Vec<u64> = events(lab, batch, "0").iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<_>>(), "without holes");
}

/// Three photos that are some, and one that is none, each tried once.
const ONCE: [&str; 2] = ["failed 1", "succeeded 3"];

#[test]
fn messages_bring_work_and_are_gone_when_it_is_done() {
    let queue = Queue::start();
    let (lab, batch) = queue.submitted("");
    until(|| queue.depth(), |depth| *depth == 4);
    let mut worker = lab.worker_with("worker", &["--exit-when-idle", "5s"], &[]);
    ended_well(&lab, &batch);
    assert_eq!(queue.attempts(), ONCE);
    until(|| queue.depth(), |depth| *depth == 0);
    assert!(worker.end().success(), "it ends by itself");
}

#[test]
fn messages_that_come_twice_backwards_and_too_early_do_no_harm() {
    let queue = Queue::start();
    // Each message is heard again every second while its photo is worked on.
    let (lab, batch) = queue.submitted("hidden_s = 1\n[worker]\nslots = 1\n");
    for task in (1..=4).rev().chain(1..=4) {
        queue.send(&queue.url, json!(task));
    }
    // Of nobody, and nothing at all.
    queue.send(&queue.url, json!(99));
    queue.send(&queue.url, json!("hello"));
    let _workers = ["first", "second"].map(|data| lab.worker_elsewhere(data));
    ended_well(&lab, &batch);
    assert_eq!(queue.attempts(), ONCE, "nobody began anything twice");
    until(|| queue.depth(), |depth| *depth == 2);
}

#[test]
fn a_queue_that_is_emptied_is_filled_again_and_the_backlog_is_told() {
    let queue = Queue::start();
    let moto = &queue.engines.moto;
    let (mut lab, batch) = queue.submitted("[metrics]\ncloudwatch_namespace = \"Lab\"\nregion = \"us-east-1\"\n");
    until(|| queue.depth(), |depth| *depth == 4);
    moto.sqs("PurgeQueue", json!({ "QueueUrl": queue.url }));
    until(|| queue.depth(), |depth| *depth == 0);
    // Whoever sweeps tells the backlog: from now on the worker, which knows whom.
    lab.kill();
    let _worker = lab.worker_with("worker", &[], &[("AWS_ENDPOINT_URL", &moto.url())]);
    // After a minute, both.
    until(|| moto.figures("Lab"), |told| ["Ready", "BacklogPerSlot"].iter().all(|name| told.contains(name)));
    lab.restart(&["--role", "web"]);
    ended_well(&lab, &batch);
}

#[test]
fn another_worker_hears_of_the_work_of_one_that_is_killed() {
    let queue = Queue::start();
    let (lab, batch) = queue.submitted("");
    queue.hold_photos();
    let mut first = lab.worker_elsewhere("first");
    until(|| queue.engines.count("running"), |running| running != "0");
    first.0.kill().unwrap();
    queue.engines.bucket.clear();
    let _second = lab.worker_elsewhere("second");
    ended_well(&lab, &batch);
    until(|| queue.depth(), |depth| *depth == 0);
}

#[test]
fn a_queue_that_is_away_stops_nothing_for_good() {
    let queue = Queue::start();
    let (lab, batch) = queue.submitted("");
    queue.engines.bucket.fault(Fault::times("POST /?", 20, Action::Status { status: 503, code: "Away".into() }));
    let _worker = lab.worker_elsewhere("worker");
    ended_well(&lab, &batch);
    assert_eq!(queue.attempts(), ONCE);
}

#[test]
fn a_spot_instance_that_will_be_taken_away_hands_back_what_it_has() {
    let (queue, metadata) = (Queue::start(), Metadata::start());
    let worker = "[worker]\nspot_notice = true\nprotect = \"ecs\"\nslots = 1\ndrain_s = 0\n";
    let (lab, batch) = queue.submitted(worker);
    queue.hold_photos();
    let url = metadata.url();
    let host = [
        ("AWS_EC2_METADATA_DISABLED", "false"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()),
        ("ECS_AGENT_URI", &url),
    ];
    let mut spot = lab.worker_with("spot", &[], &host);
    until(|| queue.engines.count("running"), |running| running == "1");
    let protected = |on: bool| metadata.wait_for_protections(2)[1].contains(&format!("\"ProtectionEnabled\":{on}"));
    assert!(protected(true), "while it holds work");
    metadata.spot(Some("terminate"));
    assert!(spot.end().success(), "in good order");
    assert!(metadata.protections().last().unwrap().contains("false"), "given up at the end");
    assert_eq!(queue.attempts(), ["handed-back 1"]);
    queue.engines.bucket.clear();
    let _other = lab.worker_elsewhere("other");
    ended_well(&lab, &batch);
    assert_eq!(queue.attempts(), ["failed 1", "handed-back 1", "succeeded 3"], "no photo was tried twice");
}

#[test]
fn dead_messages_are_rung_again_where_their_tasks_live() {
    let queue = Queue::start();
    let (lab, batch) = queue.submitted("");
    until(|| queue.depth(), |depth| *depth == 4);
    for task in [json!(1), json!(99), json!("hello")] {
        queue.send(&queue.dead, task);
    }
    until(|| queue.engines.moto.depth(&queue.dead), |depth| *depth == 0);
    until(|| queue.depth(), |depth| *depth == 5);
    let _worker = lab.worker_elsewhere("worker");
    ended_well(&lab, &batch);
}
