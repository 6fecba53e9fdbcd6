//! Two web servers that share a Redis, which hangs, forgets and dies meanwhile.

use super::lab::Lab;
use super::{by_the_mill, events, photos, renditions, submit};
use serde_json::{Value, json};
use servers::Redis;

fn open(redis: &Redis, lines: &str) -> Lab {
    Lab::open_with(&format!("{lines}\n[redis]\nurl = \"{}\"\n", redis.url()))
}

/// Calls what talks to one server, at another.
fn at<T>(lab: &mut Lab, url: &str, ask: impl FnOnce(&Lab) -> T) -> T {
    let own = std::mem::replace(&mut lab.url, url.to_owned());
    let answer = ask(lab);
    lab.url = own;
    answer
}

#[test]
fn a_limit_holds_over_both() {
    let redis = Redis::start();
    let mut lab = open(&redis, "[limits]\nbatches_per_min = 0.001\nbatch_burst = 4");
    let (_other, url) = lab.another(&["--role", "web"]);
    // Refused for its photo, but counted.
    let order = json!({ "recipe": { "name": "web" }, "photos": ["pho_1"] });
    let ask = |lab: &Lab| lab.post("/v1/batches", order.clone()).0;
    let answers: Vec<_> = (0..4).map(|n| if n % 2 == 0 { ask(&lab) } else { at(&mut lab, &url, ask) }).collect();
    assert!(!answers.contains(&429), "{answers:?}");
    assert_eq!((ask(&lab), at(&mut lab, &url, ask)), (429, 429));
    // Alone, each goes on with what it has not given yet: no error, and not open.
    redis.kill();
    let alone: Vec<_> = (0..6).map(|_| ask(&lab)).collect();
    assert_eq!(alone.iter().filter(|status| **status == 429).count(), 4, "{alone:?}");
}

#[test]
fn a_batch_does_not_mind_what_becomes_of_redis() {
    let redis = Redis::start();
    let mut lab = open(&redis, "");
    let (_other, url) = lab.another(&["--role", "web"]);
    let batch = submit(&lab);
    redis.freeze();
    let path = format!("/v1/batches/{batch}");
    assert_eq!(at(&mut lab, &url, |lab| lab.get(&path)).0, 200);
    redis.thaw();
    let told = at(&mut lab, &url, |lab| events(lab, &batch, "0"));
    assert_eq!(told.len(), 6, "{told:?}");
    redis.flush();
    let over = at(&mut lab, &url, |lab| lab.wait(&batch));
    assert_eq!((over["totals"]["succeeded"].as_u64(), over["totals"]["failed"].as_u64()), (Some(3), Some(1)));
    redis.kill();
    assert_eq!(lab.get(&path).1, over, "the ledger's answer is the same");
    redis.revive();
    assert!(renditions(&lab, &batch) == by_the_mill());
    assert_eq!(lab.get("/v1/recipes/web/versions/1").1["version"], 1);
}

#[test]
fn what_is_kept_is_told_to_nobody_else_and_not_after_a_change() {
    let redis = Redis::start();
    let mut lab = open(&redis, "");
    let (_other, url) = lab.another(&["--role", "web"]);
    let batch = submit(&lab);
    lab.wait(&batch);
    let path = format!("/v1/batches/{batch}");
    let kept = || redis.tell(&format!("EXISTS rawmill:answer:1:batch:{}", batch.strip_prefix("bat_").unwrap()));
    let first = lab.get(&path);
    assert_eq!((first.0, kept().as_str()), (200, ":1"));
    assert_eq!(at(&mut lab, &url, |lab| lab.get(&path)), first);
    lab.admin(&["tenant", "other"]);
    let key = lab.admin(&["key", "other"]).trim().to_owned();
    let own = std::mem::replace(&mut lab.key, key);
    assert_eq!(lab.get(&path).0, 404, "it is another tenant's");
    lab.key = own;
    // Changed at one, asked at the other: never what was.
    let redriven = lab.post(&format!("{path}/redrive"), Value::Null);
    assert_eq!(redriven.0, 202, "{redriven:?}");
    let state = |lab: &Lab| lab.get(&path).1;
    let now = at(&mut lab, &url, state);
    assert!(now["state"] == "sealed" || now["last_event"].as_u64() > first.1["last_event"].as_u64(), "{now}");
    lab.wait(&batch);
    assert_eq!(lab.delete(&path).0, 204);
    assert_eq!(at(&mut lab, &url, |lab| lab.get(&path)).0, 404);
    assert_eq!(photos().len(), 3);
}
