//! Wrong passwords: after a few of them nobody looks at another one, at any server.

use super::*;

/// Logs in from this address, as a front tells it.
fn from(browser: &Browser, address: &str, login: &str, password: &str) -> Reply {
    let body = json!({ "login": login, "password": password });
    browser.send("POST", "/v1/login", Some(body), &[("x-forwarded-for", address)])
}

fn waits(reply: &Reply) -> bool {
    let after = reply.headers.get("retry-after").and_then(|after| after.to_str().ok()?.parse::<u64>().ok());
    reply.status == 429 && after.is_some_and(|after| (600..=901).contains(&after))
}

#[test]
fn a_login_has_five_tries_over_all_servers() {
    let lab = Lab::open_with("[console]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    let (_process, url) = lab.another(&["--role", "web"]);
    let mut anna = owner(&lab);
    anna.bring("bert", "viewer");
    let (here, there) = (Browser::at(&lab.url), Browser::at(&url));
    let wrong = "a horse without a hat";
    for at in 0..5 {
        let reply = from(if at % 2 == 0 { &here } else { &there }, &format!("192.0.2.{at}"), "anna@lab.example", wrong);
        assert_eq!(reply.status, 401, "{reply:?}");
    }
    for browser in [&here, &there] {
        let right = from(browser, "192.0.2.77", "Anna@lab.example", PASSWORD);
        assert!(waits(&right), "{right:?}");
    }
    assert_eq!(from(&here, "192.0.2.0", "bert", PASSWORD).status, 200, "another login");
    let mut change = |old| anna.ask("POST", "/v1/me/password", json!({ "old": old, "new": "a cow with a hat" })).status;
    assert_eq!(change(PASSWORD), 429, "old passwords are tried no more either");
    assert_eq!(anna.look("/v1/me"), 200, "whoever is in stays in");
}

#[test]
fn whoever_is_in_begins_anew() {
    let lab = Lab::open();
    owner(&lab);
    let mut browser = Browser::at(&lab.url);
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(browser.log_in("anna@lab.example", "a horse without a hat").status, 401);
        }
        assert_eq!(browser.log_in("anna@lab.example", PASSWORD).status, 200);
    }
}

#[test]
fn an_address_has_twenty_tries() {
    let lab = Lab::open_with("[console]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    owner(&lab);
    let browser = Browser::at(&lab.url);
    for at in 0..20 {
        // A customer has a whole network of IPv6.
        let reply = from(&browser, &format!("2001:db8::{at:x}"), &format!("nobody {at}").replace(' ', "-"), PASSWORD);
        assert_eq!(reply.status, 401, "{reply:?}");
    }
    let right = from(&browser, "2001:db8::ffff", "anna@lab.example", PASSWORD);
    assert!(waits(&right), "{right:?}");
    assert_eq!(from(&browser, "2001:db8:0:1::1", "anna@lab.example", PASSWORD).status, 200, "another address");
}

#[test]
fn nobody_is_believed_who_is_no_front() {
    let lab = Lab::open();
    let mut anna = owner(&lab);
    let browser = Browser::at(&lab.url);
    assert_eq!(from(&browser, "192.0.2.1", "anna@lab.example", PASSWORD).status, 200);
    assert!(anna.list("/v1/sessions").iter().all(|session| session["address"] == "127.0.0.1"));
    for at in 0..20 {
        assert_eq!(from(&browser, &format!("192.0.2.{at}"), &format!("nobody-{at}"), PASSWORD).status, 401);
    }
    assert!(waits(&from(&browser, "192.0.2.99", "anna@lab.example", PASSWORD)));
}
