//! Large objects through little memory. One test alone in its process, so that its peak is the one of the process.

#[path = "common/large.rs"]
mod large;

use futures_util::stream::{self, StreamExt};
use large::*;
use store::conformance::{key, signer};
use store::upload::split;
use store::*;
use tempfile::TempDir;

/// What the process may need at most.
const PEAK: u64 = 64 * MIB;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_object_needs_little_memory() {
    let folder = TempDir::new().unwrap();
    let store = Directory::open(&folder.path().join("store"), signer()).await.unwrap();
    let expected = hash(bytes(0, SIZE)).await;

    assert_eq!(store.put(&key("whole"), bytes(0, SIZE)).await.unwrap().size, SIZE);
    assert_eq!(hash(store.get(&key("whole"), None).await.unwrap().body).await, expected);
    store.fetch(&key("whole"), &folder.path().join("fetched")).await.unwrap();
    store.delete(&key("whole")).await.unwrap();
    store.put_file(&key("moved"), &folder.path().join("fetched")).await.unwrap();
    assert_eq!(hash(store.get(&key("moved"), None).await.unwrap().body).await, expected);
    store.delete(&key("moved")).await.unwrap();

    let upload = store.begin(&key("parts")).await.unwrap();
    let largest = split(SIZE).next().unwrap().1;
    let send = async |(number, size): (PartNumber, u64)| {
        let body = bytes(u64::from(number.get() - 1) * largest, size);
        store.put_part(&upload, &Part { number, size, sha256: None }, body).await.unwrap()
    };
    let tags: Vec<_> = stream::iter(split(SIZE)).map(send).buffered(SIDE_BY_SIDE).collect().await;
    assert_eq!(store.complete(&upload, &tags).await.unwrap().size, SIZE);
    assert_eq!(hash(store.get(&key("parts"), None).await.unwrap().body).await, expected);

    println!("{} MB in and out, twice: at most {:.1} MiB of memory", SIZE / 1_000_000, peak() as f64 / MIB as f64);
    assert!(peak() < PEAK, "{} bytes of memory were needed", peak());
}
