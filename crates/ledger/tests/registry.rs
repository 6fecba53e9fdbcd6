//! Each registry runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod shelves;

use ledger::conformance::registry::{agree, all};

tried!(all, agree, shelves::step);
