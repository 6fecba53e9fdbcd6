//! Random histories against a model: maps of bytes, which share no code with the backends.

use super::{body_of, content, key, part, read};
use crate::*;
use std::collections::BTreeMap;

/// One operation of a random history. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    /// Puts an object of this size at the key of this number.
    Put(u8, u16),
    /// Deletes the object at the key of this number.
    Delete(u8),
    /// Reads the bytes from one place to another of the object at the key of this number.
    Get(u8, u16, u16),
    /// Lists under and after the keys of these numbers, if they are even, up to so many.
    List(u8, u8, u8),
    /// Begins an upload to the key of this number.
    Begin(u8),
    /// Sends to an upload a part of this number and size, and so many bytes more or less.
    PutPart(u8, u8, u16, i8),
    /// Completes an upload with its first parts, all but so many.
    Complete(u8, u8),
    /// Aborts an upload.
    Abort(u8),
    /// Removes what nobody needs.
    Sweep,
}

/// Keys that lead into each other.
const KEYS: [&str; 9] = ["a", "a-", "a.x/1", "a/b", "a/b/c", "a/b0", "a0", "b/c/d", "b/c/e"];

fn nth(number: u8) -> Key {
    key(KEYS[usize::from(number) % KEYS.len()])
}

#[derive(Default)]
struct Model {
    objects: BTreeMap<Key, (ETag, Vec<u8>)>,
    uploads: Vec<(Upload, State)>,
    /// Counts the contents made.
    seed: u64,
}

enum State {
    Open(BTreeMap<u32, (PartTag, Vec<u8>)>),
    Completed(Vec<PartTag>, Head),
    Aborted,
}

impl Model {
    fn content(&mut self, size: u16) -> Vec<u8> {
        self.seed += 1;
        content(self.seed, size.into())
    }

    fn list(&self, under: Option<&Key>, after: Option<&Key>, limit: usize) -> Vec<Key> {
        let under = under.map(|key| format!("{key}/")).unwrap_or_default();
        let after = after.map(|key| key.to_string()).unwrap_or_default();
        let all = self.objects.keys().filter(|key| key.as_str().starts_with(&under) && key.as_str() > after.as_str());
        all.take(limit).cloned().collect()
    }

    fn upload(&self, which: u8) -> Option<usize> {
        usize::from(which).checked_rem(self.uploads.len())
    }
}

/// Does the steps on an empty store and on the model; panics at the first difference.
pub async fn follow<S: Store>(store: &S, steps: &[Step]) {
    let mut model = Model::default();
    for step in steps {
        match *step {
            Step::Put(at, size) => {
                let bytes = model.content(size);
                let head = store.put(&nth(at), body_of(&bytes)).await.unwrap();
                model.objects.insert(nth(at), (head.etag, bytes));
            }
            Step::Delete(at) => {
                store.delete(&nth(at)).await.unwrap();
                model.objects.remove(&nth(at));
            }
            Step::Get(at, from, to) => get(store, &model, nth(at), from.into(), to.into()).await,
            Step::List(under, after, limit) => {
                let [under, after] = [under, after].map(|n| (n % 2 == 0).then(|| nth(n / 2)));
                let found = store.list(under.as_ref(), after.as_ref(), limit.into()).await.unwrap();
                let found: Vec<_> = found.into_iter().map(|entry| entry.key).collect();
                assert_eq!(found, model.list(under.as_ref(), after.as_ref(), limit.into()));
            }
            Step::Begin(at) => {
                let upload = store.begin(&nth(at)).await.unwrap();
                model.uploads.push((upload, State::Open(BTreeMap::new())));
            }
            Step::PutPart(which, number, size, more) => send(store, &mut model, which, number, size, more).await,
            Step::Complete(which, but) => complete(store, &mut model, which, but.into()).await,
            Step::Abort(which) => abort(store, &mut model, which).await,
            Step::Sweep => drop(store.sweep(Timestamp(0)).await.unwrap()),
        }
        check(store, &model).await;
    }
}

