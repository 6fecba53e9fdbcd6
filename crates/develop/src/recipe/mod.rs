//! The recipe: what a batch does to each photo.

pub mod model;

pub use model::*;
