//! Webhooks: each backend runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod errands;

use ledger::conformance::hooks::{agree, all, crowd};
use ledger::{HeldClock, Sqlite};
use std::sync::Arc;
use tempfile::TempDir;

tried!(all, agree, errands::step);

#[tokio::test]
async fn senders_of_two_processes_share_a_file() {
    let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
    let path = folder.path().join("ledger.sqlite");
    let open = async || Sqlite::open_at(&path, Arc::<HeldClock>::clone(&clock)).await.unwrap();
    crowd(&[open().await, open().await]).await;
}
