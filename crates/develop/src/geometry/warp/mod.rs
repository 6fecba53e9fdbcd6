//! Straightening and lens corrections as one resampling.

mod mapping;
mod sampling;
mod stage;

pub use mapping::{Frame, Mapping, Oriented};
pub use stage::Warp;

#[cfg(test)]
mod tests;
