//! Who may have which webhooks.

use super::*;

#[test]
fn places_of_our_own_are_refused_at_once() {
    let lab = Lab::open();
    for url in [
        "https://127.0.0.1/",
        "https://localhost:8443/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1/",
        "https://[64:ff9b::a00:1]/",
        "https://[fd00::1]/",
    ] {
        let (status, problem) = lab.post("/v1/webhooks", json!({ "url": url }));
        assert_eq!((status, &problem["code"]), (422, &json!("invalid")), "{url}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains("public internet"), "{url}: {problem}");
    }
    for (url, why) in [
        ("http://lab.example/", "plain HTTP"),
        ("ftp://lab.example/", "https://"),
        ("https://me:s3cret@lab.example/", "password"),
        ("https://lab.example:25/", "port"),
        ("https://no-such-host.invalid/", "cannot be resolved"),
        ("nonsense", "is no URL"),
    ] {
        let (status, problem) = lab.post("/v1/webhooks", json!({ "url": url }));
        let detail = problem["detail"].as_str().unwrap();
        assert!(status == 422 && detail.contains(why) && !detail.contains("s3cret"), "{url}: {problem}");
    }
    assert_eq!(lab.get("/v1/webhooks").1["items"], json!([]));
}

#[test]
fn owners_change_their_webhooks_and_see_no_secret_twice() {
    let mut lab = Lab::open_with(HERE);
    // A body that nobody reads ends its connection, which a request right behind it cannot know.
    lab.one_connection_a_request();
    let receiver = Receiver::start();
    let id = hook(&lab, &receiver, json!({ "events": ["batch.closed", "batch.closed"] }));
    let secret = receiver.secrets().remove(0);
    let (status, list) = lab.get("/v1/webhooks");
    assert_eq!((status, &list["items"][0]["events"]), (200, &json!(["batch.closed"])));
    assert!(!list.to_string().contains(&secret[6..]), "{list}");
    let (status, problem) = lab.post("/v1/webhooks", json!({ "url": receiver.url, "events": ["batch.close"] }));
    assert_eq!(status, 422, "{problem}");
    assert_eq!(lab.post("/v1/webhooks", json!({ "url": receiver.url, "events": [] })).0, 422);
    let (status, changed) = lab.patch(&format!("/v1/webhooks/{id}"), json!({ "events": ["task.dead"], "off": true }));
    assert_eq!((status, &changed["events"], &changed["url"]), (200, &json!(["task.dead"]), &json!(receiver.url)));
    assert_eq!(changed["off_why"], "its owner switched it off");
    assert_eq!(lab.patch(&format!("/v1/webhooks/{id}"), json!({ "url": "https://10.0.0.1/" })).0, 422);
    let (_, made) = lab.post("/v1/keys", json!({ "name": "reads", "scopes": ["read"] }));
    let admin = std::mem::replace(&mut lab.key, made["key"].as_str().unwrap().into());
    assert_eq!(lab.get(&format!("/v1/webhooks/{id}")).0, 200);
    assert_eq!(lab.get(&format!("/v1/webhooks/{id}/deliveries")).0, 200);
    for path in ["", "/secret", "/test", "/deliveries/dlv_1/redeliver"] {
        let path = if path.is_empty() { "/v1/webhooks".into() } else { format!("/v1/webhooks/{id}{path}") };
        assert_eq!(lab.post(&path, json!({ "url": "https://lab.example/", "how": "rotate" })).0, 403, "{path}");
    }
    assert_eq!(lab.delete(&format!("/v1/webhooks/{id}")).0, 403);
    lab.key = admin;
    assert_eq!(lab.delete(&format!("/v1/webhooks/{id}")).0, 204);
    assert_eq!(
        (lab.get(&format!("/v1/webhooks/{id}")).0, lab.get(&format!("/v1/webhooks/{id}/deliveries")).0),
        (404, 404)
    );
    for _ in 0..20 {
        hook(&lab, &receiver, json!({}));
    }
    assert_eq!(lab.post("/v1/webhooks", json!({ "url": receiver.url })).0, 409);
}
