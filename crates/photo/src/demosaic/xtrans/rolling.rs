//! Our X-Trans method, row after row.
//!
//! A row is split into six: every sixth column. All samples of such a plane have the same place in the pattern and so
//! the same filter, whose weights stay in registers while the samples pass.

use super::HALO;
use super::bank::{Bank, DIRECTIONS, ESTIMATES, missing};
use super::formula;
use super::kriging::{RADIUS, SIDE};
use crate::demosaic::lanes::{at, cut};
use crate::demosaic::linear::LinearRows;
use crate::demosaic::ring::Ring;
use crate::{Cfa, Simd};
use std::array::from_fn;
use std::sync::Arc;

/// Columns before the input, so that the first pixel of the output begins a period.
const LEAD: usize = 6 - HALO;

/// The state of one band of rows.
#[derive(Debug)]
pub struct XTransRows {
    simd: Simd,
    cfa: Cfa,
    bank: Arc<Bank>,
    shift: (usize, usize),
    /// Samples of an input row.
    width: usize,
    /// Number of the next row.
    y: usize,
    first_pass: LinearRows,
    linear: [Vec<f32>; 3],
    /// Every sixth sample, the first pixel of the output at 1 of plane 0.
    planes: [Ring<8>; 6],
    lightness: Ring<4>,
    products: [Ring<8>; 3],
    /// Smoothed down the columns; then also along the row.
    smoothed: [Vec<f32>; 3],
    tensor: [Vec<f32>; 3],
    /// Every sixth pixel of a row: the products, then the two missing colours.
    sixth: [Vec<f32>; 3],
    estimates: [Vec<f32>; ESTIMATES],
    found: [Vec<f32>; 2],
}

impl XTransRows {
    /// For rows of `width` samples, halo included; `cfa` at the first sample of the first row.
    pub fn new(cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let (bank, shift) = Bank::of(cfa);
        let inner = width - 2 * HALO;
        let sixth = inner.div_ceil(6).next_multiple_of(8); // no remainder after vectors
        Self {
            simd,
            cfa: *cfa,
            bank,
            shift,
            width,
            y: 0,
            first_pass: LinearRows::new(cfa, width, simd),
            linear: [(); 3].map(|_| vec![0.0; width - 2]),
            planes: from_fn(|_| Ring::new(sixth + 2)),
            lightness: Ring::new(width - 2),
            products: from_fn(|_| Ring::new(width - 4)),
            smoothed: [(); 3].map(|_| vec![0.0; width - 4]),
            tensor: [(); 3].map(|_| vec![0.0; inner]),
            sixth: [(); 3].map(|_| vec![0.0; sixth]),
            estimates: [(); ESTIMATES].map(|_| vec![0.0; sixth]),
            found: [(); 2].map(|_| vec![0.0; sixth]),
        }
    }

    /// Begins a new picture of the same width and pattern.
    pub fn reset(&mut self) {
        self.y = 0;
        self.first_pass.reset();
    }

    /// Takes a row; whether it gave one, the row [`HALO`] above, without the halo.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        let y = self.y;
        self.y += 1;
        self.split(y, row);
        if self.first_pass.push(row, self.linear.each_mut().map(|l| &mut l[..])) {
            let [r, g, b] = &self.linear;
            lightness(self.simd, self.lightness.row_mut(y - 1), r, g, b);
        }
        if y >= 4 {
            self.multiply(y - 2);
        }
        let complete = y >= 2 * HALO;
        if complete {
            self.smooth(y - HALO);
            self.colors(y - HALO, out);
        }
        complete
    }

    fn split(&mut self, y: usize, row: &[f32]) {
        for (p, plane) in self.planes.iter_mut().enumerate() {
            let (skip, first) = if p < LEAD { (1, p + 6 - LEAD) } else { (0, p - LEAD) };
            let every_sixth = row[first.min(row.len())..].iter().step_by(6);
            plane.row_mut(y)[skip..].iter_mut().zip(every_sixth).for_each(|(o, v)| *o = *v);
        }
    }

    fn multiply(&mut self, y: usize) {
        let n = self.width - 4;
        let (own, l) = (self.lightness.row(y), &self.lightness);
        let beside = [&own[..n], &own[2..], &l.row(y - 1)[1..][..n], &l.row(y + 1)[1..][..n]];
        let [xx, yy, xy] = self.products.each_mut().map(|p| p.row_mut(y));
        multiply(self.simd, xx, yy, xy, beside);
    }

    fn smooth(&mut self, y: usize) {
        for ((products, smoothed), tensor) in self.products.iter().zip(&mut self.smoothed).zip(&mut self.tensor) {
            smooth(self.simd, smoothed, from_fn(|k| products.row(y + k - 2)));
            let n = tensor.len();
            smooth(self.simd, tensor, from_fn(|k| &smoothed[k..][..n]));
        }
    }

    fn colors(&mut self, y: usize, out: [&mut [f32]; 3]) {
        let [red, green, blue] = out;
        let out = [red, green, blue];
        for p in 0..6 {
            for (sixth, tensor) in self.sixth.iter_mut().zip(&self.tensor) {
                sixth.iter_mut().zip(tensor.iter().skip(p).step_by(6)).for_each(|(s, t)| *s = *t);
            }
            self.estimate(p, y);
            let [xx, yy, xy] = &self.sixth;
            for (k, found) in self.found.iter_mut().enumerate() {
                let of_direction = from_fn(|d| &self.estimates[2 * d + k][..]);
                blend(self.simd, found, of_direction, [xx, yy, xy]);
            }
            let own = self.cfa.color_at(p + HALO, y) as usize;
            put(out[own], p, &self.planes[p].row(y)[1..]);
            for (found, c) in self.found.iter().zip(missing(own)) {
                put(out[c], p, found);
            }
        }
    }

    /// The estimates of every sixth pixel of row `y`, from pixel `p`: one row of the window after the other.
    fn estimate(&mut self, p: usize, y: usize) {
        let filter = self.bank.at(p + HALO + self.shift.0, y + self.shift.1);
        for (sum, weights) in self.estimates.iter_mut().zip(filter) {
            sum.fill(0.0);
            for (k, weights) in weights.as_chunks::<SIDE>().0.iter().enumerate() {
                let taps = from_fn(|i| {
                    let column = 6 + p + i - RADIUS;
                    &self.planes[column % 6].row(y + k - RADIUS)[column / 6..]
                });
                add_taps(self.simd, sum, taps, weights);
            }
        }
    }
}

