//! Each backend runs the suite, and random histories.

mod histories;

use histories::step;
use ledger::conformance::{all, follow, overview};
use ledger::{HeldClock, Memory, Sqlite};
use proptest::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;
use tempfile::TempDir;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An empty SQLite ledger in a new folder, which goes when `folders` does.
async fn fresh(folders: &RefCell<Vec<TempDir>>, clock: Arc<HeldClock>) -> Sqlite {
    let folder = TempDir::new().unwrap();
    let ledger = Sqlite::open_at(&folder.path().join("ledger.sqlite"), clock).await.unwrap();
    folders.borrow_mut().push(folder);
    ledger
}

#[test]
fn memory_conforms() {
    block_on(all(async |clock| Memory::new(clock)));
    block_on(overview::all(async |clock| Memory::new(clock)));
}

#[test]
fn sqlite_conforms() {
    let folders = RefCell::default();
    block_on(all(async |clock| fresh(&folders, clock).await));
    block_on(overview::all(async |clock| fresh(&folders, clock).await));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn memory_follows_the_model(steps in prop::collection::vec(step(), 1..120)) {
        let clock = Arc::<HeldClock>::default();
        block_on(follow(&Memory::new(clock.clone()), &clock, &steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn sqlite_follows_the_model(steps in prop::collection::vec(step(), 1..80)) {
        let (folders, clock) = (RefCell::default(), Arc::<HeldClock>::default());
        block_on(async { follow(&fresh(&folders, clock.clone()).await, &clock, &steps).await });
    }
}
