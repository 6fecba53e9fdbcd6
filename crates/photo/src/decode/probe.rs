//! What the header of a file tells.

use crate::{CameraColor, Capture, Cfa, LensCorrection, Orientation, Rect, Size};
use serde::{Serialize, Serializer};

/// The facts of a photo that are known before its pixels are decoded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probe {
    /// Family of the format.
    pub kind: Kind,
    /// Container and coding, for people: `DNG lossless JPEG`.
    pub format: String,
    /// Library that reads it.
    pub decoder: &'static str,
    /// Stored size, masked borders included.
    pub stored: Size,
    /// The part of the sensor that sees light; the whole for other kinds.
    pub active: Rect,
    /// The part to show, in stored pixels.
    pub crop: Rect,
    /// How stored pixels become upright; an EXIF number in JSON.
    #[serde(serialize_with = "exif_number")]
    pub orientation: Orientation,
    /// Size of the developed picture at full scale: crop turned upright, pixels made square.
    pub upright: Size,
    /// Width of a stored pixel over its height.
    pub pixel_aspect: f32,
    /// Type of a stored sample.
    pub samples: SampleFormat,
    /// Significant bits of a stored sample.
    pub bits: u8,
    /// Colour filter array, phase of the stored pixel (0, 0); a name in JSON. `None` unless a mosaic.
    #[serde(serialize_with = "cfa_name")]
    pub cfa: Option<Cfa>,
    /// Black and white level; `None` for finished pixels.
    pub levels: Option<Levels>,
    /// Colour calibration and as-shot white balance; `None` for finished pixels.
    pub color: Option<CameraColor>,
    /// DNG BaselineExposure in EV.
    pub baseline_exposure_ev: f32,
    /// Lens corrections that the file asks for.
    #[serde(skip)]
    pub lens: Vec<LensCorrection>,
    /// How it was taken.
    pub capture: Capture,
    /// Bytes of the decoded picture in memory.
    pub decoded_bytes: u64,
    /// Bytes that the decoder needs beside the file and the decoded picture, at most.
    pub working_bytes: u64,
    /// Things a user should know, one sentence each.
    pub notes: Vec<String>,
}

/// Families of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Camera samples.
    Raw,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF.
    Tiff,
    /// WebP.
    Webp,
}

/// Type of a stored sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SampleFormat {
    /// Unsigned whole numbers.
    Integer,
    /// Floating point.
    Float,
}

/// Levels of a RAW, R, G, B, in units of the stored samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Levels {
    /// Mean level of no light.
    pub black: [f32; 3],
    /// Level of saturation.
    pub white: [f32; 3],
}

impl Probe {
    /// Size of the picture at full scale for a crop, an orientation and a pixel shape. Wide pixels spread the rows, tall
    /// ones the columns, so that nothing is thrown away.
    pub(super) fn upright_size(crop: Rect, orientation: Orientation, pixel_aspect: f32) -> Size {
        let stretch = |pixels: u32, by: f32| (pixels as f32 * by.max(1.0)).round() as u32;
        let square = Size::new(stretch(crop.width, pixel_aspect), stretch(crop.height, 1.0 / pixel_aspect));
        orientation.upright_size(square)
    }
}

fn exif_number<S: Serializer>(orientation: &Orientation, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u16(orientation.exif())
}

fn cfa_name<S: Serializer>(cfa: &Option<Cfa>, out: S) -> Result<S::Ok, S::Error> {
    cfa.map(|c| c.to_string()).serialize(out)
}
