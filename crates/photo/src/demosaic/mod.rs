//! One sample a pixel becomes three.
//!
//! [`plain`] says what a method computes: a whole picture, pixel by pixel. [`Rolling`] computes the same, bit by bit,
//! from rows that come in from top to bottom, in memory of some dozen rows.

use crate::{Cfa, Simd};
use serde::{Deserialize, Serialize};

mod border;
mod half;
pub mod hot;
mod kriged;
mod lanes;
mod linear;
mod rcd;
mod ring;

pub use border::border_index;

/// How the missing colours are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Ratio corrected demosaicing (L. Sanz Rodríguez, 2017); on X-Trans the same as [`Method::Best`].
    #[default]
    Rcd,
    /// The best quality that we have, at some times the cost: kriging along four directions, weighted by
    /// cross-validation.
    Best,
    /// The mean of the neighbours.
    Bilinear,
    /// One pixel from each 2 × 2 (X-Trans: 3 × 3) block; half (a third) of the size.
    Half,
}

impl Method {
    /// Rows and columns on each side of the picture (or band) that [`Rolling`] needs beyond it.
    pub const fn halo(self, cfa: &Cfa) -> usize {
        match Kind::of(self, cfa) {
            Kind::Copy => 0,
            Kind::Linear => linear::HALO,
            Kind::Half => half::HALO,
            Kind::Rcd => rcd::HALO,
            Kind::Kriged => kriged::HALO,
        }
    }

    /// Source pixels a side of one output pixel: 1, or 2 (X-Trans: 3) of [`Method::Half`]. The output has
    /// `width / scale × height / scale` pixels; what is left at the right and bottom is dropped.
    pub const fn scale(self, cfa: &Cfa) -> usize {
        match self {
            Self::Half => half::scale(cfa),
            _ => 1,
        }
    }
}

/// What a method means for a pattern.
enum Kind {
    Copy,
    Linear,
    Half,
    Rcd,
    Kriged,
}

impl Kind {
    const fn of(method: Method, cfa: &Cfa) -> Self {
        match (method, cfa) {
            (Method::Half, _) => Self::Half,
            (_, Cfa::Mono) => Self::Copy,
            (Method::Bilinear, _) => Self::Linear,
            (Method::Rcd, Cfa::Bayer(_)) => Self::Rcd,
            (Method::Best, _) | (Method::Rcd, Cfa::XTrans(_)) => Self::Kriged,
        }
    }
}

/// R, G and B of a whole picture, pixel by pixel: the reference of [`Rolling`].
///
/// `src` holds `width × height` samples, black level subtracted and white-balanced: 0 is no light, 1 saturation, both
/// may be exceeded; `cfa` is the pattern at its first sample. Beyond the border, [`border_index`] tells what to see.
/// The planes have [`Method::scale`]'s size.
pub fn plain(method: Method, cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    if width == 0 || height == 0 {
        return Default::default();
    }
    match Kind::of(method, cfa) {
        Kind::Copy => [src.to_vec(), src.to_vec(), src.to_vec()],
        Kind::Linear => linear::plain(cfa, src, width, height),
        Kind::Half => half::plain(cfa, src, width, height),
        Kind::Rcd => rcd::plain::rcd(cfa, src, width, height),
        Kind::Kriged => kriged::plain::kriged(cfa, src, width, height),
    }
}

