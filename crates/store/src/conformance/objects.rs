//! Objects that come in one piece.

use super::{body_of, broken, content, key, keys, put, read};
use crate::*;
use futures_util::StreamExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Larger than any block, and no multiple of one.
const LARGE: usize = 1_234_567;

pub(super) async fn an_object_comes_back_as_it_went_in(store: &impl Store) {
    for (seed, size) in [0, 1, 4_096, LARGE].into_iter().enumerate() {
        let (at, bytes) = (format!("b1/t{seed}"), content(seed as u64, size));
        let head = put(store, &at, &bytes).await;
        assert_eq!(head.size, size as u64);
        assert_eq!(store.head(&key(&at)).await.unwrap(), head, "{at}");
        let Object { head: read, body } = store.get(&key(&at), None).await.unwrap();
        assert_eq!(read, head);
        assert!(body::collect(body).await.unwrap() == bytes, "{size} bytes came back as others");
    }
}

pub(super) async fn a_range_is_cut_out(store: &impl Store) {
    let (at, bytes, size) = (key("a"), content(1, LARGE), LARGE as u64);
    put(store, "a", &bytes).await;
    for range in [0..1, 0..size, 5..300_000, size - 1..size] {
        let Object { head, body } = store.get(&at, Some(range.clone())).await.unwrap();
        assert_eq!(head.size, size, "the head is that of the whole object");
        let cut = &bytes[range.start as usize..range.end as usize];
        assert!(body::collect(body).await.unwrap() == cut, "{range:?}");
    }
    #[expect(clippy::reversed_empty_ranges)]
    for range in [0..0, 3..2, size..size + 1, 0..size + 1, u64::MAX - 1..u64::MAX] {
        let error = store.get(&at, Some(range.clone())).await.unwrap_err();
        assert!(matches!(error, StoreError::Range { size: s, .. } if s == size), "{range:?}: {error}");
    }
}

pub(super) async fn what_is_missing_is_not_found(store: &impl Store) {
    put(store, "a/b/c", b"there").await;
    for missing in ["a", "a/b", "a/b/c/d", "a/b/d", "b"] {
        let missing = key(missing);
        assert_eq!(store.head(&missing).await.unwrap_err().kind(), Kind::NotFound, "{missing}");
        assert_eq!(store.get(&missing, None).await.unwrap_err().kind(), Kind::NotFound, "{missing}");
        assert_eq!(store.local_file(&missing).await.unwrap_err().kind(), Kind::NotFound, "{missing}");
        store.delete(&missing).await.unwrap();
    }
    assert_eq!(read(store, &key("a/b/c")).await, b"there");
    store.delete(&key("a/b/c")).await.unwrap();
    store.delete(&key("a/b/c")).await.unwrap();
    assert_eq!(keys(store).await, [""; 0]);
}

pub(super) async fn replacing_changes_the_tag(store: &impl Store) {
    let mut seen = Vec::new();
    for seed in 0..20 {
        let head = put(store, "a", &content(seed, 1_000)).await;
        assert!(!seen.contains(&head.etag), "{} came back", head.etag);
        assert_eq!(store.head(&key("a")).await.unwrap().etag, head.etag);
        assert_eq!(ETag::parse(&head.etag.to_string()).unwrap(), head.etag);
        seen.push(head.etag);
    }
}

pub(super) async fn a_reader_keeps_what_it_began(store: &impl Store) {
    let (at, old) = (key("a"), content(1, LARGE));
    put(store, "a", &old).await;
    let [replaced, deleted] = [store.get(&at, None).await.unwrap(), store.get(&at, None).await.unwrap()];
    put(store, "a", &content(2, LARGE)).await;
    assert!(body::collect(replaced.body).await.unwrap() == old);
    store.delete(&at).await.unwrap();
    assert!(body::collect(deleted.body).await.unwrap() == old);
}

pub(super) async fn a_broken_body_leaves_nothing(store: &impl Store) {
    let error = store.put(&key("a"), broken(&content(1, LARGE))).await.unwrap_err();
    assert!(matches!(error, StoreError::Body(_)), "{error}");
    assert_eq!(keys(store).await, [""; 0]);
    put(store, "a", b"old").await;
    store.put(&key("a"), broken(&content(1, LARGE))).await.unwrap_err();
    assert_eq!(read(store, &key("a")).await, b"old");
}

/// A path for a file that only this call has.
fn scratch() -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("store-conformance-{}-{count}", std::process::id()))
}

