//! Each keeper of transfers runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod carriers;

use ledger::conformance::transfers::{agree, all};

tried!(all, agree, carriers::step);
