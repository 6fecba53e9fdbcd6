//! Each keeper of archives runs the suite, and SQLite random histories beside the one in memory.

mod wishes;

use ledger::conformance::parcels::{agree, all};
use ledger::{HeldClock, Memory, Sqlite};
use proptest::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;
use tempfile::TempDir;
use wishes::step;

async fn fresh(folders: &RefCell<Vec<TempDir>>, clock: Arc<HeldClock>) -> Sqlite {
    let folder = TempDir::new().unwrap();
    let ledger = Sqlite::open_at(&folder.path().join("ledger.sqlite"), clock).await.unwrap();
    folders.borrow_mut().push(folder);
    ledger
}

#[tokio::test]
async fn memory_conforms() {
    all(async |clock| Memory::new(clock)).await;
}

#[tokio::test]
async fn sqlite_conforms() {
    let folders = RefCell::default();
    all(async |clock| fresh(&folders, clock).await).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn sqlite_answers_as_memory_does(steps in prop::collection::vec(step(), 1..60)) {
        let (folders, clock) = (RefCell::default(), Arc::<HeldClock>::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sqlite = fresh(&folders, clock.clone()).await;
            agree(&Memory::new(clock.clone()), &sqlite, &clock, &steps).await;
        });
    }
}
