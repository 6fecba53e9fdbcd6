//! How a photo was taken, and by what.

use serde::{Deserialize, Serialize};

/// The facts of one exposure; unknown ones are `None` or empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Capture {
    /// Maker of the camera as the file says.
    pub make: String,
    /// Model of the camera as the file says.
    pub model: String,
    /// Lens model.
    pub lens: Option<String>,
    /// ISO speed.
    pub iso: Option<u32>,
    /// Exposure time in seconds.
    pub exposure_s: Option<f64>,
    /// F-number.
    pub f_number: Option<f32>,
    /// Focal length in millimetres.
    pub focal_mm: Option<f32>,
    /// Date and time of the exposure, `YYYY:MM:DD HH:MM:SS` as EXIF writes it, without zone.
    pub taken: Option<String>,
    /// Who took it (EXIF Artist).
    pub artist: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
    /// Body serial number.
    pub serial: Option<String>,
    /// Latitude and longitude in degrees, north and east positive.
    pub gps: Option<(f64, f64)>,
}
