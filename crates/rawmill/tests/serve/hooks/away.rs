//! Receivers that are away, slow, or send us elsewhere; and senders that die.

use super::*;

/// A message that was on its way when its sender was killed comes again, and is the same message.
#[test]
fn a_killed_sender_is_replaced() {
    let mut lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({}));
    receiver.answers("hang");
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    let first = receiver.wait(1).remove(0);
    lab.kill();
    receiver.answers("200");
    lab.restart(&[]);
    let again = receiver.wait(2).remove(1);
    assert_eq!((&again["id"], &again["says"]), (&first["id"], &first["says"]));
    assert_eq!(again["verified"], json!([true]));
    let delivered = until(|| deliveries(&lab, &id), |all| all[0]["state"] == "delivered").remove(0);
    let tries: Vec<_> = delivered["tries"].as_array().unwrap().iter().map(|t| t["number"].as_u64().unwrap()).collect();
    assert_eq!(tries, [2], "of the first, nobody knows how it ended");
    let path = format!("/v1/webhooks/{id}/deliveries/{}/redeliver", delivered["id"].as_str().unwrap());
    assert_eq!(lab.post(&path, json!({})).0, 202);
    assert_eq!(receiver.wait(3)[2]["id"], first["id"], "on demand once more");
    until(
        || deliveries(&lab, &id),
        |all| all[0]["state"] == "delivered" && all[0]["tries"].as_array().unwrap().len() == 2,
    );
    assert_eq!(lab.terminate(), Some(0));
}

#[test]
fn an_orderly_end_waits_for_what_is_on_its_way() {
    let mut lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({}));
    receiver.answers("hang");
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    receiver.wait(1);
    assert_eq!(lab.terminate(), Some(0));
    lab.restart(&[]);
    let tried = deliveries(&lab, &id).remove(0);
    assert_eq!(tried["tries"][0]["error"], "no whole answer within 15 s", "{tried}");
}

#[test]
fn a_failure_is_tried_again_and_says_why() {
    let lab = Lab::open_with(HERE);
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({}));
    receiver.answers("503");
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    let waits = until(|| deliveries(&lab, &id), |all| all[0]["tries"] != json!([])).remove(0);
    assert_eq!((&waits["state"], &waits["tries"][0]["status"]), (&json!("waiting"), &json!(503)));
    assert!(waits["next_try"].as_str().unwrap() > waits["created"].as_str().unwrap(), "{waits}");
    assert!(lab.get(&format!("/v1/webhooks/{id}")).1["failing_since"].is_string());
    receiver.answers("200");
    until(|| deliveries(&lab, &id), |all| all[0]["state"] == "delivered");
    assert!(lab.get(&format!("/v1/webhooks/{id}")).1["failing_since"].is_null());
}

#[test]
fn no_redirect_is_followed_and_gone_is_believed() {
    let lab = Lab::open_with(HERE);
    let (receiver, trap) = (Receiver::start(), Receiver::start());
    let id = hook(&lab, &receiver, json!({}));
    receiver.answers(&format!("307 {}", trap.url));
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    let tried = until(|| deliveries(&lab, &id), |all| all[0]["tries"] != json!([])).remove(0);
    let why = tried["tries"][0]["error"].as_str().unwrap();
    assert!(why.contains("redirects") && tried["state"] == "waiting", "{tried}");
    receiver.answers("410");
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    let off = until(|| lab.get(&format!("/v1/webhooks/{id}")).1, |hook| hook["off_since"].is_string());
    assert_eq!(off["off_why"], "it answered 410 Gone");
    let (status, problem) = lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    assert_eq!((status, &problem["code"]), (409, &json!("conflict")));
    receiver.answers("200");
    let (status, on) = lab.patch(&format!("/v1/webhooks/{id}"), json!({ "off": false }));
    assert_eq!((status, &on["off_since"]), (200, &Value::Null));
    lab.post(&format!("/v1/webhooks/{id}/test"), json!({}));
    until(|| deliveries(&lab, &id), |all| all[0]["state"] == "delivered");
    assert_eq!(trap.messages(), Vec::<Value>::new());
}
