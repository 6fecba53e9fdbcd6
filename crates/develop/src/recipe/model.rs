//! The words of a recipe file, version 1. Parsing, checking and upgrading are beside; here is what the words mean.

pub use crate::window::Window;
pub use photo::color::Intent;
pub use photo::metadata::{Keep, Metadata, SetMetadata};
use photo::{color::OutputSpace, demosaic::Method, encode::Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of these words; 1.
    pub version: u32,
    /// From sensor to picture.
    #[serde(default)]
    pub develop: Develop,
    /// Shape of the picture, before any rendition.
    #[serde(default)]
    pub geometry: Geometry,
    /// Filters of every rendition, before its own.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Watermark of every rendition that has none of its own.
    #[serde(default)]
    pub watermark: Option<Watermark>,
    /// What is written into the files besides pixels.
    #[serde(default)]
    pub metadata: Metadata,
    /// Where the files go.
    #[serde(default)]
    pub output: Output,
    /// Seats a photo needs while it is worked on, by pool.
    #[serde(default)]
    pub seats: BTreeMap<String, u32>,
    /// The outputs of a photo; at least one.
    pub renditions: Vec<Rendition>,
}

/// From sensor to picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Develop {
    /// White balance.
    pub white_balance: WhiteBalance,
    /// Exposure in EV, −5 to 5.
    pub exposure: f32,
    /// What becomes of clipped pixels.
    pub highlights: Highlights,
    /// Demosaic method.
    pub demosaic: Method,
    /// Repair pixels that stand far out of their neighbours.
    pub hot_pixels: bool,
    /// Noise reduction.
    pub denoise: Denoise,
    /// Tone curve.
    pub tone: Tone,
    /// −100 (grey) to 100.
    pub saturation: f32,
    /// −100 to 100; like saturation, sparing skin and what is already colourful.
    pub vibrance: f32,
    /// A look, after all of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lut: Option<Lut>,
}

impl Default for Develop {
    fn default() -> Self {
        Self {
            white_balance: WhiteBalance::AsShot,
            exposure: 0.0,
            highlights: Highlights::Blend,
            demosaic: Method::Rcd,
            hot_pixels: true,
            denoise: Denoise::Auto,
            tone: Tone::Neutral,
            saturation: 0.0,
            vibrance: 0.0,
            lut: None,
        }
    }
}

/// White balance: `"as-shot"`, `"auto"`, `{ kelvin = 5500, tint = 0 }` or `{ multipliers = [2.0, 1.0, 1.5] }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhiteBalance {
    /// What the camera chose.
    AsShot,
    /// Grey-world over the unclipped pixels.
    Auto,
    /// Correlated colour temperature (2000 to 25000 K) and tint (−150 green to 150 magenta).
    #[serde(untagged)]
    Kelvin {
        /// Temperature in kelvin.
        kelvin: f32,
        /// Distance from the daylight locus.
        #[serde(default)]
        tint: f32,
    },
    /// Multipliers of camera R, G, B.
    #[serde(untagged)]
    Multipliers {
        /// Each above 0.
        multipliers: [f32; 3],
    },
}

/// What becomes of clipped pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Highlights {
    /// All channels stop where the first one does: white, never magenta.
    Clip,
    /// What the unclipped channels still know is kept, fading to neutral.
    Blend,
}

/// Noise reduction: `"auto"` (by ISO and measured noise), `"off"` or a strength of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denoise {
    /// By ISO: from 800 on.
    Auto,
    /// None.
    Off,
    /// 0 to 100.
    #[serde(untagged)]
    Strength(f32),
}

/// Tone curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Near to what the camera's own picture shows: brightness follows the embedded preview where one exists.
    Neutral,
    /// None: for measurement.
    Linear,
}

/// A look-up table of colours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lut {
    /// Id of a `.cube` asset; a path beside the recipe on the command line.
    pub file: String,
    /// How much of it, in percent.
    #[serde(default = "whole")]
    pub strength: f32,
    /// The space whose encoded values it is made for.
    #[serde(default)]
    pub space: OutputSpace,
}

fn whole() -> f32 {
    100.0
}

/// Shape of the picture, before any rendition. Steps are done in the order of the fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Geometry {
    /// Clockwise, in degrees, −45 to 45; the result is cropped to the largest rectangle without empty corners.
    pub straighten: f32,
    /// Part to keep, as fractions of the straightened upright picture.
    pub crop: Option<Crop>,
    /// Cut away the even border around the content.
    pub trim: Option<Trim>,
}

/// A part of the picture in fractions of 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Trim to content.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trim {
    /// Distance from the border colour that counts as content, in percent of the range, 0 to 100.
    pub tolerance: f32,
    /// Border to leave around the content, in percent of its larger side.
    pub margin: f32,
}

impl Default for Trim {
    fn default() -> Self {
        Self { tolerance: 6.0, margin: 2.0 }
    }
}

