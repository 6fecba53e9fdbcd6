//! Colour: spaces, adaptation, camera matrices, transfer curves, profiles.
//!
//! The working space is linear ITU-R BT.2020 primaries with a D65 white, scene-referred: 0 is black, 1 is the level at
//! which a neutral object saturates the sensor; values may leave that range.

pub mod adapt;
pub mod camera;
pub mod input;
pub mod matrix;
pub mod oklab;
pub mod output;
pub mod profile;
pub mod rows;
pub mod space;
pub mod temperature;
pub mod transfer;

pub use camera::{Balance, CameraTransform, camera_transform};
pub use input::InputColor;
pub use output::{Intent, OutputColor};
pub use profile::icc_profile;
pub use rows::apply_rows;
pub use space::{OutputSpace, WORKING_LUMA};
pub use transfer::{Transfer, decode_row, encode_row};
