//! Coming in and going.

use super::*;

#[test]
fn the_first_owner_comes_by_a_link() {
    let lab = Lab::open();
    let token = invited(&lab, &["--tenant", "default"]);
    let mut anna = accept(&lab.url, &token, " Anna@Lab.example ");
    let me = anna.ask("GET", "/v1/me", Value::Null).body;
    let expected = json!({
        "id": "usr_1", "login": "anna@lab.example", "name": "The  Anna@Lab.example", "role": "owner", "tenant": "default",
        "session": "ses_1", "has_password": true,
    });
    assert_eq!(me, expected);
    let body = json!({ "token": token, "login": "bert", "name": "Bert", "password": PASSWORD });
    assert_eq!(Browser::at(&lab.url).ask("POST", "/v1/invitations/accept", body).status, 404, "it was good once");
    assert!(lab.admin_fails(&["invite", "--tenant", "nobody"]).contains("there is no tenant `nobody`"));
    assert!(lab.admin_fails(&["invite", "--tenant", "default", "--role", "king"]).contains("king"));
}

#[test]
fn a_cookie_is_for_this_host_and_no_script() {
    let lab = Lab::open();
    owner(&lab);
    let mut browser = Browser::at(&lab.url);
    let reply = browser.log_in("ANNA@lab.example", PASSWORD);
    assert_eq!(reply.status, 200, "{reply:?}");
    let set = reply.headers.get("set-cookie").unwrap().to_str().unwrap();
    let (value, rest) = set.strip_prefix("rawmill=").unwrap().split_at(64);
    assert!(value.bytes().all(|b| b.is_ascii_hexdigit()), "{set}");
    assert_eq!(rest, "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    let out = browser.ask("POST", "/v1/logout", Value::Null);
    assert_eq!((out.status, browser.cookie.clone()), (204, None));
    // Behind a front with TLS it has another name, which a browser takes from HTTPS alone.
    let lab = Lab::open_with("behind_tls = true\npublic_url = \"https://lab.example\"\n");
    let link = lab.admin(&["invite", "--tenant", "default"]);
    let token = link.trim().strip_prefix("https://lab.example/invite#").unwrap();
    let body = json!({ "token": token, "login": "anna", "name": "Anna", "password": PASSWORD });
    let reply = Browser::at(&lab.url).ask("POST", "/v1/invitations/accept", body);
    let set = reply.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(set.starts_with("__Host-rawmill="), "{set}");
    assert!(set.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{set}");
}

#[test]
fn every_login_is_another_session() {
    let lab = Lab::open();
    let mut browser = owner(&lab);
    let before = browser.also_at(&lab.url);
    assert_eq!(browser.log_in("anna@lab.example", PASSWORD).status, 200);
    assert_ne!(browser.cookie, before.cookie);
    assert_eq!(before.also_at(&lab.url).look("/v1/me"), 401, "what came with the login has ended");
    assert_eq!(browser.look("/v1/me"), 200);
    let kept = browser.also_at(&lab.url);
    assert_eq!(browser.ask("POST", "/v1/logout", Value::Null).status, 204);
    assert_eq!(kept.also_at(&lab.url).look("/v1/me"), 401, "the cookie is good for nothing");
    assert_eq!(browser.look("/v1/me"), 401);
    assert_eq!(browser.log_in("anna@lab.example", "a horse without a hat").status, 401);
    assert_eq!(browser.log_in("nobody@lab.example", PASSWORD).status, 401);
}

#[test]
fn another_password_ends_all_other_sessions() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let mut other = Browser::at(&lab.url);
    other.log_in("anna@lab.example", PASSWORD);
    let mut change =
        |old: &str, new: &str| anna.ask("POST", "/v1/me/password", json!({ "old": old, "new": new })).status;
    assert_eq!(change("a horse without a hat", "a cow with a hat"), 403);
    assert_eq!(change(PASSWORD, "short"), 422);
    assert_eq!(change(PASSWORD, "Anna@Lab.Example"), 422, "the login itself");
    assert_eq!(other.look("/v1/me"), 200, "nothing was changed");
    assert_eq!(change(PASSWORD, "a cow with a hat"), 204);
    assert_eq!((anna.look("/v1/me"), other.look("/v1/me")), (200, 401));
    assert_eq!(other.log_in("anna@lab.example", PASSWORD).status, 401);
    assert_eq!(other.log_in("anna@lab.example", "a cow with a hat").status, 200);
}

#[test]
fn a_link_for_a_user_sets_a_new_password() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let token = invited(&lab, &["--tenant", "default", "--role", "viewer", "--login", "anna@lab.example"]);
    let body = |login: &str| json!({ "token": token, "login": login, "name": "-", "password": "a cow with a hat" });
    let mut other = Browser::at(&lab.url);
    assert_eq!(other.ask("POST", "/v1/invitations/accept", body("bert")).status, 422, "it is hers");
    let reply = other.ask("POST", "/v1/invitations/accept", body("anna@lab.example"));
    assert_eq!((reply.status, &reply.body["role"]), (200, &json!("owner")), "{reply:?}");
    assert_eq!((anna.look("/v1/me"), other.look("/v1/me")), (401, 200));
    assert_eq!(anna.log_in("anna@lab.example", PASSWORD).status, 401);
}

