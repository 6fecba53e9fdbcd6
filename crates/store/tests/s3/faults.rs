//! What goes wrong between us and a bucket: whatever it is, objects are whole and answers are right.

use super::common::{credentials, fresh, options, proxy};
use servers::{Action, Fault, Proxy};
use std::time::Duration;
use store::conformance::{body_of, content, key};
use store::*;

/// More than one part of the house.
const LARGE: usize = 9 << 20;

const ALWAYS: Timestamp = Timestamp(i64::MAX);

/// As good as for ever.
const STALL: Action = Action::Delay { ms: 600_000 };

fn slow_down() -> Action {
    Action::Status { status: 503, code: "SlowDown".into() }
}

/// A store that waits a second for an answer.
fn impatient(proxy: &Proxy, patience: Duration) -> S3 {
    let mut options = options(&proxy.url());
    options.timeout = Duration::from_secs(1);
    options.patience = patience;
    S3::new(options, credentials()).unwrap()
}

fn part(number: u32, bytes: &[u8]) -> Part {
    Part { number: PartNumber::new(number).unwrap(), size: bytes.len() as u64, sha256: None }
}

async fn put_part(store: &S3, upload: &Upload, number: u32, bytes: &[u8]) -> PartTag {
    store.put_part(upload, &part(number, bytes), body_of(bytes)).await.unwrap()
}

async fn read(store: &S3, at: &Key) -> Vec<u8> {
    body::collect(store.get(at, None).await.unwrap().body).await.unwrap()
}

/// All that a worker and a web server do with objects.
async fn go_through_it(store: &S3, name: &str) {
    let (small, large) = (content(1, 70_000), content(2, LARGE));
    let [first, second, third] = ["small", "large", "parts"].map(|end| key(&format!("{name}/{end}")));
    let head = store.put(&first, body_of(&small)).await.unwrap();
    assert_eq!(store.head(&first).await.unwrap(), head, "{name}");
    let head = store.put(&second, body_of(&large)).await.unwrap();
    assert_eq!((head.size, store.head(&second).await.unwrap()), (LARGE as u64, head), "{name}");
    assert!(read(store, &first).await == small && read(store, &second).await == large, "{name}: other bytes");
    let upload = store.begin(&third).await.unwrap();
    let tags = [put_part(store, &upload, 1, &small).await];
    let head = store.complete(&upload, &tags).await.unwrap();
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), head, "{name}");
    assert!(read(store, &third).await == small, "{name}: other bytes");
    assert_eq!(store.list(Some(&key(name)), None, 9).await.unwrap().len(), 3, "{name}");
    store.delete(&first).await.unwrap();
}

#[tokio::test]
async fn what_passes_is_borne() {
    let proxy = proxy();
    let store = impatient(&proxy, Duration::from_secs(60));
    let cases = [
        ("busy", slow_down()),
        ("broken", Action::Status { status: 500, code: "InternalError".into() }),
        ("reset", Action::Reset { after: 0 }),
        ("reset-in-the-body", Action::Reset { after: 30_000 }),
        ("truncated", Action::Truncate { after: 20_000 }),
        ("cut", Action::Truncate { after: 0 }),
        ("silent", STALL),
    ];
    for (name, action) in cases {
        for (method, times) in [("PUT", 2), ("GET", 2), ("POST", 1), ("HEAD", 1), ("DELETE", 1)] {
            proxy.fault(Fault::times(&format!("{method} "), times, action.clone()));
        }
        let before = proxy.count("faults");
        go_through_it(&store, name).await;
        assert_eq!(proxy.count("faults"), before + 7, "{name} did not befall all");
        proxy.clear();
    }
    assert_eq!(proxy.count("denied"), 0);
}

