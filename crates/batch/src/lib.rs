//! One machine, one batch: which photos there are ([`mod@walk`]), what is missing and where it goes ([`plan`]), the work
//! ([`run`]) and what became of it ([`report`]).
//!
//! The output folder is locked while a batch runs in it, and holds the ledger: `OUT/.rawmill/ledger.sqlite`.

pub mod budget;
mod causes;
pub mod far;
pub mod kinds;
pub mod lock;
pub mod names;
pub mod order;
pub mod plan;
pub mod report;
pub mod run;
pub mod shelf;
pub mod walk;

pub use causes::causes;
pub use lock::Lock;
pub use plan::{Plan, PlanError, Planner};
pub use run::{Mill, Order, Progress, RunError, Stopper, Workers};
pub use walk::{Found, Ignored, Listing, Pairs, WalkOptions, walk};