#[test]
fn bodies_are_strict_and_logins_belong_to_one() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let token = invited(&lab, &["--tenant", "default"]);
    let mut accept = |change: Value| {
        let mut body = json!({ "token": token, "login": "bert", "name": "Bert", "password": PASSWORD });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        anna.ask("POST", "/v1/invitations/accept", body).status
    };
    for wrong in [
        json!({ "login": "be rt" }),
        json!({ "login": "" }),
        json!({ "name": "" }),
        json!({ "password": "short" }),
        json!({ "password": "x".repeat(257) }),
        json!({ "login": "twelve-chars", "password": "Twelve-Chars" }),
        json!({ "role": "owner" }),
    ] {
        assert_eq!(accept(wrong.clone()), 422, "{wrong}");
    }
    assert_eq!(accept(json!({ "login": "Anna@lab.example" })), 409);
    assert_eq!(accept(json!({ "token": "0".repeat(64) })), 404);
    assert_eq!(accept(json!({})), 200, "nothing of that used it up");
}

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

#[test]
fn what_changes_something_comes_from_a_page_of_ours() {
    let lab = Lab::open();
    let anna = owner(&lab);
    let cookie = anna.cookie.clone().unwrap();
    let bearer = format!("Bearer {}", lab.key);
    let origin = lab.url.clone();
    let there: Headers = &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    let table: [(Headers, u16, u16); 10] = [
        // Headers; the status of a change and of a look.
        (&[("cookie", &cookie), ("sec-fetch-site", "same-origin")], 201, 200),
        (&[("cookie", &cookie), ("origin", &origin)], 201, 200),
        (&[("cookie", &cookie), ("sec-fetch-site", "cross-site")], 403, 200),
        (&[("cookie", &cookie), ("sec-fetch-site", "same-site"), ("origin", &origin)], 403, 200),
        (&[("cookie", &cookie), ("sec-fetch-site", "none")], 403, 200),
        (&[("cookie", &cookie), ("origin", "https://evil.example")], 403, 200),
        (&[("cookie", &cookie), ("origin", "null")], 403, 200),
        (&[("cookie", &cookie)], 403, 200),
        (&[("cookie", &cookie), ("authorization", &bearer)], 201, 200),
        (&[("cookie", &cookie), ("authorization", "Bearer rmk_1_1"), ("sec-fetch-site", "same-origin")], 401, 401),
    ];
    for (headers, change, look) in table {
        let made = anna.send("POST", "/v1/keys", Some(json!({ "name": "k", "scopes": ["read"] })), headers);
        assert_eq!(made.status, change, "{headers:?}: {made:?}");
        assert_eq!(anna.send("GET", "/v1/keys", None, headers).status, look, "{headers:?}");
    }
    let login = json!({ "login": "anna@lab.example", "password": PASSWORD });
    let none = anna.send("POST", "/v1/login", Some(login.clone()), there);
    assert_eq!(none.status, 403, "no page of others logs anybody in");
    assert_eq!(anna.send("POST", "/v1/login", Some(login), &[]).status, 200, "a program may, without a cookie");
}
