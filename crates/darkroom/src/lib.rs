//! Runs one photo at a time in a child process under limits, so that a hostile or broken file costs that photo and nothing else.
//!
//! Paths, opened descriptors and small records travel between the processes, pixels never do.

pub mod pool;
pub mod task;

pub use pool::{Isolation, Listener, Pool, PoolConfig, Tool};
pub use task::{Attempt, Class, Cost, Event, Failure, Header, Made, Output, PhotoOutcome, PhotoTask, Place};
