//! Coming in on the word of a provider: who does, and who stays outside.

use super::*;
use ::servers::Issuer;
use ::servers::issuer::{CLIENT, SECRET, Sign};

/// A service that believes an issuer, with these lines more about it.
fn lab(issuer: &Issuer, lines: &str) -> Lab {
    lab_behind("", issuer, lines)
}

/// The same, with these lines before.
fn lab_behind(before: &str, issuer: &Issuer, lines: &str) -> Lab {
    let text = format!(
        "{before}[console.oidc]\nname = \"Lab ID\"\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret_file = \"secret\"\n{lines}",
        issuer.url()
    );
    Lab::configured(&text, |folder| {
        std::fs::write(folder.join("secret"), SECRET).unwrap();
        Lab::no_tls()
    })
}

/// Name and value of each cookie that an answer sets.
fn cookies(reply: &Reply) -> Vec<String> {
    let all = reply.headers.get_all("set-cookie").iter();
    all.map(|set| set.to_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

fn location(reply: &Reply) -> &str {
    reply.headers.get("location").unwrap().to_str().unwrap()
}

/// Somebody on their way: what the browser keeps, and the path by which the provider sends it back.
struct Away {
    cookie: String,
    back: String,
}

impl Away {
    fn to(issuer: &Issuer, url: &str, cookie: &str) -> Self {
        let back = issuer.consent(url);
        let path = back.splitn(4, '/').nth(3).unwrap();
        Self { cookie: cookie.to_owned(), back: format!("/{path}") }
    }

    /// Leaves by the button of the page of the login.
    fn leave(issuer: &Issuer, browser: &Browser, then: &str) -> Self {
        let reply =
            browser.send("GET", &format!("/v1/oidc/start?then={then}"), None, &[("sec-fetch-site", "same-origin")]);
        assert_eq!(reply.status, 303, "{reply:?}");
        Self::to(issuer, location(&reply), &cookies(&reply)[0])
    }

    /// Leaves by a form.
    fn leave_for(issuer: &Issuer, browser: &Browser, errand: Value) -> Self {
        let cookie = browser.cookie.clone().unwrap_or_default();
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", &cookie)];
        let headers = if cookie.is_empty() { &headers[..1] } else { &headers[..] };
        let reply = browser.send("POST", "/v1/oidc/start", Some(errand), headers);
        assert_eq!(reply.status, 200, "{reply:?}");
        Self::to(issuer, reply.body["url"].as_str().unwrap(), &cookies(&reply)[0])
    }

    /// Comes back as a browser does that a page of the provider sends.
    fn come(&self, browser: &mut Browser, accept: &str) -> Reply {
        let own = browser.cookie.clone().map(|own| format!("{own}; ")).unwrap_or_default();
        let cookie = format!("{own}{}", self.cookie);
        let headers = [("sec-fetch-site", "cross-site"), ("accept", accept), ("cookie", &cookie)];
        let reply = browser.send("GET", &self.back, None, &headers);
        let set = cookies(&reply);
        assert!(set.iter().any(|cookie| cookie == "rawmill-way="), "it is good for nothing any more: {set:?}");
        if let Some(session) = set.into_iter().find(|cookie| cookie.starts_with("rawmill=")) {
            browser.cookie = Some(session);
        }
        reply
    }
}

/// Goes to the provider and comes back.
fn log_in(issuer: &Issuer, browser: &mut Browser) -> Reply {
    Away::leave(issuer, browser, "/recipes").come(browser, "application/json")
}

#[test]
fn an_invited_person_comes_in_without_a_password() {
    let issuer = Issuer::start();
    issuer.behaviour().userinfo =
        json!({ "sub": "7", "email": "Ida@lab.example", "email_verified": true, "name": "Ida" });
    let lab = lab(&issuer, "");
    let mut anna = owner(&lab);
    let token = anna.ask("POST", "/v1/invitations", json!({ "role": "operator" })).body["token"].clone();
    let mut ida = Browser::at(&lab.url);
    assert_eq!(log_in(&issuer, &mut ida).status, 403, "not yet");
    let away = Away::leave_for(&issuer, &ida, json!({ "invitation": token }));
    let reply = away.come(&mut ida, "text/html");
    assert_eq!((reply.status, location(&reply)), (303, "/"), "{reply:?}");
    let me = ida.ask("GET", "/v1/me", Value::Null).body;
    assert_eq!(
        (&me["login"], &me["name"], &me["role"]),
        (&json!("ida@lab.example"), &json!("Ida"), &json!("operator"))
    );
    assert_eq!(me["has_password"], false);
    let before = ida.cookie.clone();
    assert_eq!(location(&log_in(&issuer, &mut ida)), "/recipes");
    assert_ne!(ida.cookie, before, "another session");
    assert_eq!(ida.list("/v1/sessions").len(), 1, "and the one before has ended");
    assert_eq!(ida.log_in("ida@lab.example", PASSWORD).status, 401, "no password is the right one");
    assert_eq!(ida.log_in("ida@lab.example", "").status, 401);
    log_in(&issuer, &mut ida);
    let changed = ida.ask("POST", "/v1/me/password", json!({ "old": "", "new": "a cow with a hat" }));
    assert_eq!(changed.status, 409, "{changed:?}");
    assert_eq!(ida.ask("DELETE", "/v1/me/identity", Value::Null).status, 409, "it is the only way in");
    let told = anna.list("/v1/audit");
    let about = format!("from 127.0.0.1, by {}", issuer.url());
    assert!(told.iter().any(|row| row["what"] == "login" && row["about"] == about.as_str()), "{told:?}");
    let id = anna.id_of("ida@lab.example");
    assert_eq!(anna.ask("PATCH", &format!("/v1/users/{id}"), json!({ "disabled": true })).status, 200);
    assert_eq!(ida.look("/v1/me"), 401, "out at the next request");
    assert_eq!(log_in(&issuer, &mut ida).status, 403);
}

#[test]
fn a_stranger_comes_in_only_where_one_may_and_takes_nobodys_place() {
    let issuer = Issuer::start();
    let mail = |email: &str, verified: bool| json!({ "email": email, "email_verified": verified });
    let lab = lab(&issuer, "default_role = \"viewer\"\ndomains = [\"lab.example\"]\n");
    let mut anna = owner(&lab);
    let mut browser = Browser::at(&lab.url);
    for (sub, claims, status) in [
        ("1", mail("eve@evil.example", true), 403),
        ("1", mail("eve@lab.example", false), 403),
        ("1", json!({}), 403),
        ("1", mail("anna@lab.example", true), 409),
        ("1", mail("eve@lab.example", true), 303),
        ("1", mail("other@lab.example", true), 303),
        ("2", mail("eve@lab.example", true), 409),
    ] {
        let mut claims = claims;
        claims["sub"] = json!(sub);
        issuer.behaviour().claims = claims.clone();
        assert_eq!(log_in(&issuer, &mut browser).status, status, "{claims}");
    }
    let users = anna.list("/v1/users");
    assert_eq!(users.len(), 2, "{users:?}");
    assert_eq!((&users[1]["login"], &users[1]["role"]), (&json!("eve@lab.example"), &json!("viewer")));
    assert_eq!(anna.ask("GET", "/v1/me", Value::Null).body["has_password"], true, "nothing of her has changed");
}

#[test]
fn a_user_connects_and_disconnects() {
    let issuer = Issuer::start();
    let lab = lab(&issuer, "");
    let mut anna = owner(&lab);
    let zoe = anna.bring("zoe", "viewer");
    let away = Away::leave_for(&issuer, &anna, json!({}));
    let mut stranger = Browser::at(&lab.url);
    assert_eq!(away.come(&mut stranger, "application/json").status, 409, "the session is hers");
    let away = Away::leave_for(&issuer, &anna, json!({}));
    assert_eq!(location(&away.come(&mut anna, "text/html")), "/account");
    assert!(anna.ask("GET", "/v1/me", Value::Null).body["connected"].is_string());
    assert!(log_in(&issuer, &mut stranger).status == 303 && stranger.look("/v1/users") == 200, "she is in here too");
    let mut zoe = zoe;
    let away = Away::leave_for(&issuer, &zoe, json!({}));
    assert_eq!(location(&away.come(&mut zoe, "text/html")), "/account?trouble=connected");
    assert_eq!(anna.ask("DELETE", "/v1/me/identity", Value::Null).status, 204);
    assert_eq!(anna.ask("DELETE", "/v1/me/identity", Value::Null).status, 404);
    assert_eq!(log_in(&issuer, &mut Browser::at(&lab.url)).status, 403, "nobody's any more");
    let none =
        Browser::at(&lab.url).send("POST", "/v1/oidc/start", Some(json!({})), &[("sec-fetch-site", "same-origin")]);
    assert_eq!(none.status, 401);
    let other = [("sec-fetch-site", "cross-site"), ("cookie", anna.cookie.as_deref().unwrap())];
    assert_eq!(anna.send("POST", "/v1/oidc/start", Some(json!({})), &other).status, 403, "no page of others begins it");
}

#[test]
fn whoever_left_at_one_server_comes_back_at_another() {
    let issuer = Issuer::start();
    // Both are reached by one name.
    let lab = lab_behind("public_url = \"http://127.0.0.1:1\"\n", &issuer, "default_role = \"viewer\"\n");
    let (_process, url) = lab.another(&["--role", "web"]);
    let away = Away::leave(&issuer, &Browser::at(&lab.url), "/recipes");
    let mut there = Browser::at(&url);
    assert_eq!(away.come(&mut there, "text/html").status, 303);
    assert_eq!(there.look("/v1/me"), 200);
}

#[test]
fn an_answer_belongs_to_one_browser_and_is_good_once() {
    let issuer = Issuer::start();
    let lab = lab(&issuer, "default_role = \"viewer\"\n");
    let mut browser = Browser::at(&lab.url);
    let refused = |browser: &mut Browser, away: &Away, word: &str| {
        let reply = away.come(browser, "text/html");
        assert_eq!((reply.status, location(&reply)), (303, format!("/login?trouble={word}").as_str()));
        assert_eq!(browser.cookie, None, "{word}");
    };
    let (mine, thiefs) = (Away::leave(&issuer, &browser, "/"), Away::leave(&issuer, &browser, "/"));
    refused(&mut browser, &Away { cookie: mine.cookie.clone(), back: thiefs.back.clone() }, "stale");
    refused(&mut browser, &Away { cookie: "other=1".into(), back: mine.back.clone() }, "stale");
    let (path, _) = mine.back.split_once("?").unwrap();
    let state = mine.back.split("state=").nth(1).unwrap();
    for (query, word) in [
        ("error=access_denied", "declined"),
        ("error=server_error", "provider"),
        ("x=1", "invalid"),
        ("code=guessed", "invalid"),
        ("code=guessed&iss=https%3A%2F%2Fid.example", "invalid"),
    ] {
        let back = format!("{path}?{query}&state={state}");
        refused(&mut browser, &Away { cookie: mine.cookie.clone(), back }, word);
    }
    for out in ["https://evil.example", "//evil.example", "/%5Cevil.example"] {
        let mut browser = Browser::at(&lab.url);
        let away = Away::leave(&issuer, &browser, out);
        assert_eq!(location(&away.come(&mut browser, "text/html")), "/", "{out}");
        browser.cookie = None;
        refused(&mut browser, &away, "invalid");
    }
}

#[test]
fn what_is_forged_lets_nobody_in_and_too_much_of_it_is_not_looked_at() {
    let issuer = Issuer::start();
    let lab = lab(&issuer, "default_role = \"viewer\"\n");
    let mut browser = Browser::at(&lab.url);
    assert_eq!(log_in(&issuer, &mut browser).status, 303, "once it is in order");
    browser.cookie = None;
    let forgeries: [&dyn Fn(); 5] = [
        &|| issuer.behaviour().sign = Sign::Unsigned,
        &|| issuer.behaviour().sign = Sign::Hs256,
        &|| issuer.behaviour().claims = json!({ "nonce": "another" }),
        &|| issuer.behaviour().claims = json!({ "aud": "another" }),
        &|| issuer.behaviour().header = json!({ "kid": "another" }),
    ];
    for forge in forgeries {
        {
            let mut behaviour = issuer.behaviour();
            (behaviour.sign, behaviour.claims, behaviour.header) = (Sign::Rs256, json!({}), json!({}));
        }
        forge();
        let reply = log_in(&issuer, &mut browser);
        assert_eq!((reply.status, browser.cookie.as_ref()), (403, None), "{reply:?}");
    }
    let statuses: Vec<_> = (0..16).map(|_| log_in(&issuer, &mut browser).status).collect();
    assert_eq!((statuses[14], statuses[15]), (403, 429), "{statuses:?}");
    assert_eq!(browser.log_in("anna", PASSWORD).status, 429, "they count together with wrong passwords");
}

#[test]
fn without_a_provider_there_is_none() {
    let lab = Lab::open();
    let browser = Browser::at(&lab.url);
    assert_eq!(browser.send("GET", "/v1/oidc/start", None, &[]).status, 404);
    assert_eq!(browser.send("GET", "/v1/oidc/callback?code=1&state=1", None, &[]).status, 404);
}
