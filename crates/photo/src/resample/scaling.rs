//! What to resample: which part of the source becomes how many pixels.

use crate::Size;

/// A part of a picture in fractional pixels: pixel `i` covers `i` to `i + 1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Region {
    /// A region from its corner and sides.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// The whole of `size`.
    pub fn full(size: Size) -> Self {
        Self::new(0.0, 0.0, f64::from(size.width), f64::from(size.height))
    }

    /// The part of it that lies in `size`, never thinner than a hundredth of a pixel; a side that is not a number
    /// becomes the whole.
    pub fn clamped(self, size: Size) -> Self {
        let (x, width) = clamp_side(self.x, self.width, f64::from(size.width));
        let (y, height) = clamp_side(self.y, self.height, f64::from(size.height));
        Self::new(x, y, width, height)
    }
}

const THINNEST: f64 = 0.01;

fn clamp_side(at: f64, len: f64, end: f64) -> (f64, f64) {
    let until = at + len;
    if !until.is_finite() || !at.is_finite() {
        return (0.0, end);
    }
    let at = at.clamp(0.0, (end - THINNEST).max(0.0));
    (at, until.clamp((at + THINNEST).min(end), end) - at)
}

/// `region` of a picture of size `source` becomes `target` pixels. The two axes may scale differently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// Size of the source.
    pub source: Size,
    /// The part of it to show; inside the source.
    pub region: Region,
    /// Size of the result, at least 1 × 1.
    pub target: Size,
}

/// From this reduction on, halving comes first. The halving filter is flat up to a third of the half level's band and
/// Lanczos3 over the remaining 1.5 to 3 cuts above that, so the two together match Lanczos3 alone to 60 dB and more.
const HALVE_FROM: f64 = 3.0;

impl Scaling {
    /// A scaling; the region is clamped to the source, the target to at least one pixel.
    pub fn new(source: Size, region: Region, target: Size) -> Self {
        let target = Size::new(target.width.max(1), target.height.max(1));
        Self { source, region: region.clamped(source), target }
    }

    /// How many halvings come before Lanczos.
    pub fn levels(&self) -> u32 {
        let wide = self.region.width / f64::from(self.target.width);
        let high = self.region.height / f64::from(self.target.height);
        let mut left = wide.min(high);
        let mut levels = 0;
        while left >= HALVE_FROM {
            left /= 2.0;
            levels += 1;
        }
        levels
    }

    /// What is left for Lanczos after the halvings.
    pub fn at_last_level(&self) -> Self {
        (0..self.levels()).fold(*self, |s, _| {
            let Region { x, y, width, height } = s.region;
            let region = Region::new(x / 2.0, y / 2.0, width / 2.0, height / 2.0);
            Self { source: half_size(s.source), region, target: s.target }
        })
    }
}

/// The size of the half level; an odd last row or column keeps a pixel of its own.
pub(super) fn half_size(size: Size) -> Size {
    Size::new(size.width.div_ceil(2), size.height.div_ceil(2))
}