#[tokio::test]
async fn a_bucket_that_is_bad_for_a_while_is_waited_for_in_the_middle() {
    let proxy = proxy();
    let store = impatient(&proxy, Duration::from_secs(60));
    let bytes = content(3, LARGE);
    for action in
        [slow_down(), Action::Delay { ms: 400 }, Action::Reset { after: 9_000 }, Action::Truncate { after: 9 }]
    {
        // The first requests pass; the others meet it until its time is over.
        let fault = Fault { skip: 2, for_ms: Some(1_500), ..Fault::always("", action.clone()) };
        proxy.fault(fault.clone());
        let before = proxy.count("faults");
        let head = store.put(&key("a"), body_of(&bytes)).await.unwrap();
        assert!(proxy.count("faults") > before, "{action:?} befell no upload");
        proxy.clear();
        assert_eq!((head.size, &head), (LARGE as u64, &store.head(&key("a")).await.unwrap()), "{action:?}");
        proxy.fault(Fault::times("GET ", 1, Action::Truncate { after: 3_000_000 }));
        proxy.fault(Fault { skip: 0, ..fault });
        let before = proxy.count("faults");
        assert!(read(&store, &key("a")).await == bytes, "{action:?}: other bytes");
        assert!(proxy.count("faults") > before + 1, "{action:?} befell no reader");
        proxy.clear();
    }
    assert_eq!((store.uploads(ALWAYS).await.unwrap(), proxy.count("denied")), (vec![], 0));
}

#[tokio::test]
async fn an_answer_that_is_lost_changes_nothing() {
    let proxy = proxy();
    let store = impatient(&proxy, Duration::from_secs(60));
    for (method, times) in [("PUT ", 3), ("HEAD ", 1), ("DELETE ", 1)] {
        proxy.fault(Fault::times(method, times, Action::Lose));
    }
    go_through_it(&store, "lost").await;
    // The completion was done, and nobody heard of it: of a customer's upload, and of our own.
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [put_part(&store, &upload, 1, b"one").await];
    proxy.fault(Fault::times("POST ", 2, Action::Lose));
    let head = store.complete(&upload, &tags).await.unwrap();
    assert_eq!(store.head(&key("u")).await.unwrap(), head);
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), head);
    proxy.clear();
    proxy.fault(Fault { skip: 1, ..Fault::times("POST ", 1, Action::Lose) });
    let bytes = content(5, LARGE);
    let head = store.put(&key("large"), body_of(&bytes)).await.unwrap();
    assert_eq!(store.head(&key("large")).await.unwrap(), head);
    assert!(read(&store, &key("large")).await == bytes);
}

#[tokio::test]
async fn an_error_in_a_good_answer_is_none() {
    let proxy = proxy();
    let store = fresh(&proxy);
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [put_part(&store, &upload, 1, b"one").await];
    proxy.fault(Fault::times("POST ", 2, Action::HiddenError { code: "InternalError".into() }));
    let head = store.complete(&upload, &tags).await.unwrap();
    assert_eq!(head.size, 3);
    assert_eq!(store.head(&key("u")).await.unwrap(), head);
    let upload = store.begin(&key("v")).await.unwrap();
    let tags = [put_part(&store, &upload, 1, b"one").await];
    proxy.fault(Fault::always("POST ", Action::HiddenError { code: "AccessDenied".into() }));
    let error = store.complete(&upload, &tags).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment, "{error}");
    assert_eq!(store.head(&key("v")).await.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_completion_whose_record_is_missing_is_found_by_the_object() {
    let proxy = proxy();
    let store = impatient(&proxy, Duration::from_millis(500));
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [put_part(&store, &upload, 1, b"one").await, put_part(&store, &upload, 2, b"two").await];
    proxy.fault(Fault::always("%2Bdone", slow_down()));
    let error = store.complete(&upload, &tags).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment, "{error}");
    proxy.clear();
    let other = store.complete(&upload, &tags[..1]).await.unwrap_err();
    assert_eq!(other.kind(), Kind::Conflict, "{other}");
    let head = store.complete(&upload, &tags).await.unwrap();
    store.put(&key("u"), body_of(b"another")).await.unwrap();
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), head, "now it is written down");
}

#[tokio::test]
async fn patience_ends_and_nothing_is_there() {
    let proxy = proxy();
    let store = impatient(&proxy, Duration::from_millis(700));
    store.put(&key("a"), body_of(b"old")).await.unwrap();
    for action in [slow_down(), Action::Reset { after: 0 }, STALL] {
        proxy.fault(Fault::always("PUT ", action));
        for bytes in [content(1, 500), content(1, LARGE)] {
            let error = store.put(&key("a"), body_of(&bytes)).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Environment, "{error}");
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert!(error.to_string().contains("s3://test-") && !source.is_empty(), "{error}: {source}");
        }
        proxy.clear();
        assert_eq!(read(&store, &key("a")).await, b"old");
    }
    assert_eq!(store.uploads(ALWAYS).await.unwrap(), [], "what was begun was aborted");
}