async fn get<S: Store>(store: &S, model: &Model, at: Key, from: usize, to: usize) {
    let found = match store.get(&at, Some(from as u64..to as u64)).await {
        Ok(object) => Ok(body::collect(object.body).await.unwrap()),
        Err(e) => Err(e.kind()),
    };
    let expected = model.objects.get(&at).ok_or(Kind::NotFound);
    let cut = |bytes: &Vec<u8>| bytes.get(from..to).filter(|cut| !cut.is_empty()).map(<[u8]>::to_vec);
    assert_eq!(found, expected.and_then(|(_, bytes)| cut(bytes).ok_or(Kind::Refused)), "{at} {from}..{to}");
}

async fn send<S: Store>(store: &S, model: &mut Model, which: u8, number: u8, size: u16, more: i8) {
    let Some(which) = model.upload(which) else { return };
    let (number, bytes) = (u32::from(number % 5) + 1, model.content(size));
    let declared = u64::from(size).saturating_add_signed(more.into());
    let (upload, state) = &mut model.uploads[which];
    let answer = store.put_part(upload, &Part { size: declared, ..part(number, b"") }, body_of(&bytes)).await;
    match (state, answer) {
        (State::Open(parts), Ok(tag)) => {
            assert_eq!((declared, u32::from(tag.number), tag.size), (size.into(), number, size.into()));
            parts.insert(number, (tag, bytes));
        }
        (State::Open(_), Err(e)) => assert!(e.kind() == Kind::Refused && declared != u64::from(size), "{e}"),
        (_, answer) => assert!(matches!(answer, Err(StoreError::NotOpen(_))), "{answer:?}"),
    }
}

async fn complete<S: Store>(store: &S, model: &mut Model, which: u8, but: usize) {
    let Some(which) = model.upload(which) else { return };
    let (upload, state) = &mut model.uploads[which];
    match state {
        State::Open(parts) => {
            let listed: Vec<_> = parts.values().take(parts.len().saturating_sub(but % 3)).cloned().collect();
            let gapless =
                !listed.is_empty() && listed.iter().map(|(tag, _)| u32::from(tag.number)).eq(1..=listed.len() as u32);
            let (tags, bytes): (Vec<_>, Vec<_>) = listed.into_iter().unzip();
            match store.complete(upload, &tags).await {
                Ok(head) => {
                    assert!(gapless, "{tags:?} was completed");
                    model.objects.insert(upload.key.clone(), (head.etag.clone(), bytes.concat()));
                    *state = State::Completed(tags, head);
                }
                Err(e) => assert!(!gapless && matches!(e, StoreError::PartOrder { .. }), "{e}"),
            }
        }
        State::Completed(tags, head) => {
            assert_eq!(store.complete(upload, tags).await.unwrap(), *head);
        }
        State::Aborted => {
            assert!(matches!(store.complete(upload, &[]).await, Err(StoreError::NotOpen(_))));
        }
    }
}

async fn abort<S: Store>(store: &S, model: &mut Model, which: u8) {
    let Some(which) = model.upload(which) else { return };
    let (upload, state) = &mut model.uploads[which];
    store.abort(upload).await.unwrap();
    if let State::Open(_) = state {
        *state = State::Aborted;
    }
}

async fn check<S: Store>(store: &S, model: &Model) {
    let found = store.list(None, None, usize::MAX).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|entry| (entry.key, entry.head.etag, entry.head.size)).collect();
    let expected = model.objects.iter().map(|(key, (etag, bytes))| (key.clone(), etag.clone(), bytes.len() as u64));
    assert_eq!(found, expected.collect::<Vec<_>>());
    for (key, (_, bytes)) in &model.objects {
        assert!(read(store, key).await == *bytes, "{key} holds other bytes");
    }
    for (upload, state) in &model.uploads {
        match (state, store.parts(upload).await) {
            (State::Open(parts), Ok(found)) => assert!(found.iter().eq(parts.values().map(|(tag, _)| tag))),
            (State::Open(_), Err(e)) => panic!("{e}"),
            (_, found) => assert!(matches!(found, Err(StoreError::NotOpen(_)))),
        }
    }
}
