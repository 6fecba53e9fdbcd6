//! Objects that come in parts.

use super::{body_of, broken, content, key, keys, part, put, put_part, read};
use crate::*;
use bytes::Bytes;
use futures_util::future::join;
use futures_util::stream;
use tokio::sync::oneshot;

const PART: usize = 300_000;

/// A time that everything in a test is before, or after.
const ALWAYS: Timestamp = Timestamp(i64::MAX);
const NEVER: Timestamp = Timestamp(i64::MIN);

pub(super) async fn parts_become_an_object(store: &impl Store) {
    let upload = store.begin(&key("u/1")).await.unwrap();
    assert_eq!(upload.key, key("u/1"));
    let (one, two) = (content(1, PART), content(2, 7));
    // In any order, and each as soon as it is there.
    let second = put_part(store, &upload, 2, &two).await;
    let first = put_part(store, &upload, 1, &one).await;
    assert_eq!((first.number.get(), first.size), (1, PART as u64));
    assert_eq!(store.parts(&upload).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(keys(store).await, [""; 0], "nothing is published before the end");
    let head = store.complete(&upload, &[first, second]).await.unwrap();
    assert_eq!(head.size, PART as u64 + 7);
    assert_eq!(store.head(&key("u/1")).await.unwrap(), head);
    assert!(read(store, &key("u/1")).await == [one, two].concat());
}

pub(super) async fn many_parts_are_joined_in_order(store: &impl Store) {
    put(store, "u", b"what was there before").await;
    let upload = store.begin(&key("u")).await.unwrap();
    let mut tags = Vec::new();
    for number in 1..=120 {
        tags.push(put_part(store, &upload, number, &content(number.into(), number as usize)).await);
    }
    assert_eq!(read(store, &key("u")).await, b"what was there before");
    store.complete(&upload, &tags).await.unwrap();
    let whole: Vec<u8> = (1..=120).flat_map(|number| content(number, number as usize)).collect();
    assert!(read(store, &key("u")).await == whole);
}

pub(super) async fn an_empty_object_is_one_empty_part(store: &impl Store) {
    let upload = store.begin(&key("empty")).await.unwrap();
    let tag = put_part(store, &upload, 1, b"").await;
    assert_eq!(store.complete(&upload, &[tag]).await.unwrap().size, 0);
    assert_eq!(read(store, &key("empty")).await, b"");
}

pub(super) async fn a_part_is_what_was_announced(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    let (bytes, longer) = (content(1, PART), content(1, PART + 1));
    let good = put_part(store, &upload, 1, &bytes).await;
    let short = store.put_part(&upload, &part(1, &longer), body_of(&bytes)).await.unwrap_err();
    assert!(matches!(short, StoreError::Short { found, .. } if found == PART as u64), "{short}");
    let long = store.put_part(&upload, &part(1, &bytes), body_of(&longer)).await.unwrap_err();
    assert!(matches!(long, StoreError::Long { .. }), "{long}");
    let off = store.put_part(&upload, &part(2, &bytes), broken(&bytes)).await.unwrap_err();
    assert!(matches!(off, StoreError::Body(_)), "{off}");
    let announced = Part { sha256: Some(Sha256::of(&longer)), ..part(1, &bytes) };
    let other = store.put_part(&upload, &announced, body_of(&bytes)).await.unwrap_err();
    assert!(matches!(other, StoreError::Checksum { .. }), "{other}");
    assert!([short, long, off, other].iter().all(|e| e.kind() == Kind::Refused));
    assert_eq!(store.parts(&upload).await.unwrap(), [good], "what was there is not harmed, nothing was added");
    let announced = Part { sha256: Some(Sha256::of(&bytes)), ..part(2, &bytes) };
    store.put_part(&upload, &announced, body_of(&bytes)).await.unwrap();
}

pub(super) async fn a_part_may_come_again(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    let old = put_part(store, &upload, 1, &content(1, 999)).await;
    let second = put_part(store, &upload, 2, b"second").await;
    let mut new = old.clone();
    // More often than one digit counts.
    for seed in 2..14 {
        new = put_part(store, &upload, 1, &content(seed, 999)).await;
        assert_ne!(old.etag, new.etag);
    }
    assert_eq!(store.parts(&upload).await.unwrap(), [new.clone(), second.clone()]);
    let error = store.complete(&upload, &[old, second.clone()]).await.unwrap_err();
    assert!(matches!(error, StoreError::PartDiffers(_)), "{error}");
    store.complete(&upload, &[new, second]).await.unwrap();
    assert!(read(store, &key("u")).await == [content(13, 999), b"second".to_vec()].concat());
}

pub(super) async fn a_wrong_list_completes_nothing(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    let one = put_part(store, &upload, 1, b"one").await;
    let two = put_part(store, &upload, 2, b"two").await;
    let three = put_part(store, &upload, 3, b"three").await;
    let absent = PartTag { number: PartNumber::new(4).unwrap(), ..three.clone() };
    let resized = PartTag { size: 4, ..three.clone() };
    let gaps = [vec![], vec![&two], vec![&one, &three], vec![&two, &one], vec![&one, &one]];
    for list in gaps {
        let list: Vec<_> = list.into_iter().cloned().collect();
        let error = store.complete(&upload, &list).await.unwrap_err();
        assert!(matches!(error, StoreError::PartOrder { .. }), "{list:?}: {error}");
    }
    for last in [resized, PartTag { etag: two.etag.clone(), ..three.clone() }] {
        let error = store.complete(&upload, &[one.clone(), two.clone(), last]).await.unwrap_err();
        assert!(matches!(error, StoreError::PartDiffers(n) if n.get() == 3), "{error}");
    }
    let list = [one.clone(), two.clone(), three, absent];
    let error = store.complete(&upload, &list).await.unwrap_err();
    assert!(matches!(error, StoreError::PartDiffers(n) if n.get() == 4), "{error}");
    assert_eq!(keys(store).await, [""; 0]);
    store.complete(&upload, &[one, two]).await.unwrap();
    assert_eq!(read(store, &key("u")).await, b"onetwo", "what is not listed is dropped");
}

pub(super) async fn completing_twice_is_completing_once(store: &impl Store) {
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [put_part(store, &upload, 1, b"one").await, put_part(store, &upload, 2, b"two").await];
    let head = store.complete(&upload, &tags).await.unwrap();
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), head);
    let other = store.complete(&upload, &tags[..1]).await.unwrap_err();
    assert_eq!(other.kind(), Kind::Conflict, "{other}");
    store.abort(&upload).await.unwrap();
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), head);
    assert_eq!(store.head(&key("u")).await.unwrap(), head, "the object was published once and stays");
}