pub(super) async fn a_file_is_taken(store: &impl Store) {
    let (path, bytes) = (scratch(), content(3, LARGE));
    std::fs::write(&path, &bytes).unwrap();
    let head = store.put_file(&key("b/taken"), &path).await.unwrap();
    assert!(!path.exists(), "the file is still there");
    assert_eq!(store.head(&key("b/taken")).await.unwrap(), head);
    assert!(read(store, &key("b/taken")).await == bytes);
    let missing = store.put_file(&key("b/missing"), &path).await.unwrap_err();
    assert_eq!(missing.kind(), Kind::Environment, "{missing}");
    assert_eq!(keys(store).await, ["b/taken"]);
}

pub(super) async fn an_object_is_fetched_into_a_new_file(store: &impl Store) {
    let (to, bytes) = (scratch(), content(4, LARGE));
    let head = put(store, "a", &bytes).await;
    assert_eq!(store.fetch(&key("b"), &to).await.unwrap_err().kind(), Kind::NotFound);
    assert!(!to.exists());
    assert_eq!(store.fetch(&key("a"), &to).await.unwrap(), head);
    assert!(std::fs::read(&to).unwrap() == bytes);
    let taken = store.fetch(&key("a"), &to).await.unwrap_err();
    assert_eq!(taken.kind(), Kind::Environment, "{taken}");
    assert!(std::fs::read(&to).unwrap() == bytes, "a file that was there was harmed");
    if let Some(local) = store.local_file(&key("a")).await.unwrap() {
        assert!(local.is_absolute() && std::fs::read(local).unwrap() == bytes);
    }
    std::fs::remove_file(to).unwrap();
}

/// In the order of their bytes: `-` and `.` come before `/`, digits and letters after it.
const TANGLED: [&str; 9] = ["a", "a-b", "a.b", "a/b", "a/b-c", "a/b.d/x", "a/b/c", "a0", "ab"];

pub(super) async fn keys_may_lead_into_each_other(store: &impl Store) {
    for at in TANGLED.iter().rev() {
        put(store, at, at.as_bytes()).await;
    }
    assert_eq!(keys(store).await, TANGLED);
    for (gone, at) in TANGLED.iter().enumerate() {
        assert_eq!(read(store, &key(at)).await, at.as_bytes());
        store.delete(&key(at)).await.unwrap();
        assert_eq!(keys(store).await, TANGLED[gone + 1..]);
    }
}

pub(super) async fn a_list_is_in_order_and_paged(store: &impl Store) {
    for at in TANGLED {
        put(store, at, b"").await;
    }
    let list = async |under: Option<&str>, after: Option<&str>, limit| {
        let (under, after) = (under.map(key), after.map(key));
        let found = store.list(under.as_ref(), after.as_ref(), limit).await.unwrap();
        found.into_iter().map(|entry| entry.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(Some("a"), None, 99).await, TANGLED[3..7]);
    assert_eq!(list(Some("a/b"), None, 99).await, ["a/b/c"]);
    assert_eq!(list(Some("a/b/c"), None, 99).await, [""; 0]);
    assert_eq!(list(Some("a"), Some("a/b-c"), 1).await, ["a/b.d/x"]);
    assert_eq!(list(Some("a"), Some("zz"), 9).await, [""; 0]);
    assert_eq!(list(None, Some("a/b.d"), 2).await, ["a/b.d/x", "a/b/c"], "`after` need not exist");
    assert_eq!(list(None, None, 0).await, [""; 0]);
    let (mut paged, mut page) = (Vec::new(), list(None, None, 2).await);
    while let Some(last) = page.last().cloned() {
        assert!(page.len() <= 2);
        paged.append(&mut page);
        page = list(None, Some(&last), 2).await;
    }
    assert_eq!(paged, TANGLED);
    let entries = store.list(None, None, 1).await.unwrap();
    assert_eq!(entries[0].head, store.head(&key("a")).await.unwrap());
}

pub(super) async fn age_is_counted_from_publishing(store: &impl Store) {
    let (path, day) = (scratch(), std::time::Duration::from_secs(86_400));
    let before = std::time::SystemTime::now();
    std::fs::write(&path, "old").unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(before - 30 * day).unwrap();
    let file = store.put_file(&key("file"), &path).await.unwrap();
    let bytes = store.put(&key("bytes"), body_of(b"new")).await.unwrap();
    for head in [file, bytes] {
        // A bucket's clock is its own; a day off would be wrong, though.
        let (low, high) = (Timestamp::from(before - day), Timestamp::from(before + day));
        assert!(low < head.modified && head.modified < high, "an object published now is of {:?}", head.modified);
    }
    let mut body = store.get(&key("bytes"), None).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap(), "new");
}
