//! RGB spaces by their primaries; every matrix is computed from them.

use super::{adapt, matrix, matrix::Mat, transfer::Transfer};
use serde::{Deserialize, Serialize};

/// CIE 1931 chromaticity.
pub type Xy = [f64; 2];

/// Daylight, CIE 15, as the standards of the spaces below round it.
pub const D65: Xy = [0.3127, 0.3290];
/// White of the ICC profile connection space (ICC.1, X 0.9642, Y 1, Z 0.8249).
pub const D50: Xy = [0.345_702_9, 0.358_538_6];

/// Chromaticities of R, G, B; the white of all spaces here is [`D65`].
pub type Primaries = [Xy; 3];

/// ITU-R BT.2020-2, table 3: the working space.
pub const WORKING: Primaries = [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]];
const SRGB: Primaries = [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];
const DISPLAY_P3: Primaries = [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]];
const ADOBE_RGB: Primaries = [[0.64, 0.33], [0.21, 0.71], [0.15, 0.06]];

/// Luminance of working R, G, B: the Y row of [`to_xyz`] of [`WORKING`].
pub const WORKING_LUMA: [f32; 3] = [0.262_700_2, 0.677_998_1, 0.059_301_72];

/// Colour space of an output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputSpace {
    /// IEC 61966-2-1.
    #[default]
    Srgb,
    /// P3 primaries (SMPTE EG 432-1), D65, sRGB curve.
    DisplayP3,
    /// Adobe RGB (1998).
    AdobeRgb,
}

impl OutputSpace {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Srgb, Self::DisplayP3, Self::AdobeRgb];

    /// Chromaticities of its primaries.
    pub const fn primaries(self) -> Primaries {
        match self {
            Self::Srgb => SRGB,
            Self::DisplayP3 => DISPLAY_P3,
            Self::AdobeRgb => ADOBE_RGB,
        }
    }

    /// Its transfer curve.
    pub const fn transfer(self) -> Transfer {
        match self {
            Self::Srgb | Self::DisplayP3 => Transfer::Srgb,
            Self::AdobeRgb => Transfer::Adobe,
        }
    }

    /// Linear working RGB to linear RGB of this space.
    pub fn from_working(self) -> Mat {
        convert(&WORKING, &self.primaries())
    }

    /// Linear RGB of this space to linear working RGB.
    pub fn to_working(self) -> Mat {
        convert(&self.primaries(), &WORKING)
    }
}

/// XYZ of a chromaticity with Y = 1.
pub fn xyz([x, y]: Xy) -> [f64; 3] {
    [x / y, 1.0, (1.0 - x - y) / y]
}

/// Chromaticity of an XYZ colour; `None` where the sum or Y is not above 0.
pub fn chromaticity([x, y, z]: [f64; 3]) -> Option<Xy> {
    let sum = x + y + z;
    (sum.is_finite() && sum > 1e-12 && y > 1e-12).then(|| [x / sum, y / sum])
}

/// Linear RGB to XYZ with Y of white = 1 (SMPTE RP 177: primaries scaled so that they add up to the white).
pub fn to_xyz(primaries: &Primaries) -> Mat {
    let columns = primaries.map(xyz);
    let unscaled: Mat = std::array::from_fn(|r| std::array::from_fn(|c| columns[c][r]));
    let inverse = matrix::invert(&unscaled).expect("primaries are not on a line");
    matrix::multiply(&unscaled, &matrix::diagonal(matrix::apply(&inverse, xyz(D65))))
}

/// XYZ to linear RGB, the inverse of [`to_xyz`].
pub fn from_xyz(primaries: &Primaries) -> Mat {
    matrix::invert(&to_xyz(primaries)).expect("primaries are not on a line")
}

/// XYZ seen under `white` to linear working RGB.
pub fn working_from_xyz(white: Xy) -> Mat {
    matrix::multiply(&from_xyz(&WORKING), &adapt::bradford(white, D65))
}

fn convert(from: &Primaries, to: &Primaries) -> Mat {
    matrix::multiply(&from_xyz(to), &to_xyz(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: &Mat, want: &Mat, within: f64) {
        for (g, w) in got.iter().flatten().zip(want.iter().flatten()) {
            assert!((g - w).abs() < within, "{got:?} is not {want:?}");
        }
    }

    #[test]
    fn srgb_matrix_is_that_of_the_standard() {
        // IEC 61966-2-1, rounded to four digits there.
        let want = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];
        near(&to_xyz(&SRGB), &want, 6e-5);
    }

    #[test]
    fn adobe_matrix_is_that_of_the_specification() {
        // Adobe RGB (1998) Color Image Encoding, 4.3.5.3.
        let want = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]];
        near(&to_xyz(&ADOBE_RGB), &want, 2e-5);
    }

    #[test]
    fn srgb_in_bt2020_is_as_the_itu_says() {
        // ITU-R BT.2087-0, equation (2).
        let want = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]];
        near(&OutputSpace::Srgb.to_working(), &want, 1e-4);
    }

    #[test]
    fn working_luminance_is_the_y_row() {
        let y = to_xyz(&WORKING)[1];
        (0..3).for_each(|c| assert!((y[c] - f64::from(WORKING_LUMA[c])).abs() < 1e-7, "{y:?}"));
    }

    #[test]
    fn white_stays_white_between_spaces() {
        for space in OutputSpace::ALL {
            for m in [space.from_working(), space.to_working()] {
                matrix::apply(&m, [1.0; 3]).iter().for_each(|v| assert!((v - 1.0).abs() < 1e-12));
            }
        }
    }
}
