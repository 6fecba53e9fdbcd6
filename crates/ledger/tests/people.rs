//! Each keeper of people runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod crowd;

use ledger::conformance::people::{agree, all};

tried!(all, agree, crowd::step);
