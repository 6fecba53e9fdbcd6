//! Each backend runs the suite, and random histories.

#[path = "common/steps.rs"]
mod steps;

use proptest::prelude::*;
use std::cell::RefCell;
use steps::step;
use store::conformance::{all, follow, signer};
use store::{Directory, Memory};
use tempfile::TempDir;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An empty directory store in a new folder, which goes when `folders` does.
async fn fresh(folders: &RefCell<Vec<TempDir>>) -> Directory {
    let folder = TempDir::new().unwrap();
    let store = Directory::open(&folder.path().join("store"), signer()).await.unwrap();
    folders.borrow_mut().push(folder);
    store
}

#[test]
fn memory_conforms() {
    block_on(all(async || Memory::new(signer())));
}

#[test]
fn directory_conforms() {
    let folders = RefCell::default();
    block_on(all(async || fresh(&folders).await));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn memory_follows_the_model(steps in prop::collection::vec(step(), 1..60)) {
        block_on(follow(&Memory::new(signer()), &steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn directory_follows_the_model(steps in prop::collection::vec(step(), 1..40)) {
        let folders = RefCell::default();
        block_on(async { follow(&fresh(&folders).await, &steps).await });
    }
}
