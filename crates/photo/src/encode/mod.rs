//! Finished pixels become files.

mod options;

pub use options::*;
