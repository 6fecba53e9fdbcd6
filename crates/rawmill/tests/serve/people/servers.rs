//! Two web servers on the same data: what is decided at one is true at the other at the next request.

use super::*;
use ::servers::Postgres;

#[test]
fn what_is_decided_at_one_is_true_at_the_other() {
    at_once(&Lab::open());
}

#[test]
fn in_postgres_too() {
    let postgres = Postgres::start();
    postgres.create("rawmill");
    at_once(&Lab::open_with(&format!("[ledger]\nurl = \"{}\"\n", postgres.url("rawmill"))));
}

fn at_once(lab: &Lab) {
    let (_process, url) = lab.another(&["--role", "web"]);
    let mut anna = owner(lab);
    let mut zoe = anna.bring("zoe", "viewer").also_at(&url);
    let id = anna.id_of("zoe");
    let recipe = || json!({ "name": "web", "text": crate::RECIPE });
    assert_eq!((zoe.look("/v1/me"), zoe.look("/v1/users")), (200, 403));
    assert_eq!(zoe.ask("POST", "/v1/recipes", recipe()).status, 403);
    let mut change = |change: Value| {
        let reply = anna.ask("PATCH", &format!("/v1/users/{id}"), change);
        assert_eq!(reply.status, 200, "{reply:?}");
    };
    change(json!({ "role": "operator" }));
    assert_eq!(zoe.ask("POST", "/v1/recipes", recipe()).status, 201);
    change(json!({ "role": "owner" }));
    assert_eq!(zoe.look("/v1/users"), 200);
    change(json!({ "role": "viewer" }));
    assert_eq!(zoe.look("/v1/users"), 403);
    change(json!({ "disabled": true }));
    assert_eq!(zoe.look("/v1/me"), 401);
    assert_eq!(zoe.log_in("zoe", PASSWORD).status, 401);
    change(json!({ "disabled": false }));
    assert_eq!(zoe.log_in("zoe", PASSWORD).status, 200);
    let sessions = anna.list("/v1/sessions");
    let hers = sessions.iter().find(|session| session["user"] == id.as_str()).unwrap()["id"].as_str().unwrap();
    assert_eq!(anna.ask("DELETE", &format!("/v1/sessions/{hers}"), Value::Null).status, 204);
    assert_eq!(zoe.look("/v1/me"), 401);
    assert_eq!(zoe.log_in("zoe", PASSWORD).status, 200);
    let mut here = zoe.also_at(&lab.url);
    assert_eq!(here.ask("POST", "/v1/logout", Value::Null).status, 204);
    assert_eq!(zoe.look("/v1/me"), 401, "logged out at one, out at both");
    assert_eq!(zoe.log_in("zoe", PASSWORD).status, 200);
    assert_eq!(anna.ask("DELETE", &format!("/v1/users/{id}"), Value::Null).status, 204);
    assert_eq!(zoe.look("/v1/me"), 401);
    assert_eq!(zoe.log_in("zoe", PASSWORD).status, 401);
}
