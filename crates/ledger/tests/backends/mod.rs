//! What each port of the ledger is tried on: memory, and SQLite in files of their own.

use ledger::{HeldClock, Sqlite};
use std::cell::RefCell;
use std::sync::Arc;
use tempfile::TempDir;

/// Opens ledgers in folders that live as long as this.
#[derive(Default)]
pub struct Folders(RefCell<Vec<TempDir>>);

impl Folders {
    pub async fn fresh(&self, clock: Arc<HeldClock>) -> Sqlite {
        let folder = TempDir::new().unwrap();
        let ledger = Sqlite::open_at(&folder.path().join("ledger.sqlite"), clock).await.unwrap();
        self.0.borrow_mut().push(folder);
        ledger
    }
}

/// Both run the suite `all`, and `agree` on random histories of steps.
macro_rules! tried {
    ($all:path, $agree:path, $step:path) => {
        #[tokio::test]
        async fn memory_conforms() {
            $all(async |clock| ledger::Memory::new(clock)).await;
        }

        #[tokio::test]
        async fn sqlite_conforms() {
            let folders = backends::Folders::default();
            $all(async |clock| folders.fresh(clock).await).await;
        }

        proptest::proptest! {
            #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
            #[test]
            fn sqlite_answers_as_memory_does(steps in proptest::collection::vec($step(), 1..60)) {
                let (folders, clock) = (backends::Folders::default(), std::sync::Arc::<ledger::HeldClock>::default());
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let sqlite = folders.fresh(clock.clone()).await;
                    $agree(&ledger::Memory::new(clock.clone()), &sqlite, &clock, &steps).await;
                });
            }
        }
    };
}
