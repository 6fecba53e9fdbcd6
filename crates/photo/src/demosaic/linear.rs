//! Linear interpolation in the 3 × 3 neighbourhood: the mean of a colour's samples, each weighted 4, 2 or 1 by its
//! distance. On Bayer this is bilinear interpolation; every 3 × 3 window of X-Trans holds all three colours too.

use super::border::extended;
use super::lanes::{at, cut};
use super::ring::Ring;
use crate::{Cfa, Simd};

/// Rows and columns around a pixel that may change it.
pub const HALO: usize = 1;

/// The weights of the nine neighbours, row by row, for colour `c` at a pixel; their sum is 1. A sampled colour stays.
fn weights(cfa: &Cfa, c: usize, x: usize, y: usize) -> [f32; 9] {
    let period = cfa.period();
    let color = |k: usize| cfa.color_at(x + period + k % 3 - 1, y + period + k / 3 - 1) as usize;
    if color(4) == c {
        return std::array::from_fn(|k| if k == 4 { 1.0 } else { 0.0 });
    }
    let near: [f32; 9] = [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0];
    let of_color: [f32; 9] = std::array::from_fn(|k| if color(k) == c { near[k] } else { 0.0 });
    let sum = of_color.iter().sum::<f32>().max(1.0);
    of_color.map(|w| w / sum)
}

/// The weighted sum, rows first.
#[inline(always)]
fn weighted(w: [f32; 9], m: [f32; 9]) -> f32 {
    let row = |k: usize| (w[k] * m[k] + w[k + 2] * m[k + 2]) + w[k + 1] * m[k + 1];
    (row(0) + row(6)) + row(3)
}

/// R, G and B of the whole picture.
pub fn plain(cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    let stride = width + 2 * HALO;
    let mosaic = extended(src, width, height, HALO, cfa.period());
    [0, 1, 2].map(|c| {
        let value = |x: usize, y: usize| {
            let around = std::array::from_fn(|k| mosaic[(y + k / 3) * stride + x + k % 3]);
            weighted(weights(cfa, c, x, y), around)
        };
        (0..width * height).map(|i| value(i % width, i / width)).collect()
    })
}

/// The state of one band of rows.
#[derive(Debug)]
pub struct LinearRows {
    simd: Simd,
    period: usize,
    /// Samples of an output row.
    width: usize,
    y: usize,
    rows: Ring<4>,
    /// For each row of the pattern, colour and neighbour: the weights along an output row.
    weights: Vec<[[Vec<f32>; 9]; 3]>,
}

impl LinearRows {
    /// For rows of `width` samples, halo included; `cfa` at the first sample of the first row.
    pub fn new(cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let inner = width - 2 * HALO;
        let along = |y, c, k: usize| (0..inner).map(|x| weights(cfa, c, x + HALO, y + HALO)[k]).collect();
        let row = |y| [0, 1, 2].map(|c| std::array::from_fn(|k| along(y, c, k)));
        let weights = (0..cfa.period()).map(row).collect();
        Self { simd, period: cfa.period(), width: inner, y: 0, rows: Ring::new(width), weights }
    }

    /// Begins a new picture of the same width and pattern.
    pub fn reset(&mut self) {
        self.y = 0;
    }

    /// Takes a row; whether it gave one, the row [`HALO`] above, without the halo.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        let y = self.y;
        self.y += 1;
        self.rows.row_mut(y).copy_from_slice(row);
        let Some(top) = y.checked_sub(2 * HALO) else { return false };
        let taps = std::array::from_fn(|k| &self.rows.row(top + k / 3)[k % 3..][..self.width]);
        for (out, weights) in out.into_iter().zip(&self.weights[top % self.period]) {
            weighted_row(self.simd, &mut out[..self.width], weights, taps);
        }
        true
    }
}

#[inline(always)]
fn weighted_kernel(out: &mut [f32], weights: &[Vec<f32>; 9], taps: [&[f32]; 9]) {
    let n = out.len();
    let [v0, v1, v2, v3, v4, v5, v6, v7, v8] = weights;
    let [m0, m1, m2, m3, m4, m5, m6, m7, m8] = taps;
    cut!(n; v0 v1 v2 v3 v4 v5 v6 v7 v8 m0 m1 m2 m3 m4 m5 m6 m7 m8);
    for i in 0..n {
        out[i] = weighted(at!(i; v0 v1 v2 v3 v4 v5 v6 v7 v8), at!(i; m0 m1 m2 m3 m4 m5 m6 m7 m8));
    }
}
crate::dispatch!(fn weighted_row(out: &mut [f32], weights: &[Vec<f32>; 9], taps: [&[f32]; 9]) = weighted_kernel);
