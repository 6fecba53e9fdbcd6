//! Webhooks, received by another implementation of their form.

mod away;
mod owners;
mod receiver;

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::submit;
use receiver::Receiver;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Lets messages go to this machine.
const HERE: &str = "[outward]\nallow = [\"127.0.0.0/8\"]\nhttp = true\n";

/// Makes a webhook for the receiver, which learns its secret; its id.
fn hook(lab: &Lab, receiver: &Receiver, more: Value) -> String {
    let mut new = json!({ "url": receiver.url });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, made) = lab.post("/v1/webhooks", new);
    assert_eq!(status, 201, "{made}");
    receiver.knows(&[made["secret"].as_str().unwrap()]);
    made["id"].as_str().unwrap().into()
}

/// Deliveries of a webhook, newest first.
fn deliveries(lab: &Lab, hook: &str) -> Vec<Value> {
    let (status, page) = lab.get(&format!("/v1/webhooks/{hook}/deliveries"));
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().unwrap().clone()
}

/// Kinds of messages, in the order of their events.
fn kinds(messages: &[Value]) -> Vec<&str> {
    let mut messages: Vec<_> = messages.iter().map(|m| &m["says"]).collect();
    messages.sort_by_key(|says| says["data"]["event"].as_u64());
    messages.into_iter().map(|says| says["type"].as_str().unwrap()).collect()
}

#[test]
fn what_happens_is_told_and_another_implementation_believes_it() {
    let lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({}));
    let batch = submit(&lab);
    let messages = receiver.wait(3);
    assert_eq!(kinds(&messages), ["batch.submitted", "task.dead", "batch.closed"]);
    assert!(messages.iter().all(|m| m["verified"] == json!([true]) && m["forged"] == false), "{messages:?}");
    assert!(messages.iter().all(|m| m["type"] == "application/json" && m["signatures"] == 1), "{messages:?}");
    let closed = messages.iter().find(|m| m["says"]["type"] == "batch.closed").unwrap();
    assert_eq!(closed["id"], json!(format!("msg_{}_6_1", &batch[4..])));
    let data = &closed["says"]["data"];
    let totals = json!({ "found": 4, "succeeded": 3, "failed": 1, "cancelled": 0, "remaining": 0 });
    assert_eq!((&data["batch"], &data["event"], &data["totals"]), (&json!(batch), &json!(6), &totals));
    let (status, linked) = lab.get(data["links"]["batch"].as_str().unwrap().strip_prefix(&lab.url).unwrap());
    assert_eq!((status, &linked["id"]), (200, &json!(batch)));
    let listed = until(|| deliveries(&lab, &id), |all| all.iter().all(|d| d["state"] == "delivered"));
    assert_eq!((listed.len(), &listed[0]["message"], &listed[0]["type"]), (3, &closed["id"], &json!("batch.closed")));
    let tries = listed[0]["tries"].as_array().unwrap();
    assert_eq!((tries.len(), &tries[0]["status"], &tries[0]["answer"]), (1, &json!(200), &json!("ok")));
}

#[test]
fn photos_are_told_on_request() {
    let lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    hook(&lab, &receiver, json!({ "events": ["task.succeeded"] }));
    lab.wait(&submit(&lab));
    let messages = receiver.wait(3);
    assert_eq!(kinds(&messages), ["task.succeeded"; 3]);
    let tasks: BTreeSet<_> = messages.iter().map(|m| m["says"]["data"]["task"].as_str().unwrap()).collect();
    assert_eq!(tasks.len(), 3, "{messages:?}");
}

#[test]
fn two_secrets_sign_until_the_rotation_is_finished() {
    let lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({}));
    let old = receiver.secrets().remove(0);
    let rotate = |how: &str| {
        let (status, rotated) = lab.post(&format!("/v1/webhooks/{id}/secret"), json!({ "how": how }));
        assert_eq!(status, 200, "{rotated}");
        (rotated["secret"].as_str().map(str::to_owned), rotated["secrets"].as_u64().unwrap())
    };
    let newest = |count| {
        let (status, sent) = lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
        assert_eq!(status, 202, "{sent}");
        receiver.wait(count).pop().unwrap()
    };
    let (fresh, secrets) = rotate("rotate");
    receiver.knows(&[&old, fresh.as_ref().unwrap()]);
    let both = newest(1);
    assert_eq!((secrets, &both["signatures"], &both["verified"]), (2, &json!(2), &json!([true, true])));
    assert_eq!(both["says"]["type"], "webhook.test");
    assert_eq!(rotate("finish"), (None, 1));
    assert_eq!(newest(2)["verified"], json!([false, true]), "the old one signs no more");
    let (third, secrets) = rotate("replace");
    receiver.knows(&[fresh.as_ref().unwrap(), third.as_ref().unwrap()]);
    assert_eq!((secrets, &newest(3)["verified"]), (1, &json!([false, true])));
}

/// Two processes on one database: each message comes once. One that is killed with messages on their way loses none.
#[test]
fn many_processes_lose_nothing_and_send_twice_only_when_one_is_killed() {
    let engines = Engines::start();
    let mut lab = Lab::open_with(&format!("{}{HERE}", engines.lines()));
    let (_other, _) = lab.another(&[]);
    let receiver = Receiver::start();
    let all = ["batch.submitted", "task.succeeded", "task.dead", "batch.closed"];
    let id = hook(&lab, &receiver, json!({ "events": all }));
    for _ in 0..3 {
        lab.wait(&submit(&lab));
    }
    let messages = receiver.wait(18);
    let ids: BTreeSet<_> = messages.iter().map(|m| m["id"].to_string()).collect();
    assert_eq!((messages.len(), ids.len()), (18, 18), "each once");
    until(|| deliveries(&lab, &id), |all| all.iter().all(|d| d["state"] == "delivered"));
    receiver.answers("hang");
    let batch = submit(&lab);
    lab.wait(&batch);
    receiver.wait(20);
    lab.kill();
    receiver.answers("200");
    lab.restart(&[]);
    let done = until(|| deliveries(&lab, &id), |all| all.iter().all(|d| d["state"] == "delivered"));
    assert_eq!(done.len(), 24);
    let told: BTreeSet<_> = done.iter().map(|d| d["message"].to_string()).collect();
    let got: BTreeSet<_> = receiver.messages().iter().map(|m| m["id"].to_string()).collect();
    assert_eq!((got.len(), told.len(), got == told), (24, 24, true), "nothing is lost, nothing has two names");
}
