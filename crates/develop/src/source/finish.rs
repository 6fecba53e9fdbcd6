//! What is left to do with a row of camera RGB: highlights, then the camera's matrix.

use crate::{highlights, recipe::Highlights};
use photo::{Matrix3, Simd, color::CameraTransform};

/// Turns three rows of balanced camera RGB into linear working RGB, in place. A pixel depends on itself alone.
#[derive(Debug, Clone)]
pub struct FinishRow {
    simd: Simd,
    highlights: Highlights,
    clip: [f32; 3],
    matrix: Matrix3,
}

impl FinishRow {
    /// For a camera under a white balance.
    pub fn new(simd: Simd, highlights: Highlights, transform: &CameraTransform) -> Self {
        Self { simd, highlights, clip: transform.multipliers, matrix: transform.matrix }
    }

    /// The rows of some pixels.
    pub fn apply(&self, [r, g, b]: [&mut [f32]; 3]) {
        highlights::recover(self.simd, self.highlights, self.clip, [&mut *r, &mut *g, &mut *b]);
        multiply(self.simd, &self.matrix, r, g, b);
    }
}

#[inline(always)]
fn multiply_kernel(m: &Matrix3, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        let v = [*r, *g, *b];
        [*r, *g, *b] = std::array::from_fn(|i| m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2]);
    }
}

photo::dispatch!(
    /// `m` times each pixel, in place.
    fn multiply(m: &Matrix3, r: &mut [f32], g: &mut [f32], b: &mut [f32]) = multiply_kernel
);
