//! Each backend runs the suite, and random histories.

use proptest::prelude::*;
use std::cell::RefCell;
use store::conformance::{Step, all, follow, signer};
use store::{Directory, Memory};
use tempfile::TempDir;

fn step() -> impl Strategy<Value = Step> {
    let lie = prop_oneof![4 => Just(0i8), 1 => -2..=2i8];
    prop_oneof![
        4 => (any::<u8>(), 0..3_000u16).prop_map(|(at, size)| Step::Put(at, size)),
        3 => any::<u8>().prop_map(Step::Delete),
        2 => (any::<u8>(), 0..3_000u16, 0..3_000u16).prop_map(|(at, a, b)| Step::Get(at, a, b)),
        2 => (any::<u8>(), any::<u8>(), 0..6u8).prop_map(|(under, after, limit)| Step::List(under, after, limit)),
        2 => any::<u8>().prop_map(Step::Begin),
        8 => (any::<u8>(), 0..5u8, 0..3_000u16, lie).prop_map(|(u, n, size, lie)| Step::PutPart(u, n, size, lie)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(which, but)| Step::Complete(which, but)),
        1 => any::<u8>().prop_map(Step::Abort),
        1 => Just(Step::Sweep),
    ]
}

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
