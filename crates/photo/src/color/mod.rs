//! Colour: spaces, adaptation, camera matrices, transfer curves, profiles.
//!
//! The working space is linear ITU-R BT.2020 primaries with a D65 white, scene-referred: 0 is black, 1 is the level at
//! which a neutral object saturates the sensor; values may leave that range.

use serde::{Deserialize, Serialize};

/// Colour space of an output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputSpace {
    /// IEC 61966-2-1.
    #[default]
    Srgb,
    /// P3 primaries, D65, sRGB curve.
    DisplayP3,
    /// Adobe RGB (1998).
    AdobeRgb,
}
