//! Each backend runs the suite, and random histories.

use ledger::conformance::all;
use ledger::{HeldClock, Memory, Sqlite};
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
}

#[test]
fn sqlite_conforms() {
    let folders = RefCell::default();
    block_on(all(async |clock| fresh(&folders, clock).await));
}
