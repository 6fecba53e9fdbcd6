//! The ledger on PostgreSQL: the suites that every backend runs, directly and through a pooler, and what only this one has
//! to show. One server for all tests, a database for each ledger.

mod bell;
#[path = "../carriers/mod.rs"]
mod carriers;
mod conformance;
mod crowd;
#[path = "../errands/mod.rs"]
mod errands;
#[path = "../histories/mod.rs"]
mod histories;
#[path = "../invitees/mod.rs"]
mod invitees;
mod moving;
mod people;
#[path = "../crowd/mod.rs"]
mod people_steps;
mod plans;
mod refusals;
mod schema;
#[path = "../shelves/mod.rs"]
mod shelves;
mod time;
#[path = "../wishes/mod.rs"]
mod wishes;

use ledger::{HeldClock, Postgres, PostgresOptions};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

/// The server of this program's tests.
pub static SERVER: LazyLock<servers::Postgres> = LazyLock::new(servers::Postgres::start);
/// A pooler with two connections to each database.
pub static POOLER: LazyLock<servers::Pgbouncer> = LazyLock::new(|| servers::Pgbouncer::start(&SERVER, 2));

/// A new database; returns its name. Each takes 8 MB and a property is tried on hundreds: those that its thread made long
/// ago go.
pub fn database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("ledger_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    SERVER.create(&name);
    MADE.with_borrow_mut(|made| made.add(name.clone()));
    name
}

thread_local! {
    static MADE: RefCell<Made> = const { RefCell::new(Made(VecDeque::new())) };
}

/// The databases of a thread, the oldest first.
struct Made(VecDeque<String>);

impl Made {
    /// As many as one case of a test has open, and some more.
    const KEPT: usize = 6;

    fn add(&mut self, name: String) {
        self.0.push_back(name);
        if self.0.len() > Self::KEPT {
            self.0.pop_front().iter().for_each(|old| SERVER.remove(old));
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        self.0.iter().for_each(|name| SERVER.remove(name));
    }
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