/// A filter; `op` chooses. Sigmas and radii are in pixels of the rendition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Filter {
    /// Blur in linear light.
    GaussianBlur {
        /// Above 0, to 100.
        sigma: f32,
    },
    /// value + amount × (value − blurred), on encoded values.
    UnsharpMask {
        /// Above 0, to 100.
        sigma: f32,
        /// 0 to 10.
        amount: f32,
        /// Differences below it (0 to 1) stay.
        #[serde(default)]
        threshold: f32,
    },
    /// A light sharpening for the screen, on luminance alone; no halo.
    Sharpen {
        /// 0 to 10.
        amount: f32,
    },
    /// A kernel of one's own on encoded values: an odd square, row-major, 3 to 15 a side.
    Convolve {
        /// The weights.
        kernel: Vec<f32>,
        /// Divides the sum; the sum of weights where absent (1 where that is 0).
        #[serde(default)]
        divisor: Option<f32>,
        /// Added at the end.
        #[serde(default)]
        bias: f32,
    },
    /// Median of a square.
    Median {
        /// 1 to 7.
        radius: u32,
    },
    /// Darkens (above 0) or lightens the corners, in linear light.
    Vignette {
        /// −1 to 1.
        strength: f32,
        /// Where it begins, as a fraction of the half diagonal, 0 to 1.
        #[serde(default = "half")]
        radius: f32,
    },
    /// Luminance in linear light.
    Grayscale,
    /// A program that the operator's configuration maps this name to.
    Exec {
        /// The name.
        tool: String,
    },
}

fn half() -> f32 {
    0.5
}

/// One output of a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rendition {
    /// Unique in the recipe; letters, digits, `-` and `_`.
    pub name: String,
    /// How the picture fills the box.
    #[serde(default)]
    pub fit: Fit,
    /// Width of the box in pixels; free where absent.
    #[serde(default)]
    pub width: Option<u32>,
    /// Height of the box in pixels; free where absent.
    #[serde(default)]
    pub height: Option<u32>,
    /// Where `cover` looks and `pad` puts.
    #[serde(default)]
    pub gravity: Gravity,
    /// Colour around the picture for `pad`, `#rrggbb`.
    #[serde(default)]
    pub background: Rgb8,
    /// May pixels be invented.
    #[serde(default)]
    pub enlarge: bool,
    /// Filters of this rendition, after the recipe's.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Watermark of this rendition, in place of the recipe's.
    #[serde(default)]
    pub watermark: Option<Watermark>,
    /// Colour space.
    #[serde(default)]
    pub color: OutputSpace,
    /// Id of an ICC profile that the file has in place of `color`; a path beside the recipe on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What becomes of colours outside of `profile`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub intent: Intent,
    /// Resolution written into the file.
    #[serde(default)]
    pub dpi: Option<u32>,
    /// The file.
    pub encode: Encode,
    /// The part of the picture that is made, where not all of it is: only previews say so, no text can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How a picture fills a box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// As large as fits; nothing is cut.
    #[default]
    Inside,
    /// The box is filled; what stands over is cut by gravity.
    Cover,
    /// As large as fits, the rest of the box is background. A square box gives the shop's white square.
    Pad,
}

/// One of nine places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gravity {
    /// The middle.
    #[default]
    Center,
    /// Top middle.
    North,
    /// Bottom middle.
    South,
    /// Right middle.
    East,
    /// Left middle.
    West,
    /// Top right.
    NorthEast,
    /// Top left.
    NorthWest,
    /// Bottom right.
    SouthEast,
    /// Bottom left.
    SouthWest,
}

/// An sRGB colour, `#rrggbb`; white by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb8(pub [u8; 3]);

impl Default for Rgb8 {
    fn default() -> Self {
        Self([255; 3])
    }
}

impl TryFrom<String> for Rgb8 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let value = value.ok_or_else(|| format!("a colour is written #rrggbb, not `{text}`"))?;
        let [_, r, g, b] = value.to_be_bytes();
        Ok(Self([r, g, b]))
    }
}

impl From<Rgb8> for String {
    fn from(Rgb8([r, g, b]): Rgb8) -> String {
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// A picture or a text laid over the rendition, in linear light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watermark {
    /// Id of a PNG asset; a path beside the recipe on the command line. Either this or `text`.
    #[serde(default)]
    pub image: Option<String>,
    /// Text in `font`, or else the bundled fonts.
    #[serde(default)]
    pub text: Option<String>,
    /// Id of a TrueType or OpenType font asset for `text`; a path beside the recipe on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// Colour of the text.
    #[serde(default)]
    pub color: Rgb8,
    /// 0 to 1.
    #[serde(default = "half")]
    pub opacity: f32,
    /// Place.
    #[serde(default = "south_east")]
    pub gravity: Gravity,
    /// Distance from the edges, as a fraction of the shorter side.
    #[serde(default = "margin")]
    pub margin: f32,
    /// Width of the mark as a fraction of the rendition's width.
    #[serde(default = "fifth")]
    pub width: f32,
    /// Clockwise, in degrees.
    #[serde(default)]
    pub rotate: f32,
    /// Repeat it over the whole picture.
    #[serde(default)]
    pub tile: bool,
}

fn south_east() -> Gravity {
    Gravity::SouthEast
}

fn margin() -> f32 {
    0.02
}

fn fifth() -> f32 {
    0.2
}

/// Where the files go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// Path below the output folder, without suffix: `{dir}` `{stem}` `{rendition}` `{date}` `{camera}` `{seq}`.
    pub path: String,
}

impl Default for Output {
    fn default() -> Self {
        Self { path: "{dir}/{stem}_{rendition}".into() }
    }
}
