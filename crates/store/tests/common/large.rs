//! A large object that nobody holds, and what the process that moves it needs.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use sha2::Digest;
use store::conformance::{content, key};
use store::upload::split;
use store::*;

pub const MIB: u64 = 1 << 20;

/// Of the object. With the feature `full`, the 2 GB of the promise.
pub const SIZE: u64 = if cfg!(feature = "full") { 2_000_000_000 } else { 200_000_000 };

/// Parts under way at the same time.
const SIDE_BY_SIDE: usize = 4;

/// `size` bytes of an object from `start` on, made as they are read, in blocks such as a network brings.
pub fn bytes(start: u64, size: u64) -> Body {
    const BLOCK: u64 = 50_000;
    let blocks = (start / BLOCK..).map(move |n| {
        let block = Bytes::from(content(n, BLOCK as usize));
        let from = start.saturating_sub(n * BLOCK).min(BLOCK);
        let to = (start + size - n * BLOCK).min(BLOCK);
        block.slice(from as usize..to as usize)
    });
    let count = (start + size).div_ceil(BLOCK) - start / BLOCK;
    Box::pin(stream::iter(blocks.take(count as usize).map(Ok)))
}

pub async fn hash(body: Body) -> Sha256 {
    let add = async |mut hash: sha2::Sha256, block: Bytes| {
        hash.update(block);
        Ok(hash)
    };
    Sha256(body.try_fold(sha2::Sha256::new(), add).await.unwrap().finalize().into())
}

/// The object goes in as parts, some of them at a time, and comes out as it was.
pub async fn in_parts_and_out(store: &impl Store, expected: Sha256) {
    let upload = store.begin(&key("parts")).await.unwrap();
    let largest = split(SIZE).next().unwrap().1;
    let send = async |(number, size): (PartNumber, u64)| {
        let body = bytes(u64::from(number.get() - 1) * largest, size);
        store.put_part(&upload, &Part { number, size, sha256: None }, body).await.unwrap()
    };
    let tags: Vec<_> = stream::iter(split(SIZE)).map(send).buffered(SIDE_BY_SIDE).collect().await;
    assert_eq!(store.complete(&upload, &tags).await.unwrap().size, SIZE);
    assert_eq!(hash(store.get(&key("parts"), None).await.unwrap().body).await, expected);
}

/// The most memory that this process has had, in bytes.
pub fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
}
