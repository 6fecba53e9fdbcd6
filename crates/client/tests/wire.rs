//! Single requests on a line that is not to be trusted: retries, events, downloads.

mod common;

use client::api::BatchId;
use client::download::{self, Folder};
use client::follow::follow;
use client::{Cause, Failure, Journal};
use common::{Reply, Server, client, json, problem};
use serde_json::{Value, json as value};
use std::fs;
use std::path::Path;

fn batch_id() -> BatchId {
    "bat_1".parse().unwrap()
}

fn standing(state: &str) -> Reply {
    let totals = value!({ "found": 2, "succeeded": 2, "failed": 0, "cancelled": 0, "remaining": 0, "running": 0 });
    json(200, value!({ "id": "bat_1", "recipe": "web", "state": state, "totals": totals }))
}

#[test]
fn what_passes_is_tried_again_and_what_does_not_is_told() {
    let mut replies = vec![
        Reply::Break,
        problem(503, "unavailable", "the store does not answer"),
        Reply::Answer(429, vec![("retry-after", "1".into())], b"slow down".to_vec()),
        Reply::Cut(b"{\"a\":1}".to_vec(), 3),
        json(200, value!({})),
    ];
    let server =
        Server::start(
            move |_| if replies.is_empty() { problem(401, "unauthenticated", "who?") } else { replies.remove(0) },
        );
    let client = client(&server.url, 5);
    client.check_key().unwrap();
    assert_eq!(server.count("GET", "/v1/limits"), 5);
    let failure = client.check_key().unwrap_err();
    assert_eq!((failure.cause.why().as_str(), failure.cause.status()), ("who?", Some(401)));
    assert_eq!(server.count("GET", "/v1/limits"), 6, "a key does not get better by waiting");
}

#[test]
fn a_token_is_never_sent_twice_by_itself() {
    let server = Server::start(|_| Reply::Break);
    assert!(client(&server.url, 5).set_up("token").is_err());
    assert_eq!(server.count("POST", "/v1/setup"), 1);
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_| json(200, value!({})));
    let to = elsewhere.url.clone();
    let server = Server::start(move |_| Reply::Answer(302, vec![("location", to.clone())], vec![]));
    let failure = client(&server.url, 3).check_key().unwrap_err();
    assert!(matches!(failure.cause, Cause::Strange(ref why) if why.contains(&elsewhere.url)), "{failure}");
    assert_eq!(elsewhere.count("GET", "/"), 0);
}

#[test]
fn a_stream_that_breaks_goes_on_behind_the_last_event() {
    let mut streams = [
        "id: 1\nevent: task.succeeded\ndata: {}\n\nid: 2\nevent: task.succ",
        ":\n\nid: 7\nevent: batch.closed\ndata: {}\n\n",
    ]
    .into_iter();
    let mut looks = 0;
    let server = Server::start(move |request| {
        if request.path.ends_with("/events") {
            return Reply::Events(streams.next().unwrap().into());
        }
        looks += 1;
        standing(if looks < 3 { "sealed" } else { "closed" })
    });
    let batch = follow(&client(&server.url, 1), &batch_id(), &|_| {}).unwrap();
    assert!(batch.is_complete());
    let seen = server.seen.lock().unwrap();
    let last: Vec<_> =
        seen.iter().filter(|r| r.path.ends_with("/events")).map(|r| r.headers.get("last-event-id")).collect();
    assert_eq!(last, [None, Some(&"1".to_owned())]);
}

#[test]
fn a_batch_is_followed_without_events_too() {
    let mut looks = 0;
    let server = Server::start(move |request| {
        if request.path.ends_with("/events") {
            return problem(404, "not-found", "what events?");
        }
        looks += 1;
        standing(if looks < 4 { "sealed" } else { "closed" })
    });
    assert!(follow(&client(&server.url, 1), &batch_id(), &|_| {}).unwrap().is_complete());
    assert_eq!(server.count("GET", "/v1/batches/bat_1/events"), 3);
}

