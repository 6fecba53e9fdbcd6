//! What is kept and told: no secret of anybody, and everything that was done.

use super::*;
use crate::lab::until;

/// Does this stand in any file of the service.
fn is_kept(lab: &Lab, text: &str) -> bool {
    let files = std::fs::read_dir(lab.path("rawmill-data")).unwrap().map(|entry| entry.unwrap().path());
    let found = |path: std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    files.filter(|path| path.is_file()).map(found).fold(false, |any, found| any | found)
}

#[test]
fn no_secret_is_kept_or_logged() {
    let lab = Lab::open();
    let token = invited(&lab, &["--tenant", "default"]);
    let mut anna = accept(&lab.url, &token, "anna@lab.example");
    anna.log_in("anna@lab.example", PASSWORD);
    anna.log_in("anna@lab.example", "a horse without a hat");
    let made = anna.ask("POST", "/v1/invitations", json!({ "role": "viewer" })).body;
    anna.ask("POST", "/v1/me/password", json!({ "old": PASSWORD, "new": "a cow with a hat" }));
    let cookie = anna.cookie.clone().unwrap();
    let secrets = [
        token.as_str(),
        made["token"].as_str().unwrap(),
        cookie.split_once('=').unwrap().1,
        PASSWORD,
        "a horse without a hat",
        "a cow with a hat",
    ];
    let log = until(|| lab.log(), |log| log.contains("/v1/me/password"));
    assert!(is_kept(&lab, "anna@lab.example"), "it is the right place to look");
    assert!(is_kept(&lab, "$argon2id$v=19$m=19456,t=2,p=1$"));
    for secret in secrets {
        assert!(!is_kept(&lab, secret), "{secret} is kept");
        assert!(!log.contains(secret), "{secret} is logged");
    }
    assert!(!log.contains("$argon2id$"));
}

#[test]
fn what_is_done_is_told() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let mut zoe = anna.bring("zoe", "viewer");
    let id = anna.id_of("zoe");
    let mut wrong = Browser::at(&lab.url);
    assert_eq!(wrong.log_in("zoe", "a horse without a hat").status, 401);
    // Nobody waits for this one to be written.
    until(|| rows_of(&lab, "login.refused"), |count| *count == 1);
    assert_eq!(wrong.log_in("zoe", "a horse without a hat").status, 401);
    zoe.ask("POST", "/v1/me/password", json!({ "old": PASSWORD, "new": "a cow with a hat" }));
    zoe.ask("POST", "/v1/logout", Value::Null);
    zoe.log_in("zoe", "a cow with a hat");
    let session = zoe.ask("GET", "/v1/me", Value::Null).body["session"].as_str().unwrap().to_owned();
    anna.ask("DELETE", &format!("/v1/sessions/{session}"), Value::Null);
    anna.ask("PATCH", &format!("/v1/users/{id}"), json!({ "role": "operator" }));
    anna.ask("DELETE", &format!("/v1/users/{id}"), Value::Null);
    let made = anna.ask("POST", "/v1/invitations", json!({ "role": "viewer", "login": "Bert" })).body;
    anna.ask("DELETE", &format!("/v1/invitations/{}", made["id"].as_str().unwrap()), Value::Null);
    let made = anna.ask("POST", "/v1/keys", json!({ "name": "Lightroom", "scopes": ["read"] })).body;
    anna.ask("DELETE", &format!("/v1/keys/{}", made["id"].as_str().unwrap()), Value::Null);
    let key = made["id"].as_str().unwrap().replace('_', " ");
    let mut told = Vec::new();
    let mut path = "/v1/audit?limit=4".to_owned();
    loop {
        let page = anna.ask("GET", &path, Value::Null).body;
        told.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/audit?limit=4&cursor={next}");
    }
    let told: Vec<_> = told
        .iter()
        .rev()
        .map(|row| ["who", "what", "about"].map(|word| row[word].as_str().unwrap().to_owned()).join(" | "))
        .collect();
    let (anna, key) = ("user anna@lab.example", format!("{key}, Lightroom"));
    let expected = [
        "the setup token | key.made | key 1, first".to_owned(),
        "operator | invitation.made | role owner".into(),
        format!("{anna} | user.added | {anna}, role owner, invited by operator"),
        format!("{anna} | login | from 127.0.0.1"),
        format!("{anna} | invitation.made | role viewer"),
        format!("user zoe | user.added | user zoe, role viewer, invited by {anna}"),
        "user zoe | login | from 127.0.0.1".into(),
        "somebody | login.refused | user zoe".into(),
        "user zoe | password.changed | user zoe".into(),
        "user zoe | logout | user zoe".into(),
        "user zoe | login | from 127.0.0.1".into(),
        format!("{anna} | session.ended | user zoe"),
        format!("{anna} | user.changed | user zoe, role operator"),
        format!("{anna} | user.removed | user zoe"),
        format!("{anna} | invitation.made | role viewer, for bert"),
        format!("{anna} | invitation.removed | role viewer, for bert"),
        format!("{anna} | key.made | {key}"),
        format!("{anna} | key.removed | {key}"),
    ];
    assert_eq!(told, expected);
}

/// So many rows tell of this.
fn rows_of(lab: &Lab, what: &str) -> usize {
    let (_, page) = lab.get("/v1/audit");
    page["items"].as_array().unwrap().iter().filter(|row| row["what"] == what).count()
}
