//! Large objects through little memory. One test alone in its process, so that its peak is the one of the process.

#[path = "common/large.rs"]
mod large;

use large::*;
use store::conformance::{key, signer};
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

    in_parts_and_out(&store, expected).await;

    println!("{} MB in and out, twice: at most {:.1} MiB of memory", SIZE / 1_000_000, peak() as f64 / MIB as f64);
    assert!(peak() < PEAK, "{} bytes of memory were needed", peak());
}