/// Downloads from a server that lists `paths`, each for the bytes `picture`, and answers their links by `links`.
fn fetch(
    out: &Path,
    force: bool,
    paths: &'static [&'static str],
    mut links: impl FnMut(&str) -> Reply + Send + 'static,
) -> (Result<(usize, Vec<Failure>), Failure>, Server) {
    let server = Server::start(move |request| {
        let Some(("", at)) = request.path.split_once("/made/") else {
            let url = format!("http://{}/made/", request.headers["host"]);
            let item = |path: &&str| {
                value!({ "task": "tsk_1", "rendition": path, "path": path, "size": 7,
                "crc32": format!("{:08x}", crc32fast::hash(b"picture")), "url": format!("{url}{}", path.replace('/', "_")) })
            };
            return json(200, value!({ "items": paths.iter().map(item).collect::<Vec<Value>>() }));
        };
        links(at)
    });
    let journal = Journal::open(&out.join(".rawmill"), "same").unwrap();
    let into = Folder { out, journal: &journal, force, connections: 2 };
    (download::fetch(&client(&server.url, 3), &batch_id(), into, &|_| {}), server)
}

fn picture(bytes: &str) -> Reply {
    Reply::Answer(200, vec![], bytes.as_bytes().to_vec())
}

#[test]
fn a_path_that_leads_out_is_refused_and_the_rest_comes() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let paths = &["../evil.jpg", "/tmp/rawmill-evil.jpg", "a/../../evil.jpg", ".rawmill/push.jsonl", "fine.jpg"];
    let (result, server) = fetch(&out, true, paths, |_| picture("picture"));
    let (count, failures) = result.unwrap();
    assert_eq!((count, failures.len(), server.count("GET", "/made")), (1, 4, 1));
    assert_eq!(fs::read_to_string(out.join("fine.jpg")).unwrap(), "picture");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_arrives_damaged_is_fetched_again_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut tries = 0;
    let (result, server) = fetch(folder.path(), false, &["a.jpg"], move |_| {
        tries += 1;
        picture(if tries < 3 { "pictuer" } else { "picture" })
    });
    assert_eq!((result.unwrap().0, server.count("GET", "/made")), (1, 3));
    let (result, server) = fetch(folder.path(), false, &["b.jpg"], |_| picture("pictures"));
    let (count, failures) = result.unwrap();
    assert_eq!((count, server.count("GET", "/made")), (0, 3));
    assert!(failures[0].to_string().starts_with("cannot fetch `b.jpg`: it arrives damaged"), "{}", failures[0]);
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".rawmill", "a.jpg"], "nothing unfinished stays");
}

#[test]
fn a_link_that_ends_is_asked_for_again_and_a_cut_answer_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut replies =
        vec![problem(403, "forbidden", "the link has ended"), Reply::Cut(b"picture".to_vec(), 4), picture("picture")];
    let (result, server) = fetch(folder.path(), false, &["a.jpg"], move |_| replies.remove(0));
    assert_eq!(result.unwrap().0, 1);
    assert_eq!((server.count("GET", "/made"), server.count("GET", "/v1/batches/bat_1/renditions")), (3, 2));
}

#[test]
fn a_file_of_somebody_else_stays_unless_forced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jpg"), "precious").unwrap();
    fs::write(folder.path().join("same.jpg"), "picture").unwrap();
    let (result, server) = fetch(folder.path(), false, &["a.jpg", "same.jpg"], |_| picture("picture"));
    let (count, failures) = result.unwrap();
    assert_eq!((count, failures.len(), server.count("GET", "/made")), (1, 1, 0));
    assert_eq!(fs::read_to_string(folder.path().join("a.jpg")).unwrap(), "precious");
    let (result, _) = fetch(folder.path(), true, &["a.jpg"], |_| picture("picture"));
    assert_eq!((result.unwrap().0, fs::read_to_string(folder.path().join("a.jpg")).unwrap().as_str()), (1, "picture"));
}

#[test]
fn two_renditions_at_one_path_do_not_replace_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (result, server) = fetch(folder.path(), false, &["a.jpg", "a.jpg"], |_| picture("picture"));
    let (count, failures) = result.unwrap();
    assert_eq!((count, failures.len(), server.count("GET", "/made")), (1, 1, 1));
}
