//! Each doorbell runs the suite.

use ledger::conformance::bells;
use ledger::{FileBell, Ledger, NewBatch, ProcessBell, Sqlite};
use tempfile::TempDir;

#[tokio::test]
async fn the_bell_of_a_process_conforms() {
    bells(&ProcessBell::default(), async || ()).await;
}

#[tokio::test]
async fn the_bell_of_a_file_conforms() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = Sqlite::open(&path).await.unwrap();
    bells(&FileBell::new(&path), async || {
        ledger.open_batch(&NewBatch::local("web")).await.unwrap();
    })
    .await;
}
