//! Each keeper of archives runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod wishes;

use ledger::conformance::parcels::{agree, all};

tried!(all, agree, wishes::step);
