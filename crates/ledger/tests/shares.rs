//! Each keeper of links runs the suite, and SQLite random histories beside the one in memory.

#[macro_use]
mod backends;
mod invitees;

use ledger::conformance::shares::{agree, all};

tried!(all, agree, invitees::step);
