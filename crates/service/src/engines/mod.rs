//! The engines behind a service, as the configuration names them: each port is one type here, whichever engine keeps it.

mod bell;
mod ledger;
pub mod open;
mod store;

pub use bell::{Bell, BellListener};
pub use ledger::Ledger;
pub use store::Store;
