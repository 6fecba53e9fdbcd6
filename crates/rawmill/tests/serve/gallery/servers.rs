//! Several web servers: what is decided at one is true at the others at the next request, whatever engines they share.

use super::*;
use crate::fleet::Engines;
use ::servers::Postgres;

fn at_once(lab: &Lab) {
    let (_process, url) = lab.another(&["--role", "web"]);
    let batch = develop(lab, 1);
    let task = &tasks(lab, &batch, "succeeded")[0];
    let (id, gallery) = share(lab, &batch, json!({ "passcode": "six ch" }));
    let mut here = Guest::at(&lab.url);
    let there = || Guest::at(&url);
    assert_eq!(here.say(&gallery, "six ch").status, 204);
    let there = Guest { cookie: here.cookie.clone(), ..there() };
    let ways = ["", "/picture", "/files/web"].map(|way| format!("{gallery}/{task}{way}"));
    assert_eq!(ways.each_ref().map(|way| there.fetch(way).status), [200; 3], "the cookie is good at both");
    let ticket = here.send("POST", &format!("{gallery}/zip"), Some(json!({})), &[]).json();
    let follow = format!("{gallery}/zip/{}", ticket["id"].as_str().unwrap());
    assert_eq!(there.send("GET", &follow, None, &[]).status, 200, "so is the ticket");
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}/shares/{id}")).0, 204);
    assert_eq!(ways.each_ref().map(|way| there.fetch(way).status), [404; 3]);
    assert_eq!(there.send("GET", &follow, None, &[]).status, 404);
}

#[test]
fn what_is_revoked_at_one_is_gone_at_the_other() {
    at_once(&Lab::open());
}

#[test]
fn in_postgres_too_and_time_ends_it() {
    let postgres = Postgres::start();
    postgres.create("rawmill");
    let lab = Lab::open_with(&format!("[ledger]\nurl = \"{}\"\n", postgres.url("rawmill")));
    at_once(&lab);
    let batch = develop(&lab, 1);
    let (id, gallery) = share(&lab, &batch, json!({ "expires_in_days": 1 }));
    let guest = Guest::at(&lab.url);
    let in_a_day = "SELECT expires - created FROM share ORDER BY id DESC LIMIT 1";
    assert_eq!((guest.look(&gallery).status, postgres.sql("rawmill", in_a_day).trim()), (200, "86400000"));
    postgres.sql("rawmill", "UPDATE share SET expires = expires - 86400000");
    assert_eq!(guest.look(&gallery).status, 404);
    let (_, listed) = lab.get(&format!("/v1/batches/{batch}/shares"));
    let one = &listed["items"][0];
    assert_eq!((&one["id"], &one["good"], one.get("revoked")), (&json!(id), &json!(false), None), "{listed}");
    assert_eq!(
        postgres.sql("rawmill", "SELECT count(*) FROM share WHERE hash LIKE '%-%' OR length(hash) <> 64").trim(),
        "0"
    );
    // Somebody made a link at the moment at which its batch was removed.
    let (_, left) = share(&lab, &batch, json!({}));
    postgres.sql("rawmill", "UPDATE share SET batch = 99 WHERE id = (SELECT max(id) FROM share)");
    let answers = [&left, &gallery].map(|path| guest.fetch(&format!("{path}/tsk_1/picture")).text());
    assert!(answers[0] == answers[1] && guest.look(&left).status == 404, "{answers:?}");
    postgres.sql("rawmill", "DELETE FROM share WHERE batch = 99");
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    assert_eq!(postgres.sql("rawmill", "SELECT count(*) FROM share").trim(), "1", "they go with their batch");
}

#[test]
fn a_bucket_serves_what_a_worker_has_built() {
    let engines = Engines::start();
    let lab = Lab::open_with(&engines.lines());
    let batch = develop(&lab, 2);
    let (_, gallery) = share(&lab, &batch, json!({ "watermarked_only": true }));
    let guest = Guest::at(&lab.url);
    let got = guest.send("POST", &format!("{gallery}/zip"), Some(json!({})), &[]);
    assert_eq!((got.status, got.json().get("url")), (200, None), "a worker builds it: {}", got.text());
    let zip = guest.zip(&gallery, json!({}));
    assert!(zip.len() == 2 && zip.keys().all(|path| path.ends_with("/proof.jpg")), "{:?}", zip.keys());
    let task = &tasks(&lab, &batch, "succeeded")[0];
    let picture = guest.send("GET", &format!("{gallery}/{task}/picture"), None, &[]);
    let link = picture.header("location");
    assert!(link.starts_with(&engines.bucket.url()) && link.contains("X-Amz-Expires=300&"), "{link}");
    engines.postgres.sql("rawmill", "UPDATE share SET expires = (extract(epoch FROM now()) * 1000)::BIGINT + 90000");
    let near = guest.send("GET", &format!("{gallery}/{task}/picture"), None, &[]);
    let life = near.header("location").split("X-Amz-Expires=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert!((1..=90).contains(&life.parse::<u32>().unwrap()), "no longer than the gallery's own: {life}");
    assert!(guest.look(&gallery).header("content-security-policy").contains(&engines.bucket.url()));
}
