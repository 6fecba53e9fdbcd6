//! One sample a pixel becomes three.

use serde::{Deserialize, Serialize};

/// How the missing colours are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Ratio corrected demosaicing (L. Sanz Rodríguez, 2017); on X-Trans our direction-adaptive method.
    #[default]
    Rcd,
    /// The best quality that we have, several times slower.
    Best,
    /// The mean of the neighbours.
    Bilinear,
    /// One pixel from each 2 × 2 (X-Trans: 3 × 3) block; half (a third) of the size.
    Half,
}
