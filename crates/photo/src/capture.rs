//! How a photo was taken, and by what.

use serde::{Deserialize, Serialize};

/// The facts of one exposure; unknown ones are `None` or empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Capture {
    /// Maker of the camera as the file says.
    pub make: String,
    /// Model of the camera as the file says.
    pub model: String,
    /// Maker of the lens.
    pub lens_make: Option<String>,
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
    /// The focal length that gives the same view on 35 mm film, in millimetres.
    pub focal_35mm: Option<u16>,
    /// Exposure compensation in EV.
    pub exposure_bias_ev: Option<f32>,
    /// EXIF Flash, as the bits that the file holds.
    pub flash: Option<u16>,
    /// Date and time of the exposure, `YYYY:MM:DD HH:MM:SS` as EXIF writes it, without zone.
    pub taken: Option<String>,
    /// Zone of `taken`, `+HH:MM` or `-HH:MM` (EXIF OffsetTimeOriginal).
    pub zone: Option<String>,
    /// Who took it (EXIF Artist).
    pub artist: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
    /// Caption (EXIF ImageDescription, dc:description, IPTC Caption).
    pub caption: Option<String>,
    /// Keywords (dc:subject, IPTC Keywords).
    pub keywords: Vec<String>,
    /// Stars, 0 to 5 (xmp:Rating).
    pub rating: Option<u8>,
    /// Body serial number.
    pub serial: Option<String>,
    /// Latitude and longitude in degrees, north and east positive.
    pub gps: Option<(f64, f64)>,
}
