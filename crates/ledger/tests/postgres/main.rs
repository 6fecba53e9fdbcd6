//! The ledger on PostgreSQL: the suites that every backend runs, directly and through a pooler, and what only this one has
//! to show. One server for all tests, a database for each ledger.

mod bell;
mod conformance;
mod crowd;
#[path = "../histories/mod.rs"]
mod histories;
mod moving;
mod plans;
mod schema;
#[path = "../shelves/mod.rs"]
mod shelves;

use ledger::{HeldClock, Postgres, PostgresOptions};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

/// The server of this program's tests.
pub static SERVER: LazyLock<servers::Postgres> = LazyLock::new(servers::Postgres::start);
/// A pooler with two connections to each database.
pub static POOLER: LazyLock<servers::Pgbouncer> = LazyLock::new(|| servers::Pgbouncer::start(&SERVER, 2));

/// A new database; returns its name.
pub fn database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("ledger_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    SERVER.create(&name);
    name
}

/// An empty ledger in a new database that reads this clock.
pub async fn fresh(clock: Arc<HeldClock>) -> Postgres {
    Postgres::open_at(PostgresOptions::new(SERVER.url(&database())), clock).await.unwrap()
}

/// The same through the pooler.
pub async fn pooled(clock: Arc<HeldClock>) -> Postgres {
    Postgres::open_at(PostgresOptions::new(POOLER.url(&database())), clock).await.unwrap()
}

/// Runs it to its end on this thread.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
