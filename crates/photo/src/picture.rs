//! A decoded photo: pixels as the file holds them, and what is needed to develop them.

use crate::{CameraColor, Capture, Cfa, Color, Orientation, Rect, Size};

/// A decoded photo. `crop`, `orientation` and `pixel_aspect` hold for every kind of picture.
#[derive(Debug, Clone)]
pub struct Photo {
    /// The pixels.
    pub picture: Picture,
    /// The part to show, in stored pixels; inside the picture (inside `active` of a mosaic).
    pub crop: Rect,
    /// How the stored pixels become upright.
    pub orientation: Orientation,
    /// Height of a stored pixel's width-1 square: upright pixels are `width × aspect` wide as stored; 1 is square.
    pub pixel_aspect: f32,
    /// Colour calibration; empty for a [`Picture::Display`].
    pub color: CameraColor,
    /// DNG BaselineExposure in EV, 0 where the file has none; not yet applied to the pixels.
    pub baseline_exposure_ev: f32,
    /// Lens corrections that the file asks for and that the decoder did not apply to the pixels.
    pub lens: Vec<LensCorrection>,
    /// How it was taken.
    pub capture: Capture,
    /// Things a user should know: repaired data, opcodes that are not applied; one sentence each.
    pub notes: Vec<String>,
}

/// The three kinds of pixels that files hold.
#[derive(Debug, Clone)]
pub enum Picture {
    /// One sample a pixel behind a colour filter array.
    Mosaic(Mosaic),
    /// Three camera-colour samples a pixel (linear DNG, sRAW, lossy DNG).
    Linear(LinearRaw),
    /// Finished pixels (JPEG, PNG, TIFF, WebP).
    Display(DisplayRgb),
}

impl Picture {
    /// The stored size, masked borders included.
    pub fn size(&self) -> Size {
        match self {
            Self::Mosaic(m) => m.size,
            Self::Linear(l) => l.size,
            Self::Display(d) => d.size,
        }
    }
}

/// Samples as stored, row-major without padding.
#[derive(Debug, Clone)]
pub enum Samples {
    /// Integers of up to 16 bits.
    U16(Vec<u16>),
    /// Floating point DNG; in the units of black and white level.
    F32(Vec<f32>),
}

impl Samples {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::U16(v) => v.len(),
            Self::F32(v) => v.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sample `i` as a float.
    #[inline]
    pub fn at(&self, i: usize) -> f32 {
        match self {
            Self::U16(v) => f32::from(v[i]),
            Self::F32(v) => v[i],
        }
    }
}

/// The sensor's samples, in sensor orientation. `samples.len() == size.area()`.
#[derive(Debug, Clone)]
pub struct Mosaic {
    /// The whole plane, masked borders included.
    pub size: Size,
    /// The samples.
    pub samples: Samples,
    /// Colour of each sample; phase of pixel (0, 0) of the plane.
    pub cfa: Cfa,
    /// Level of no light.
    pub black: BlackLevel,
    /// Level of saturation of R, G, B; above every black level.
    pub white: [f32; 3],
    /// The part that sees light; inside `size`.
    pub active: Rect,
}

/// Interleaved camera RGB, not white-balanced. `samples.len() == 3 * size.area()`.
#[derive(Debug, Clone)]
pub struct LinearRaw {
    /// Stored size.
    pub size: Size,
    /// R, G, B, R, G, B …
    pub samples: Samples,
    /// Level of no light of R, G, B.
    pub black: [f32; 3],
    /// Level of saturation of R, G, B.
    pub white: [f32; 3],
    /// The white balance is already in the samples.
    pub balanced: bool,
}

/// Interleaved display-referred RGB, alpha already laid on white. `samples.len() == 3 * size.area()`.
#[derive(Debug, Clone)]
pub struct DisplayRgb {
    /// Stored size.
    pub size: Size,
    /// R, G, B, R, G, B …
    pub samples: DisplaySamples,
    /// ICC profile of the samples; sRGB where `None`.
    pub icc: Option<Vec<u8>>,
}

/// Full-range display samples.
#[derive(Debug, Clone)]
pub enum DisplaySamples {
    /// 0 to 255.
    U8(Vec<u8>),
    /// 0 to 65535.
    U16(Vec<u16>),
}

/// Level of no light: a repeating pattern plus a change for each row and column, anchored at plane pixel (0, 0)
/// (DNG 1.7.1: BlackLevel, BlackLevelDeltaV, BlackLevelDeltaH).
#[derive(Debug, Clone, PartialEq)]
pub struct BlackLevel {
    /// Rows of the pattern, at least 1.
    pub rows: usize,
    /// Columns of the pattern, at least 1.
    pub cols: usize,
    /// `rows × cols` levels.
    pub pattern: Vec<f32>,
    /// Added to row `y`; empty, or one for each row of the plane.
    pub row_delta: Vec<f32>,
    /// Added to column `x`; empty, or one for each column of the plane.
    pub col_delta: Vec<f32>,
}

impl BlackLevel {
    /// The same level everywhere.
    pub fn uniform(level: f32) -> Self {
        Self { rows: 1, cols: 1, pattern: vec![level], row_delta: Vec::new(), col_delta: Vec::new() }
    }

    /// The level of the pixel at column `x`, row `y` of the plane.
    #[inline]
    pub fn at(&self, x: usize, y: usize) -> f32 {
        let base = self.pattern[(y % self.rows) * self.cols + x % self.cols];
        base + self.row_delta.get(y).copied().unwrap_or(0.0) + self.col_delta.get(x).copied().unwrap_or(0.0)
    }

    /// The mean level of each colour over one common period of pattern and `cfa`.
    pub fn mean_by_color(&self, cfa: &Cfa) -> [f32; 3] {
        let (mut sum, mut count) = ([0.0f32; 3], [0u32; 3]);
        for y in 0..self.rows * cfa.period() {
            for x in 0..self.cols * cfa.period() {
                let c = cfa.color_at(x, y) as usize;
                sum[c] += self.pattern[(y % self.rows) * self.cols + x % self.cols];
                count[c] += 1;
            }
        }
        let all = sum.iter().sum::<f32>() / count.iter().sum::<u32>().max(1) as f32;
        [Color::R, Color::G, Color::B].map(|c| match count[c as usize] {
            0 => all,
            n => sum[c as usize] / n as f32,
        })
    }
}

/// One lens correction of a DNG opcode list (DNG 1.7.1, chapter 7), in list order.
#[derive(Debug, Clone, PartialEq)]
pub enum LensCorrection {
    /// WarpRectilinear: radial and tangential terms for each colour plane (1 or 3) and the optical centre.
    WarpRectilinear {
        /// kr0, kr1, kr2, kr3, kt0, kt1 of each plane.
        planes: Vec<[f64; 6]>,
        /// Centre as a fraction of width and height.
        center: (f64, f64),
    },
    /// FixVignetteRadial: gain 1 + k0 r² + k1 r⁴ + … + k4 r¹⁰.
    FixVignetteRadial {
        /// k0 to k4.
        k: [f64; 5],
        /// Centre as a fraction of width and height.
        center: (f64, f64),
    },
}
