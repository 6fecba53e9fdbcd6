//! Moving to this engine, from it, and within it.

use crate::{SERVER, block_on, database, fresh, histories, pooled};
use ledger::conformance::moving::{follow_moved, moves};
use ledger::moving::Shelf;
use ledger::{HeldClock, Postgres, PostgresOptions, Sqlite};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use tempfile::TempDir;

async fn sqlite(folder: &TempDir, clock: &Arc<HeldClock>) -> Sqlite {
    Sqlite::open_at(&folder.path().join("ledger.sqlite"), Arc::<HeldClock>::clone(clock)).await.unwrap()
}

#[tokio::test]
async fn from_a_file_and_through_a_pooler() {
    let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
    moves(sqlite(&folder, &clock).await, pooled(clock.clone()).await, clock).await;
}

#[tokio::test]
async fn to_a_file() {
    let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
    moves(fresh(clock.clone()).await, sqlite(&folder, &clock).await, clock).await;
}

#[tokio::test]
async fn to_another_database() {
    let clock = Arc::<HeldClock>::default();
    moves(fresh(clock.clone()).await, fresh(clock.clone()).await, clock).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn life_goes_on_after_a_move(
        steps in prop::collection::vec(histories::step(), 1..60), then in prop::collection::vec(histories::step(), 1..40),
        back: bool,
    ) {
        let (folder, clock) = (TempDir::new().unwrap(), Arc::<HeldClock>::default());
        block_on(async {
            let (file, database) = (sqlite(&folder, &clock).await, fresh(clock.clone()).await);
            if back {
                follow_moved(&database, &file, &clock, &steps, &then).await;
            } else {
                follow_moved(&file, &database, &clock, &steps, &then).await;
            }
        });
    }
}

/// What is computed, belongs to one house, as how it reached receivers does, is made again (archives), or ends or is given up before a move (transfers); and what lets people
/// in, who log in anew.
const LEFT: [&str; 12] = [
    "called",
    "house",
    "item",
    "login_try",
    "parcel",
    "pool",
    "session",
    "storage",
    "directory",
    "schema_version",
    "transfer",
    "tried",
];

/// The name of a transfer stays behind with it.
const LEFT_COLUMN: &str = "once.transfer";

#[tokio::test]
async fn no_column_is_forgotten() {
    let name = database();
    Postgres::open(PostgresOptions::new(SERVER.url(&name))).await.unwrap();
    let columns = "SELECT table_name || '.' || column_name FROM information_schema.columns \
                   JOIN information_schema.tables USING (table_schema, table_name) \
                   WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let found = SERVER.sql(&name, columns);
    let left = |column: &&str| LEFT.iter().any(|table| column.starts_with(&format!("{table}.")));
    // A tenant's pace has versions, and where it went last; the rest of it moves with the tenant.
    let found = found.lines().map(|c| c.trim()).filter(|c| !c.is_empty() && *c != LEFT_COLUMN && !left(c));
    let found: BTreeSet<_> = found.map(|c| c.replace("pace.tenant", "pace.id").replace("pace.", "tenant.")).collect();
    let moved = Shelf::ALL.iter().flat_map(|s| s.columns().iter().map(move |c| format!("{s}.{c}")));
    let moved = moved.chain(["tenant.no".into(), "tenant.went".into()]);
    assert_eq!(found, moved.collect::<BTreeSet<_>>(), "moved, or said here why not");
}
