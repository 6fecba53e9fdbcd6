//! What each role may do: tried on every operation that the description lists.

use super::*;

/// Operations by an unsafe method that a viewer may ask for: those that change nothing, and those about themselves.
const OPEN: [&str; 14] = [
    "post /v1/setup",
    "post /v1/login",
    "post /v1/logout",
    "post /v1/me/password",
    "delete /v1/me/identity",
    "post /v1/oidc/start",
    "delete /v1/sessions/{id}",
    "post /v1/invitations/accept",
    "post /v1/recipes/check",
    "post /v1/recipes/preview",
    "post /v1/recipes/form",
    "post /v1/recipes/edit",
    "post /v1/batches/{id}/zip",
    "post /v1/batches/{id}/tasks/{task}/images",
];

/// What only owners may do.
const OWNERS: [&str; 16] = [
    "get /v1/audit",
    "get /v1/invitations",
    "post /v1/invitations",
    "delete /v1/invitations/{id}",
    "get /v1/keys",
    "post /v1/keys",
    "delete /v1/keys/{id}",
    "get /v1/users",
    "patch /v1/users/{id}",
    "delete /v1/users/{id}",
    "post /v1/webhooks",
    "patch /v1/webhooks/{id}",
    "delete /v1/webhooks/{id}",
    "post /v1/webhooks/{id}/secret",
    "post /v1/webhooks/{id}/test",
    "post /v1/webhooks/{id}/deliveries/{delivery}/redeliver",
];

/// Every operation and its path with numbers that nobody has.
fn operations(browser: &mut Browser) -> Vec<(String, String, String)> {
    let api = browser.ask("GET", "/v1/openapi.json", Value::Null).body;
    let mut all = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        let kind = path.split('/').nth(2).unwrap_or_default();
        let prefixes = [
            ("uploads", "upl"),
            ("photos", "pho"),
            ("assets", "ast"),
            ("batches", "bat"),
            ("keys", "key"),
            ("users", "usr"),
            ("sessions", "ses"),
            ("invitations", "inv"),
            ("webhooks", "whk"),
            ("imports", "imp"),
            ("exports", "exp"),
        ];
        let prefix = prefixes.iter().find(|(of, _)| *of == kind).map_or("x", |(_, prefix)| prefix);
        let target = path.replace("{id}", &format!("{prefix}_999")).replace("{name}", "x").replace("{version}", "1");
        let target = target.replace("{delivery}", "dlv_999").replace("{zip}", "x").replace("{task}", "tsk_999");
        let target = target.replace("{share}", "shr_999");
        for method in methods.as_object().unwrap().keys() {
            all.push((format!("{method} {path}"), method.to_uppercase(), target.clone()));
        }
    }
    assert!(all.len() > 45, "{all:?}");
    all
}

fn is_open(operation: &str) -> bool {
    OPEN.contains(&operation) || operation.starts_with("get ")
}

#[test]
fn a_viewer_changes_nothing_by_any_operation() {
    let lab = Lab::open();
    let mut viewer = owner(&lab).bring("zoe", "viewer");
    let all = operations(&mut viewer);
    let mut refused = 0;
    for (operation, method, target) in all.iter().filter(|(operation, ..)| !is_open(operation)) {
        let reply = viewer.ask(method, target, json!({}));
        assert_eq!((reply.status, &reply.body["code"]), (403, &json!("forbidden")), "{operation}: {reply:?}");
        refused += 1;
    }
    assert!(refused >= 16, "{refused}");
    assert_eq!(viewer.look("/v1/batches"), 200);
    for of_owners in OWNERS.iter().filter_map(|operation| operation.strip_prefix("get ")) {
        assert_eq!(viewer.look(of_owners), 403, "{of_owners}");
    }
}

#[test]
fn an_operator_works_and_looks_after_nobody() {
    let lab = Lab::open();
    let mut operator = owner(&lab).bring("otto", "operator");
    let all = operations(&mut operator);
    for (operation, method, target) in all.iter().filter(|(operation, ..)| !is_open(operation)) {
        let reply = operator.ask(method, target, json!({}));
        let is_refused = reply.status == 403;
        assert_eq!(is_refused, OWNERS.contains(&operation.as_str()), "{operation}: {reply:?}");
    }
    for of_owners in OWNERS.iter().filter_map(|operation| operation.strip_prefix("get ")) {
        assert_eq!(operator.look(of_owners), 403, "{of_owners}");
    }
    let recipe = json!({ "name": "web", "text": crate::RECIPE });
    assert_eq!(operator.ask("POST", "/v1/recipes", recipe).status, 201);
}

