//! What is known of the colours that a camera sees.

use serde::{Deserialize, Serialize};

/// Row-major 3 × 3 matrix; `m[row][column]`.
pub type Matrix3 = [[f32; 3]; 3];

/// A light source by its EXIF number (EXIF 2.32, tag LightSource): 17 is standard A, 21 is D65, 23 is D50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Illuminant(pub u16);

impl Illuminant {
    /// Tungsten, 2856 K.
    pub const A: Self = Self(17);
    /// Noon daylight, 6504 K.
    pub const D65: Self = Self(21);
    /// Horizon daylight, 5003 K.
    pub const D50: Self = Self(23);
}

/// A camera's colour calibration (DNG 1.7.1, chapter 6). Colours are in the order R, G, B.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CameraColor {
    /// CIE XYZ to camera, one matrix an illuminant (ColorMatrix1 to 3), analog balance and calibration multiplied in.
    pub xyz_to_camera: Vec<(Illuminant, Matrix3)>,
    /// White-balanced camera to XYZ D50, one matrix an illuminant (ForwardMatrix1 to 3).
    pub forward: Vec<(Illuminant, Matrix3)>,
    /// The camera's white balance as multipliers, green = 1; `None` when the file has none.
    pub as_shot: Option<[f32; 3]>,
}

impl Default for Illuminant {
    fn default() -> Self {
        Self::D65
    }
}
