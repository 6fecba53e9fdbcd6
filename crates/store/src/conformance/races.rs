//! Calls at the same time.

use super::{body_of, content, key, keys, part, put, put_part, read};
use crate::*;
use futures_util::future::{join, join_all};
use std::cell::Cell;

const SIZE: usize = 700_000;

pub(super) async fn two_completes_agree(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [put_part(store, &upload, 1, &content(1, SIZE)).await, put_part(store, &upload, 2, b"2").await];
    let heads = join_all((0..8).map(|_| store.complete(&upload, &tags))).await;
    let head = store.head(&key("u")).await.unwrap();
    assert!(heads.into_iter().all(|h| h.unwrap() == head), "one of them published another object");
}

pub(super) async fn a_reader_sees_one_whole_object(store: &impl Store) {
    let versions: Vec<_> = (0..4).map(|seed| content(seed, SIZE + seed as usize)).collect();
    put(store, "a/b", &versions[0]).await;
    let write = async {
        for version in versions.iter().cycle().take(20) {
            put(store, "a/b", version).await;
        }
    };
    let reader = async || {
        for _ in 0..20 {
            let Object { head, body } = store.get(&key("a/b"), None).await.unwrap();
            let bytes = body::collect(body).await.unwrap();
            assert_eq!(head.size, bytes.len() as u64);
            assert!(versions.contains(&bytes), "a mixture of {} bytes", bytes.len());
        }
    };
    join(write, join(reader(), reader())).await;
}

pub(super) async fn an_answer_is_of_one_object(store: &impl Store) {
    let versions: Vec<_> = (1..=4).map(|seed| content(seed, 10_000 * seed as usize)).collect();
    put(store, "a", &versions[0]).await;
    let written = Cell::new(false);
    let write = async {
        for version in versions.iter().cycle().take(40) {
            put(store, "a", version).await;
        }
        written.set(true);
    };
    let reader = async |first: u64| {
        while !written.get() {
            let range = format!("bytes={first}-");
            let conditions = http::Conditions { range: Some(&range), ..Default::default() };
            let (answer, head, body) = http::open(store, &key("a"), &conditions).await.unwrap();
            let bytes = body::collect(body.unwrap_or_else(|| body::bytes(""))).await.unwrap();
            assert_eq!(answer.status(), if first < head.size { 206 } else { 416 });
            let version = versions.iter().find(|v| v.len() as u64 == head.size).unwrap();
            assert!(version.get(first as usize..).unwrap_or_default() == bytes, "bytes of another object");
            tokio::task::yield_now().await;
        }
    };
    join(write, join_all([0, 5_000, 15_000, 35_000].map(reader))).await;
}

pub(super) async fn parts_come_side_by_side(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    // Every number twice: whichever counts, it counts for everybody.
    let bytes = |turn: u64, number: u32| content(turn * 1_000 + u64::from(number), 5_000);
    let send = async |turn, number| put_part(store, &upload, number, &bytes(turn, number)).await;
    join_all((0..2).flat_map(|turn| (1..=40).map(move |number| (turn, number))).map(|(t, n)| send(t, n))).await;
    let tags = store.parts(&upload).await.unwrap();
    assert!(tags.iter().map(|tag| tag.number.get()).eq(1..=40), "{tags:?}");
    store.complete(&upload, &tags).await.unwrap();
    let whole = read(store, &key("u")).await;
    assert_eq!(whole.len(), 40 * 5_000);
    for (number, found) in (1..).zip(whole.chunks(5_000)) {
        assert!((0..2).any(|turn| bytes(turn, number) == found), "part {number} is neither");
    }
}

pub(super) async fn the_end_of_an_upload_is_one(store: &impl Store) {
    for round in 0..10 {
        let at = key(&format!("u{round}"));
        let upload = store.begin(&at).await.unwrap();
        let tags = [put_part(store, &upload, 1, b"first").await];
        let second = part(2, b"late");
        let late = store.put_part(&upload, &second, body_of(b"late"));
        let (completed, (aborted, late)) = join(store.complete(&upload, &tags), join(store.abort(&upload), late)).await;
        aborted.unwrap();
        assert!(late.is_ok() || late.is_err_and(|e| matches!(e, StoreError::NotOpen(_))));
        match completed {
            Ok(head) => assert_eq!(store.head(&at).await.unwrap(), head),
            Err(e) => {
                assert!(matches!(e, StoreError::NotOpen(_)), "{e}");
                assert_eq!(store.head(&at).await.unwrap_err().kind(), Kind::NotFound);
            }
        }
        assert!(store.parts(&upload).await.is_err(), "the upload is still open");
    }
    assert_eq!(store.uploads(Timestamp(i64::MAX)).await.unwrap(), []);
}

pub(super) async fn folders_come_and_go(store: &impl Store) {
    let turn = async |name: &str| {
        for _ in 0..30 {
            put(store, &format!("x/y/{name}"), name.as_bytes()).await;
            store.delete(&key(&format!("x/y/{name}"))).await.unwrap();
        }
        put(store, &format!("x/y/{name}"), name.as_bytes()).await;
    };
    let list = async {
        for _ in 0..60 {
            store.list(Some(&key("x")), None, 9).await.unwrap();
        }
    };
    join(list, join_all(["a", "b", "c"].map(turn))).await;
    assert_eq!(keys(store).await, ["x/y/a", "x/y/b", "x/y/c"]);
}
