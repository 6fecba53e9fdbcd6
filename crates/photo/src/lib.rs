//! Pixels and what describes them: the mosaic of a camera, its colours, its capture facts, and the pure functions that
//! decode, demosaic, resample and encode.
//!
//! Invariant: nothing here opens a file or a socket, reads a clock or the environment, prints, or starts a thread.

pub mod camera;
pub mod capture;
pub mod cfa;
pub mod color;
pub mod decode;
pub mod demosaic;
pub mod encode;
pub mod error;
pub mod geometry;
pub mod metadata;
pub mod orientation;
pub mod picture;
pub mod plane;
pub mod resample;
pub mod simd;
pub mod strip;

pub use camera::{CameraColor, Illuminant, Matrix3};
pub use capture::Capture;
pub use cfa::{Cfa, Color};
pub use error::PhotoError;
pub use geometry::{Rect, Size};
pub use orientation::Orientation;
pub use picture::{BlackLevel, DisplayRgb, DisplaySamples, LensCorrection, LinearRaw, Mosaic, Photo, Picture, Samples};
pub use plane::Plane;
pub use simd::Simd;
pub use strip::Strip;
