//! A recipe and the ordered operations that make renditions of a photo.
//!
//! Invariant: pure and bounded. Assets come in as bytes, other programs as a callback, outputs leave through a writer.

pub mod auto;
pub mod denoise;
pub mod error;
pub mod fan_out;
pub mod filter;
pub mod geometry;
pub mod highlights;
pub mod lut;
pub mod meter;
pub mod plan;
pub mod profile;
pub mod quantise;
pub mod recipe;
pub mod reference;
pub mod render;
pub mod rows;
pub mod sink;
pub mod source;
pub mod stage;
pub mod tone;
pub mod watermark;
pub mod white_balance;
pub mod window;

pub use error::DevelopError;
pub use recipe::Recipe;
pub use stage::{Sink, Stage};
