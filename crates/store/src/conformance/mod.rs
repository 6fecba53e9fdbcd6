//! What every backend must do. A backend's own test calls [`all`] with a way to make an empty store, and feeds [`follow`]
//! with random [`Step`]s.
//!
//! The functions panic with what is wrong: they are made for tests.

mod links;
mod model;
mod objects;
mod races;
mod uploads;

pub use model::{Step, follow};

use crate::*;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use std::io;

/// Runs every example on a fresh store of its own.
pub async fn all<S: Store>(fresh: impl AsyncFn() -> S) {
    uploads::an_empty_object_is_one_empty_part(&fresh().await).await;
    all_but_empty_parts(fresh).await;
}

/// The same for servers that take no part without bytes, so that nobody can upload an empty file there.
pub async fn all_but_empty_parts<S: Store>(fresh: impl AsyncFn() -> S) {
    objects::an_object_comes_back_as_it_went_in(&fresh().await).await;
    objects::a_range_is_cut_out(&fresh().await).await;
    objects::what_is_missing_is_not_found(&fresh().await).await;
    objects::replacing_changes_the_tag(&fresh().await).await;
    objects::a_reader_keeps_what_it_began(&fresh().await).await;
    objects::a_broken_body_leaves_nothing(&fresh().await).await;
    objects::a_file_is_taken(&fresh().await).await;
    objects::an_object_is_fetched_into_a_new_file(&fresh().await).await;
    objects::keys_may_lead_into_each_other(&fresh().await).await;
    objects::a_list_is_in_order_and_paged(&fresh().await).await;
    objects::age_is_counted_from_publishing(&fresh().await).await;
    uploads::parts_become_an_object(&fresh().await).await;
    uploads::many_parts_are_joined_in_order(&fresh().await).await;
    uploads::a_part_is_what_was_announced(&fresh().await).await;
    uploads::a_part_may_come_again(&fresh().await).await;
    uploads::a_wrong_list_completes_nothing(&fresh().await).await;
    uploads::completing_twice_is_completing_once(&fresh().await).await;
    uploads::no_part_is_taken_after_the_end(&fresh().await).await;
    uploads::a_part_that_ends_too_late_is_refused(&fresh().await).await;
    uploads::an_upload_is_known_by_key_and_id(&fresh().await).await;
    uploads::open_uploads_are_listed_by_age(&fresh().await).await;
    uploads::a_sweep_leaves_what_is_alive(&fresh().await).await;
    races::two_completes_agree(&fresh().await).await;
    races::a_reader_sees_one_whole_object(&fresh().await).await;
    races::an_answer_is_of_one_object(&fresh().await).await;
    races::parts_come_side_by_side(&fresh().await).await;
    races::the_end_of_an_upload_is_one(&fresh().await).await;
    races::folders_come_and_go(&fresh().await).await;
    links::a_url_gives_back_its_grant(&fresh().await).await;
    links::a_url_lasts_as_long_as_it_says(&fresh().await).await;
}

/// A signer for tests.
pub fn signer() -> Signer {
    let key = SigningKey::new("k1", b"0123456789abcdef0123456789abcdef").unwrap();
    Signer::new("https://photos.example/lab/", key, None).unwrap()
}

/// A key.
pub fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

/// Bytes that differ from those of any other seed, at every length above a few bytes.
pub fn content(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..size.div_ceil(8)).flat_map(step).collect();
    bytes.truncate(size);
    bytes
}

/// These bytes in blocks of uneven sizes, some of them empty.
pub fn body_of(bytes: &[u8]) -> Body {
    let mut blocks: Vec<io::Result<Bytes>> = vec![Ok(Bytes::new())];
    let (mut rest, mut size) = (bytes, 1);
    while !rest.is_empty() {
        let (block, others) = rest.split_at(rest.len().min(size));
        blocks.push(Ok(Bytes::copy_from_slice(block)));
        (rest, size) = (others, (size * 7) % 65_537);
    }
    Box::pin(stream::iter(blocks))
}

/// These bytes, and then the sender is gone.
pub fn broken(bytes: &[u8]) -> Body {
    Box::pin(body_of(bytes).chain(stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionReset))])))
}

/// The `number`th part, of these bytes.
fn part(number: u32, bytes: &[u8]) -> Part {
    Part { number: PartNumber::new(number).unwrap(), size: bytes.len() as u64, sha256: None }
}

async fn put(store: &impl Store, at: &str, bytes: &[u8]) -> Head {
    store.put(&key(at), body_of(bytes)).await.unwrap()
}

async fn put_part(store: &impl Store, upload: &Upload, number: u32, bytes: &[u8]) -> PartTag {
    store.put_part(upload, &part(number, bytes), body_of(bytes)).await.unwrap()
}

/// All of an object.
async fn read(store: &impl Store, at: &Key) -> Vec<u8> {
    body::collect(store.get(at, None).await.unwrap().body).await.unwrap()
}

/// All keys.
async fn keys(store: &impl Store) -> Vec<String> {
    let all = store.list(None, None, usize::MAX).await.unwrap();
    all.into_iter().map(|entry| entry.key.to_string()).collect()
}