/// Writes every sixth pixel of a row, from pixel `p`.
fn put(row: &mut [f32], p: usize, sixth: &[f32]) {
    row.iter_mut().skip(p).step_by(6).zip(sixth).for_each(|(o, v)| *o = *v);
}

#[inline(always)]
fn lightness_kernel(out: &mut [f32], r: &[f32], g: &[f32], b: &[f32]) {
    let n = out.len();
    cut!(n; r g b);
    for i in 0..n {
        out[i] = formula::lightness(r[i], g[i], b[i]);
    }
}
crate::dispatch!(fn lightness(out: &mut [f32], r: &[f32], g: &[f32], b: &[f32]) = lightness_kernel);

#[inline(always)]
fn multiply_kernel(xx: &mut [f32], yy: &mut [f32], xy: &mut [f32], [left, right, up, down]: [&[f32]; 4]) {
    let n = xx.len();
    let (yy, xy) = (&mut yy[..n], &mut xy[..n]);
    cut!(n; left right up down);
    for i in 0..n {
        [xx[i], yy[i], xy[i]] = formula::products(at!(i; left right up down));
    }
}
crate::dispatch!(fn multiply(xx: &mut [f32], yy: &mut [f32], xy: &mut [f32], beside: [&[f32]; 4]) = multiply_kernel);

#[inline(always)]
fn smooth_kernel(out: &mut [f32], [a, b, c, d, e]: [&[f32]; 5]) {
    let n = out.len();
    cut!(n; a b c d e);
    for i in 0..n {
        out[i] = formula::smooth(at!(i; a b c d e));
    }
}
crate::dispatch!(fn smooth(out: &mut [f32], rows: [&[f32]; 5]) = smooth_kernel);

/// Adds seven weighted samples to every sum, one after the other.
#[inline(always)]
fn add_taps_kernel(sum: &mut [f32], [a, b, c, d, e, f, g]: [&[f32]; SIDE], w: &[f32; SIDE]) {
    let n = sum.len();
    cut!(n; a b c d e f g);
    for i in 0..n {
        let four = (((sum[i] + w[0] * a[i]) + w[1] * b[i]) + w[2] * c[i]) + w[3] * d[i];
        sum[i] = ((four + w[4] * e[i]) + w[5] * f[i]) + w[6] * g[i];
    }
}
crate::dispatch!(fn add_taps(sum: &mut [f32], taps: [&[f32]; SIDE], weights: &[f32; SIDE]) = add_taps_kernel);

#[inline(always)]
fn blend_kernel(out: &mut [f32], [row, column, falling, rising]: [&[f32]; DIRECTIONS], [xx, yy, xy]: [&[f32]; 3]) {
    let n = out.len();
    cut!(n; row column falling rising xx yy xy);
    for i in 0..n {
        out[i] = formula::blend(at!(i; row column falling rising), formula::trust(at!(i; xx yy xy)));
    }
}
crate::dispatch!(
    /// The blend of the four directions' estimates.
    fn blend(out: &mut [f32], estimates: [&[f32]; DIRECTIONS], tensor: [&[f32]; 3]) = blend_kernel
);