#[tokio::test]
async fn a_reader_who_is_cut_off_goes_on_with_the_same_object_or_not_at_all() {
    let proxy = proxy();
    let store = fresh(&proxy);
    let (old, new) = (content(1, 900_000), content(2, 900_000));
    store.put(&key("a"), body_of(&old)).await.unwrap();
    proxy.fault(Fault::times("GET ", 3, Action::Truncate { after: 250_000 }));
    assert!(read(&store, &key("a")).await == old, "put together from four answers");
    assert_eq!(proxy.count("GET"), 4);
    proxy.fault(Fault::times("GET ", 1, Action::Truncate { after: 250_000 }));
    let reader = store.get(&key("a"), None).await.unwrap();
    store.put(&key("a"), body_of(&new)).await.unwrap();
    body::collect(reader.body).await.unwrap_err();
    let folder = tempfile::TempDir::new().unwrap();
    let to = folder.path().join("a");
    proxy.fault(Fault::times("GET ", 2, Action::Truncate { after: 100 }));
    store.fetch(&key("a"), &to).await.unwrap();
    assert!(std::fs::read(to).unwrap() == new);
}

/// Whether the second part of an object of ours has been asked for.
fn is_in_the_middle(proxy: &Proxy) -> bool {
    proxy.requests().iter().any(|line| line.contains("partNumber=2"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_waits_for_leaves_nothing() {
    let proxy = proxy();
    let (store, at) = (fresh(&proxy), key("a"));
    proxy.fault(Fault::always("partNumber=2", STALL));
    let put = store.put(&at, body_of(&content(1, LARGE)));
    let begun = async {
        while !is_in_the_middle(&proxy) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = put => panic!("it cannot end"),
        () = begun => {}
    }
    while !store.uploads(ALWAYS).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(store.head(&at).await.unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn what_a_killed_process_left_is_swept_and_no_more() {
    let proxy = proxy();
    let store = fresh(&proxy);
    proxy.fault(Fault::always("partNumber=2", STALL));
    // A runtime that is dropped runs nothing to its end: as good as a kill.
    let killed = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let theirs = store.clone();
    killed.spawn(async move { theirs.put(&key("a"), body_of(&content(1, LARGE))).await });
    while !is_in_the_middle(&proxy) {
        std::thread::sleep(Duration::from_millis(5));
    }
    killed.shutdown_background();
    // The same bucket, by connections of another runtime.
    let store = S3::new(store.options().clone(), credentials()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let customers = store.begin(&key("b")).await.unwrap();
        assert_eq!(store.uploads(ALWAYS).await.unwrap().len(), 2);
        assert_eq!(store.sweep(Timestamp(0)).await.unwrap(), 0);
        assert_eq!(store.sweep(ALWAYS).await.unwrap(), 1);
        let left = store.uploads(ALWAYS).await.unwrap();
        assert_eq!(left.iter().map(|unfinished| &unfinished.upload).collect::<Vec<_>>(), [&customers]);
        assert_eq!(store.list(None, None, 9).await.unwrap(), []);
    });
}

#[tokio::test]
async fn a_missing_bucket_is_the_houses_affair() {
    let proxy = proxy();
    let mut options = options(&proxy.url());
    options.bucket = "nobody-made-this".into();
    let store = S3::new(options, credentials()).unwrap();
    for error in [
        store.head(&key("a")).await.unwrap_err(),
        store.get(&key("a"), None).await.unwrap_err(),
        store.put(&key("a"), body_of(b"a")).await.unwrap_err(),
        store.list(None, None, 1).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), Kind::Environment, "{error}");
    }
    let mut nowhere = store.options().clone();
    nowhere.endpoint = url::Url::parse("http://127.0.0.1:1").ok();
    nowhere.patience = Duration::from_millis(300);
    let store = S3::new(nowhere, credentials()).unwrap();
    let error = store.head(&key("a")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment, "{error}");
}
