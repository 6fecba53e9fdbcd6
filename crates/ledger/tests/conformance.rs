//! Each backend runs the suite, and random histories.

use ledger::conformance::{Step, all, follow};
use ledger::{Memory, Sqlite};
use proptest::prelude::*;
use std::cell::RefCell;
use tempfile::TempDir;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..6u8).prop_map(Step::Add),
        1 => Just(Step::Seal),
        4 => (0..5u8).prop_map(Step::Claim),
        8 => (any::<u16>(), 0..5u8).prop_map(|(which, how)| Step::End(which, how)),
        2 => prop::collection::vec((any::<u16>(), 0..5u8), 0..6).prop_map(Step::EndMany),
        1 => Just(Step::Close),
    ]
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An empty SQLite ledger in a new folder, which goes when `folders` does.
async fn fresh(folders: &RefCell<Vec<TempDir>>) -> Sqlite {
    let folder = TempDir::new().unwrap();
    let ledger = Sqlite::open(&folder.path().join("ledger.sqlite")).await.unwrap();
    folders.borrow_mut().push(folder);
    ledger
}

#[test]
fn memory_conforms() {
    block_on(all(async || Memory::default()));
}

#[test]
fn sqlite_conforms() {
    let folders = RefCell::default();
    block_on(all(async || fresh(&folders).await));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn memory_follows_the_model(steps in prop::collection::vec(step(), 1..80)) {
        block_on(follow(&Memory::default(), &steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn sqlite_follows_the_model(steps in prop::collection::vec(step(), 1..60)) {
        let folders = RefCell::default();
        block_on(async { follow(&fresh(&folders).await, &steps).await });
    }
}