/// Everything but ending it must be refused.
async fn assert_over(store: &impl Store, upload: &Upload, tag: &PartTag) {
    let again = store.put_part(upload, &part(1, b"late"), body_of(b"late")).await;
    let errors = [again.unwrap_err(), store.parts(upload).await.unwrap_err()];
    let late = PartTag { number: tag.number, size: 4, etag: ETag::parse("late").unwrap() };
    let complete = store.complete(upload, &[late]).await.unwrap_err();
    for error in errors.iter().chain([&complete]) {
        assert!(matches!(error, StoreError::NotOpen(id) if *id == upload.id), "{error}");
    }
    store.abort(upload).await.unwrap();
}

pub(super) async fn no_part_is_taken_after_the_end(store: &impl Store) {
    let [completed, aborted] = [store.begin(&key("a")).await.unwrap(), store.begin(&key("b")).await.unwrap()];
    let tag = put_part(store, &completed, 1, b"in time").await;
    put_part(store, &aborted, 1, b"in time").await;
    store.complete(&completed, std::slice::from_ref(&tag)).await.unwrap();
    store.abort(&aborted).await.unwrap();
    assert_over(store, &completed, &tag).await;
    assert_over(store, &aborted, &tag).await;
    assert_eq!(store.complete(&aborted, std::slice::from_ref(&tag)).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(keys(store).await, ["a"]);
    assert_eq!(read(store, &key("a")).await, b"in time");
}

pub(super) async fn a_part_that_ends_too_late_is_refused(store: &impl Store) {
    for publish in [true, false] {
        let upload = store.begin(&key("u")).await.unwrap();
        let tags = [put_part(store, &upload, 1, b"in time").await];
        let ((begun, began), (end, ended)) = (oneshot::channel(), oneshot::channel());
        let body = stream::once(async {
            begun.send(()).unwrap();
            ended.await.unwrap();
            Ok(Bytes::from("late"))
        });
        let late = part(2, b"late");
        let late = store.put_part(&upload, &late, Box::pin(body));
        let finish = async {
            began.await.unwrap();
            match publish {
                true => drop(store.complete(&upload, &tags).await.unwrap()),
                false => store.abort(&upload).await.unwrap(),
            }
            end.send(()).unwrap();
        };
        let error = join(late, finish).await.0.unwrap_err();
        assert!(matches!(error, StoreError::NotOpen(_)), "{error}");
    }
    assert_eq!(read(store, &key("u")).await, b"in time");
}

pub(super) async fn an_upload_is_known_by_key_and_id(store: &impl Store) {
    let [one, two] = [store.begin(&key("a")).await.unwrap(), store.begin(&key("a")).await.unwrap()];
    assert_ne!(one.id, two.id);
    let tag = put_part(store, &one, 1, b"one").await;
    assert_eq!(store.parts(&two).await.unwrap(), []);
    let elsewhere = Upload { key: key("b"), ..one.clone() };
    let unknown = Upload { id: UploadId::parse("0123456789abcdef").unwrap(), ..one.clone() };
    assert_over(store, &elsewhere, &tag).await;
    assert_over(store, &unknown, &tag).await;
    assert_eq!(store.parts(&one).await.unwrap(), [tag], "aborting another harmed this one");
}

pub(super) async fn open_uploads_are_listed_by_age(store: &impl Store) {
    let mut open = Vec::new();
    for name in ["a", "b", "c", "d"] {
        open.push(store.begin(&key(name)).await.unwrap());
    }
    let tag = put_part(store, &open[0], 1, b"a").await;
    store.complete(&open[0], &[tag]).await.unwrap();
    store.abort(&open[3]).await.unwrap();
    let mut listed = store.uploads(ALWAYS).await.unwrap();
    assert!(listed.is_sorted_by_key(|unfinished| unfinished.begun));
    assert_eq!(store.uploads(listed[0].begun).await.unwrap(), [], "none is older than the oldest");
    listed.sort_by_key(|unfinished| unfinished.upload.key.clone());
    assert!(listed.iter().map(|unfinished| &unfinished.upload).eq(&open[1..3]));
    assert_eq!(store.uploads(NEVER).await.unwrap(), []);
}

pub(super) async fn a_sweep_leaves_what_is_alive(store: &impl Store) {
    let [open, done] = [store.begin(&key("open")).await.unwrap(), store.begin(&key("done")).await.unwrap()];
    let [kept, tag] = [put_part(store, &open, 1, b"kept").await, put_part(store, &done, 1, b"done").await];
    let head = store.complete(&done, std::slice::from_ref(&tag)).await.unwrap();
    assert_eq!(store.sweep(NEVER).await.unwrap(), 0);
    assert_eq!(store.complete(&done, std::slice::from_ref(&tag)).await.unwrap(), head);
    store.sweep(ALWAYS).await.unwrap();
    assert_eq!(store.sweep(ALWAYS).await.unwrap(), 0, "the first left nothing");
    assert_eq!(store.head(&key("done")).await.unwrap(), head);
    assert_eq!(store.parts(&open).await.unwrap(), [kept]);
    assert_over(store, &done, &tag).await;
}
