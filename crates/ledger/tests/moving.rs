//! Moving from engine to engine, as far as they are files and memory.

mod histories;

use histories::step;
use ledger::conformance::moving::{follow_moved, moves};
use ledger::moving::Shelf;
use ledger::{HeldClock, Memory, Sqlite};
use proptest::prelude::*;
use sqlx::SqlitePool;
use std::collections::BTreeSet;
use std::sync::Arc;
use tempfile::TempDir;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn sqlite(folder: &TempDir, name: &str, clock: &Arc<HeldClock>) -> Sqlite {
    Sqlite::open_at(&folder.path().join(name), Arc::<HeldClock>::clone(clock)).await.unwrap()
}

#[tokio::test]
async fn memory_moves() {
    let clock = Arc::<HeldClock>::default();
    moves(Memory::new(clock.clone()), Memory::new(clock.clone()), clock).await;
}

#[tokio::test]
async fn sqlite_moves() {
    let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
    moves(sqlite(&folder, "from", &clock).await, sqlite(&folder, "to", &clock).await, clock).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn life_goes_on_after_a_move(
        steps in prop::collection::vec(step(), 1..60), then in prop::collection::vec(step(), 1..40), memory: bool,
    ) {
        let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
        block_on(async {
            if memory {
                let (from, to) = (Memory::new(clock.clone()), Memory::new(clock.clone()));
                follow_moved(&from, &to, &clock, &steps, &then).await;
            } else {
                let (from, to) = (sqlite(&folder, "from", &clock).await, sqlite(&folder, "to", &clock).await);
                follow_moved(&from, &to, &clock, &steps, &then).await;
            }
        });
    }
}

/// What is computed, belongs to one house (how it reached receivers), is made again (archives), ends or is given up before a move (transfers), or is counted by the engine
/// itself; and what lets people in, who log in anew.
const LEFT: [&str; 11] = [
    "called",
    "house",
    "item",
    "login_try",
    "parcel",
    "pool",
    "session",
    "storage",
    "sqlite_sequence",
    "transfer",
    "tried",
];

/// The name of a transfer stays behind with it.
const LEFT_COLUMN: (&str, &str) = ("once", "transfer");

#[tokio::test]
async fn no_column_is_forgotten() {
    let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
    sqlite(&folder, "ledger", &clock).await.shut().await;
    let db = SqlitePool::connect(&format!("sqlite:{}", folder.path().join("ledger").display())).await.unwrap();
    let columns = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'";
    let found: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&db).await.unwrap();
    let found = found.into_iter().filter(|(table, _)| !LEFT.contains(&table.as_str()));
    let found = found.filter(|(table, column)| (table.as_str(), column.as_str()) != LEFT_COLUMN);
    let found: BTreeSet<_> = found.collect();
    let moved = Shelf::ALL.iter().flat_map(|s| s.columns().iter().map(|c| (s.table().to_owned(), (*c).to_owned())));
    assert_eq!(found, moved.collect::<BTreeSet<_>>(), "moved, or said here why not");
}
