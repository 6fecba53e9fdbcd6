//! Large objects through little memory, into moto and out of it. One test alone in its process, so that its peak is the one
//! of the process.

#[path = "s3/common.rs"]
#[allow(dead_code)]
mod common;
#[path = "common/large.rs"]
mod large;

use common::{MOTO, credentials, options};
use large::*;
use std::time::{Duration, Instant};
use store::conformance::key;
use store::*;
use tempfile::TempDir;

/// What the process may need at most.
const PEAK: u64 = 150 * MIB;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_object_needs_little_memory() {
    let folder = TempDir::new().unwrap();
    let mut options = options(&MOTO.url());
    // moto takes all of an object into its hands before it says a word.
    options.timeout = Duration::from_secs(120);
    let store = S3::new(options, credentials()).unwrap();
    let expected = hash(bytes(0, SIZE)).await;
    let file = folder.path().join("file");
    let rate = |since: Instant| SIZE as f64 / 1e6 / since.elapsed().as_secs_f64();

    let since = Instant::now();
    assert_eq!(store.put(&key("whole"), bytes(0, SIZE)).await.unwrap().size, SIZE);
    println!("put: {:.0} MB/s", rate(since));
    let since = Instant::now();
    assert_eq!(store.fetch(&key("whole"), &file).await.unwrap().size, SIZE);
    println!("fetch: {:.0} MB/s", rate(since));
    store.delete(&key("whole")).await.unwrap();
    let since = Instant::now();
    store.put_file(&key("moved"), &file).await.unwrap();
    println!("put_file: {:.0} MB/s", rate(since));
    let since = Instant::now();
    assert_eq!(hash(store.get(&key("moved"), None).await.unwrap().body).await, expected);
    println!("get: {:.0} MB/s", rate(since));
    store.delete(&key("moved")).await.unwrap();

    in_parts_and_out(&store, expected).await;

    println!(
        "{} MB in and out, three times: at most {:.1} MiB of memory",
        SIZE / 1_000_000,
        peak() as f64 / MIB as f64
    );
    assert!(peak() < PEAK, "{} bytes of memory were needed", peak());
}
