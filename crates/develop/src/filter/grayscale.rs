//! Grey of the same luminance.

use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::color::transfer::{decode_one, encode_one};
use photo::color::{OutputSpace, Transfer, space};
use photo::{Simd, Strip};

/// Luminance in linear light, in all three planes.
pub struct Grayscale {
    luminance: [f32; 3],
    transfer: Transfer,
    simd: Simd,
}

impl Grayscale {
    /// Grey of rows in `space`.
    pub fn new(space: OutputSpace, simd: Simd) -> Self {
        Self { luminance: luminance(space), transfer: space.transfer(), simd }
    }
}

/// Luminance of linear R, G, B: the Y row of the space's matrix to XYZ.
fn luminance(space: OutputSpace) -> [f32; 3] {
    space::to_xyz(&space.primaries())[1].map(|w| w as f32)
}

#[inline(always)]
fn gray(weights: [f32; 3], transfer: Transfer, [r, g, b]: [f32; 3]) -> f32 {
    let [r, g, b] = [decode_one(transfer, r), decode_one(transfer, g), decode_one(transfer, b)];
    encode_one(transfer, weights[0] * r + weights[1] * g + weights[2] * b)
}

#[inline(always)]
fn gray_kernel(weights: [f32; 3], transfer: Transfer, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        let v = gray(weights, transfer, [*r, *g, *b]);
        (*r, *g, *b) = (v, v, v);
    }
}

photo::dispatch!(/// Makes three planes grey.
    fn gray_rows(weights: [f32; 3], transfer: Transfer, r: &mut [f32], g: &mut [f32], b: &mut [f32]) = gray_kernel);

impl Stage for Grayscale {
    fn name(&self) -> &'static str {
        "grayscale"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        let [r, g, b] = strip.planes.each_mut();
        gray_rows(self.simd, self.luminance, self.transfer, r, g, b);
        down(strip)
    }
}

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, space: OutputSpace) -> Strip {
    let (weights, transfer) = (luminance(space), space.transfer());
    super::map(picture, |_, x, y| gray(weights, transfer, std::array::from_fn(|c| super::at(picture, c, x, y))))
}