/// Demosaics a band of columns, row after row from top to bottom. Its memory is allocated once, by [`Rolling::new`].
///
/// Around its `width × height` pixels (the whole picture, or any part of it) the caller gives `h =` [`Rolling::halo`]
/// more samples on every side: it pushes `height + 2 h` rows of `width + 2 h` samples, taking those beyond the picture
/// by [`border_index`]. With scale 1, row `j` of the output comes from push `j + 2 h` (counted from 0); with
/// [`Method::Half`] from push `scale · j + scale - 1 + 2 h`. A band may begin at any column, with [`Method::Half`] at
/// multiples of the scale. The pixels are the same however the picture is cut into bands.
///
/// Bands of 256 to 512 columns keep the rows in the processor's cache.
///
/// ```
/// use photo::{Cfa, Simd, demosaic::{Method, Rolling, border_index}};
///
/// let (width, height, mosaic) = (8, 6, [0.5; 48]);
/// let mut rolling = Rolling::new(Method::Rcd, &Cfa::RGGB, width, Simd::detect());
/// let halo = rolling.halo() as isize;
/// let mut row = vec![0.0; rolling.input_width()];
/// let [mut r, mut g, mut b] = [(); 3].map(|_| vec![0.0; rolling.output_width()]);
/// let mut rows = 0;
/// for y in -halo..height as isize + halo {
///     let line = &mosaic[border_index(y, height, 2) * width..][..width];
///     for (x, v) in (-halo..).zip(&mut row) {
///         *v = line[border_index(x, width, 2)];
///     }
///     if rolling.push(&row, [&mut r, &mut g, &mut b]) {
///         rows += 1;
///     }
/// }
/// assert_eq!(rows, height);
/// ```
#[derive(Debug)]
pub struct Rolling {
    halo: usize,
    scale: usize,
    width: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Copy,
    Linear(linear::LinearRows),
    Half(half::HalfRows),
    Rcd(Box<rcd::rolling::RcdRows>),
    Kriged(Box<kriged::rolling::KrigedRows>),
}

impl Rolling {
    /// For bands of `width` pixels; `cfa` is the pattern at the band's first pixel, halo not counted.
    pub fn new(method: Method, cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let (halo, scale) = (method.halo(cfa), method.scale(cfa));
        let back = (cfa.period() - 1) * halo;
        let (cfa, input) = (cfa.shifted(back, back), width + 2 * halo);
        let state = match Kind::of(method, &cfa) {
            Kind::Copy => State::Copy,
            Kind::Linear => State::Linear(linear::LinearRows::new(&cfa, input, simd)),
            Kind::Half => State::Half(half::HalfRows::new(&cfa, input, simd)),
            Kind::Rcd => State::Rcd(Box::new(rcd::rolling::RcdRows::new(&cfa, input, simd))),
            Kind::Kriged => State::Kriged(Box::new(kriged::rolling::KrigedRows::new(&cfa, input, simd))),
        };
        Self { halo, scale, width, state }
    }

    /// Samples beyond the band on each side; see [`Method::halo`].
    pub fn halo(&self) -> usize {
        self.halo
    }

    /// Samples of a row to push.
    pub fn input_width(&self) -> usize {
        self.width + 2 * self.halo
    }

    /// Pixels of a row that comes out.
    pub fn output_width(&self) -> usize {
        self.width / self.scale
    }

    /// Begins a new band of the same width and pattern; keeps the memory.
    pub fn reset(&mut self) {
        match &mut self.state {
            State::Copy => {}
            State::Linear(s) => s.reset(),
            State::Half(s) => s.reset(),
            State::Rcd(s) => s.reset(),
            State::Kriged(s) => s.reset(),
        }
    }

    /// Takes the next row of [`Rolling::input_width`] samples. When it completes a row of the output, writes R, G and B
    /// to the first [`Rolling::output_width`] elements of `out` and returns true; else leaves `out` alone.
    ///
    /// # Panics
    /// When `row` has another length or a slice of `out` is too short.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        assert_eq!(row.len(), self.input_width(), "samples of a row");
        let out = out.map(|plane| &mut plane[..self.width / self.scale]);
        match &mut self.state {
            State::Copy => {
                out.into_iter().for_each(|plane| plane.copy_from_slice(row));
                true
            }
            State::Linear(s) => s.push(row, out),
            State::Half(s) => s.push(row, out),
            State::Rcd(s) => s.push(row, out),
            State::Kriged(s) => s.push(row, out),
        }
    }
}
