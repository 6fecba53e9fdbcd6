//! Runs one photo at a time in a child process under limits, so that a hostile or broken file costs that photo and nothing else.
//!
//! Paths, opened descriptors and small records travel between the processes, pixels never do.

pub mod budget;
mod estimate;
mod last_words;
pub mod look;
pub mod output;
pub mod pool;
mod ppm;
mod record;
pub mod seats;
mod slot;
mod stop;
mod system;
pub mod task;
mod tool;
pub mod work;
mod worker;

pub use look::Looker;
pub use pool::{Isolation, Listener, Pool, PoolConfig, Tool};
pub use task::{Attempt, Class, Cost, Event, Failure, Header, Made, Output, PhotoOutcome, PhotoTask, Place};
pub use worker::child::run_if_asked;
