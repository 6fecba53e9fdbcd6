//! A queue that brings work, and all that queues do to those who trust them.

use super::lab::{Lab, until};
use super::{by_the_mill, events, photos, renditions, submit, usage};
use serde_json::{Value, json};
use servers::{Metadata, Moto};

/// A queue of moto, and the right to look into it and to do it harm.
struct Queue {
    moto: Moto,
    url: String,
}

impl Queue {
    fn start() -> Self {
        let mut queue = Self { moto: Moto::start(), url: String::new() };
        queue.url = queue.ask("CreateQueue", json!({ "QueueName": "work" }))["QueueUrl"].as_str().unwrap().into();
        queue
    }

    /// What a configuration says of it.
    fn lines(&self, more: &str) -> String {
        let (url, endpoint) = (&self.url, self.moto.url());
        format!("[queue]\nurl = \"{url}\"\nregion = \"eu-central-1\"\nendpoint = \"{endpoint}\"\n{more}")
    }

    fn ask(&self, action: &str, mut body: Value) -> Value {
        if !self.url.is_empty() {
            body["QueueUrl"] = json!(self.url);
        }
        let who =
            "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let request = ureq::post(self.moto.url()).header("x-amz-target", format!("AmazonSQS.{action}"));
        let request = request.header("authorization", who).content_type("application/x-amz-json-1.0");
        let text = request.send(body.to_string()).unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn send(&self, body: &str) {
        self.ask("SendMessage", json!({ "MessageBody": body }));
    }

    /// Messages that are seen or hidden.
    fn depth(&self) -> u64 {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let found = self.ask("GetQueueAttributes", json!({ "AttributeNames": names }));
        names.iter().map(|name| found["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap()).sum()
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

/// How many attempts all tasks of a batch have had.
fn attempts(lab: &Lab, batch: &str) -> usize {
    let (_, tasks) = lab.get(&format!("/v1/batches/{batch}/tasks"));
    tasks["items"].as_array().unwrap().iter().map(|task| task["attempts"].as_array().unwrap().len()).sum()
}

#[test]
fn messages_bring_work_and_are_gone_when_it_is_done() {
    let queue = Queue::start();
    let lab = Lab::open_with(&queue.lines(""));
    let batch = submit(&lab);
    ended_well(&lab, &batch);
    assert_eq!(attempts(&lab, &batch), 4);
    until(|| queue.depth(), |depth| *depth == 0);
}

#[test]
fn messages_that_come_twice_backwards_and_too_early_do_no_harm() {
    let queue = Queue::start();
    // One photo at a time, and each message is heard again every second while its photo is worked on.
    let lab = Lab::open_with(&queue.lines("hidden_s = 1\n[worker]\nslots = 1\n"));
    let batch = submit(&lab);
    for task in (1..=4).rev().chain(1..=4) {
        queue.send(&json!({ "tenant": 1, "batch": 1, "task": task }).to_string());
    }
    // Of nobody, and nothing at all.
    queue.send(&json!({ "tenant": 1, "batch": 99, "task": 99 }).to_string());
    queue.send("hello");
    ended_well(&lab, &batch);
    assert_eq!(attempts(&lab, &batch), 4, "nobody began anything twice");
    until(|| queue.depth(), |depth| *depth == 2);
}

#[test]
fn a_queue_that_is_emptied_is_filled_again() {
    let queue = Queue::start();
    let mut lab = Lab::open_with(&queue.lines("[worker]\nslots = 1\n"));
    lab.kill_and_restart(&["--role", "web"]);
    let batch = submit(&lab);
    until(|| queue.depth(), |depth| *depth == 4);
    queue.ask("PurgeQueue", json!({}));
    until(|| queue.depth(), |depth| *depth == 0);
    let (_worker, _) = lab.another(&[]);
    // After a minute.
    ended_well(&lab, &batch);
}

#[test]
fn another_worker_hears_of_the_work_of_one_that_is_killed() {
    let queue = Queue::start();
    let mut lab = Lab::open_with(&queue.lines(""));
    let batch = submit(&lab);
    until(|| lab.get(&format!("/v1/batches/{batch}")).1, |found| found["totals"]["running"] != json!(0));
    lab.kill_and_restart(&[]);
    ended_well(&lab, &batch);
    until(|| queue.depth(), |depth| *depth == 0);
}

#[test]
fn a_queue_that_is_away_stops_nothing_for_good() {
    let queue = Queue::start();
    let lab = Lab::open_with(&queue.lines(""));
    queue.moto.server().freeze();
    let batch = submit(&lab);
    until(|| lab.get("/v1/batches").0, |status| *status == 200);
    queue.moto.server().thaw();
    ended_well(&lab, &batch);
}

#[test]
fn a_spot_instance_that_will_be_taken_away_finishes_by_itself() {
    let (queue, metadata) = (Queue::start(), Metadata::start());
    let lines = queue.lines("[worker]\nspot_notice = true\nslots = 1\n");
    let mut lab = Lab::open_with(&lines);
    lab.kill_and_restart(&["--role", "web"]);
    let mut worker = lab.worker_in_cloud(&metadata.url());
    let batch = submit(&lab);
    until(|| lab.get(&format!("/v1/batches/{batch}")).1, |found| found["totals"]["running"] != json!(0));
    metadata.spot(Some("terminate"));
    assert!(worker.0.wait().unwrap().success(), "in good order");
    let (_other, _) = lab.another(&[]);
    ended_well(&lab, &batch);
    let begun = attempts(&lab, &batch);
    assert!(begun <= photos().len() + 2, "at most the one that was handed back was begun again: {begun}");
}
