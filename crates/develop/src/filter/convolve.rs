//! A kernel of one's own on encoded values, correlated as it is written: the first weight is the top left neighbour's.

use super::kernel::{pad, weighted_sum};
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::transfer::unit;
use photo::{Simd, Strip};

/// Weighted sum of an odd square of neighbours.
pub struct Convolve {
    side: usize,
    weights: Vec<f32>,
    bias: f32,
    simd: Simd,
    padded: Vec<Vec<f32>>,
}

impl Convolve {
    /// `kernel` is an odd square, row by row; see [`weights`] for `divisor`. `bias` is added at the end.
    pub fn new(kernel: &[f32], divisor: Option<f32>, bias: f32, simd: Simd) -> Self {
        let side = kernel.len().isqrt();
        Self { side, weights: weights(kernel, divisor), bias, simd, padded: vec![Vec::new(); side] }
    }
}

/// The kernel divided by `divisor`, or else by the sum of its weights; by 1 where that is 0.
fn weights(kernel: &[f32], divisor: Option<f32>) -> Vec<f32> {
    let by = divisor.unwrap_or_else(|| kernel.iter().sum());
    let by = if by == 0.0 { 1.0 } else { by };
    kernel.iter().map(|w| w / by).collect()
}

impl RowFilter for Convolve {
    fn name(&self) -> &'static str {
        "convolve"
    }

    fn half(&self) -> usize {
        self.side / 2
    }

    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]) {
        let half = self.side / 2;
        for (c, out) in out.into_iter().enumerate() {
            for (j, padded) in self.padded.iter_mut().enumerate() {
                pad(rows.row(c, j as isize - half as isize), half, padded);
            }
            let width = out.len();
            let tap = |i: usize| &self.padded[i / self.side][i % self.side..][..width];
            let taps: Vec<&[f32]> = (0..self.weights.len()).map(tap).collect();
            weighted_sum(self.simd, &taps, &self.weights, out);
            out.iter_mut().for_each(|v| *v = unit(*v + self.bias));
        }
    }
}

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, kernel: &[f32], divisor: Option<f32>, bias: f32) -> Strip {
    let (weights, side) = (weights(kernel, divisor), kernel.len().isqrt() as isize);
    super::map(picture, |c, x, y| {
        let neighbours =
            (0..side * side).map(|i| super::at(picture, c, x + i % side - side / 2, y + i / side - side / 2));
        let sum = neighbours.zip(&weights).fold(0.0, |sum, (v, w)| sum + w * v);
        unit(sum + bias)
    })
}