#[test]
fn keys_look_after_people_and_are_nobody() {
    let mut lab = Lab::open();
    // A body that nobody reads ends its connection, which a request right behind it cannot know.
    lab.one_connection_a_request();
    owner(&lab);
    assert_eq!(lab.get("/v1/users").1["items"][0]["login"], "anna@lab.example");
    let (status, made) = lab.post("/v1/invitations", json!({ "role": "viewer" }));
    assert_eq!(status, 201, "{made}");
    accept(&lab.url, made["token"].as_str().unwrap(), "zoe");
    assert_eq!(lab.get("/v1/sessions").1["items"].as_array().unwrap().len(), 2, "all of the tenant");
    assert_eq!(lab.get("/v1/me").0, 403);
    assert_eq!(lab.post("/v1/logout", json!({})).0, 403);
    let (_, made) = lab.post("/v1/keys", json!({ "name": "reader", "scopes": ["read", "write"] }));
    lab.key = made["key"].as_str().unwrap().into();
    for path in ["/v1/users", "/v1/sessions", "/v1/invitations", "/v1/audit"] {
        assert_eq!(lab.get(path).0, 403, "{path}");
    }
}

#[test]
fn everybody_sees_their_own_sessions_and_owners_all() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let mut zoe = anna.bring("zoe", "viewer");
    let mut other = Browser::at(&lab.url);
    other.log_in("zoe", PASSWORD);
    let id = |session: &Value| session["id"].as_str().unwrap().to_owned();
    let own = zoe.list("/v1/sessions");
    assert_eq!((own.len(), own.iter().filter(|s| s["current"] == true).count()), (2, 1), "{own:?}");
    assert_eq!((&own[0]["agent"], &own[0]["address"]), (&json!("a browser"), &json!("127.0.0.1")));
    let all = anna.list("/v1/sessions");
    assert_eq!(all.len(), 3, "{all:?}");
    let annas = all.iter().find(|session| session["current"] == true).map(id).unwrap();
    assert_eq!(zoe.ask("DELETE", &format!("/v1/sessions/{annas}"), Value::Null).status, 404, "it is not hers");
    assert_eq!(anna.look("/v1/me"), 200);
    let others = own.iter().find(|session| session["current"] == false).map(id).unwrap();
    assert_eq!(zoe.ask("DELETE", &format!("/v1/sessions/{others}"), Value::Null).status, 204);
    assert_eq!((zoe.look("/v1/me"), other.look("/v1/me")), (200, 401));
    assert_eq!(zoe.ask("DELETE", &format!("/v1/sessions/{others}"), Value::Null).status, 404);
    let zoes = own.iter().find(|session| session["current"] == true).map(id).unwrap();
    assert_eq!(anna.ask("DELETE", &format!("/v1/sessions/{zoes}"), Value::Null).status, 204);
    assert_eq!(zoe.look("/v1/me"), 401);
}

#[test]
fn a_tenant_keeps_an_owner() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let id = anna.id_of("anna@lab.example");
    for change in [json!({ "role": "viewer" }), json!({ "disabled": true })] {
        let reply = anna.ask("PATCH", &format!("/v1/users/{id}"), change);
        assert_eq!((reply.status, &reply.body["code"]), (409, &json!("conflict")), "{reply:?}");
    }
    assert_eq!(anna.ask("DELETE", &format!("/v1/users/{id}"), Value::Null).status, 409);
    assert_eq!(anna.ask("PATCH", &format!("/v1/users/{id}"), json!({})).status, 422);
    assert_eq!(anna.ask("PATCH", &format!("/v1/users/{id}"), json!({ "role": "king" })).status, 422);
    assert_eq!(anna.ask("PATCH", &format!("/v1/users/{id}"), json!({ "tenant": 2 })).status, 422);
    let mut bert = anna.bring("bert", "owner");
    assert_eq!(anna.ask("DELETE", &format!("/v1/users/{id}"), Value::Null).status, 204, "even by herself");
    assert_eq!((anna.look("/v1/me"), bert.look("/v1/users")), (401, 200));
}
