//! Each registry runs the suite, and SQLite random histories beside the one in memory.

use ledger::conformance::registry::{Step, agree, all};
use ledger::{HeldClock, Memory, Sqlite};
use proptest::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;
use tempfile::TempDir;

async fn fresh(folders: &RefCell<Vec<TempDir>>, clock: Arc<HeldClock>) -> Sqlite {
    let folder = TempDir::new().unwrap();
    let registry = Sqlite::open_at(&folder.path().join("ledger.sqlite"), clock).await.unwrap();
    folders.borrow_mut().push(folder);
    registry
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

fn step() -> impl Strategy<Value = Step> {
    let (t, id) = (any::<bool>, || 1..8i64);
    prop_oneof![
        3 => (t(), 0..4u8).prop_map(|(t, prefix)| Step::AddKey(t, prefix)),
        1 => (0..3i64, 0..9i64).prop_map(|(nth, at)| Step::Touch(nth, at)),
        1 => (t(), 0..3i64).prop_map(|(t, nth)| Step::DropKey(t, nth)),
        3 => (t(), 0..3u8, 0..3u8).prop_map(|(t, name, text)| Step::AddRecipe(t, name, text)),
        6 => (t(), t(), 1..200u64, 0..60i64).prop_map(|(t, photo, size, end)| Step::Open(t, photo, size, end)),
        4 => (t(), id()).prop_map(|(t, id)| Step::Finish(t, id)),
        2 => (t(), id()).prop_map(|(t, id)| Step::Abort(t, id)),
        1 => (t(), id()).prop_map(|(t, id)| Step::Hash(t, id)),
        3 => (t(), t(), id()).prop_map(|(t, photo, id)| Step::Drop(t, photo, id)),
        2 => (0..70u16).prop_map(Step::Pass),
    ]
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
