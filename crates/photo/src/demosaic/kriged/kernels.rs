//! The row kernels: a formula at every site of a phase plane. All slices of a call have the length of the output, a
//! multiple of [`LANES`].

use super::bank::Weights;
use super::formula::{self, DIRECTIONS};
use crate::demosaic::lanes::{at, cut};
use std::array::from_fn;

/// Sites whose sums are kept in registers together.
pub const LANES: usize = 8;

/// One row of values for each direction.
pub type Rows<'a> = [&'a [f32]; DIRECTIONS];
/// One row to write for each direction.
pub type RowsMut<'a> = [&'a mut [f32]; DIRECTIONS];

type Sums = [[f32; LANES]; DIRECTIONS];

/// The weighted sums of `LANES` sites from site `i`.
#[inline(always)]
fn sums(terms: &[[&[f32]; 2]], weights: &Weights, i: usize) -> Sums {
    let mut sums = [[0.0; LANES]; DIRECTIONS];
    for ([s, t], [ws, wt]) in terms.iter().zip(weights) {
        let (s, t) = (&s[i..][..LANES], &t[i..][..LANES]);
        for d in 0..DIRECTIONS {
            for l in 0..LANES {
                sums[d][l] = formula::add(sums[d][l], [ws[d], wt[d]], [s[l], t[l]]);
            }
        }
    }
    sums
}

#[inline(always)]
fn misses_kernel(out: RowsMut, terms: &[[&[f32]; 2]], weights: &Weights) {
    let [row, column, falling, rising] = out;
    for i in (0..row.len()).step_by(LANES) {
        let sums = sums(terms, weights, i);
        for (out, sums) in [&mut *row, &mut *column, &mut *falling, &mut *rising].into_iter().zip(sums) {
            for (o, sum) in out[i..][..LANES].iter_mut().zip(sums) {
                *o = sum * sum;
            }
        }
    }
}
crate::dispatch!(
    /// The squares of the weighted sums.
    pub fn misses(out: RowsMut, terms: &[[&[f32]; 2]], weights: &Weights) = misses_kernel
);

#[inline(always)]
fn color_kernel(out: &mut [f32], terms: &[[&[f32]; 2]], weights: &Weights, trust: Rows) {
    for (i, out) in out.chunks_exact_mut(LANES).enumerate() {
        let i = i * LANES;
        let sums = sums(terms, weights, i);
        let trust = trust.map(|row| &row[i..][..LANES]);
        for (l, out) in out.iter_mut().enumerate() {
            *out = formula::square(formula::blend(from_fn(|d| sums[d][l]), from_fn(|d| trust[d][l])));
        }
    }
}
crate::dispatch!(
    /// The blend of the directions' estimates, as a sample.
    pub fn color(out: &mut [f32], terms: &[[&[f32]; 2]], weights: &Weights, trust: Rows) = color_kernel
);

#[inline(always)]
fn root_kernel(out: &mut [f32], samples: &[f32]) {
    for (out, sample) in out.iter_mut().zip(samples) {
        *out = formula::root(*sample);
    }
}
crate::dispatch!(pub fn root(out: &mut [f32], samples: &[f32]) = root_kernel);

#[inline(always)]
fn sum_kernel(out: &mut [f32], a: &[f32], b: &[f32]) {
    let n = out.len();
    cut!(n; a b);
    for i in 0..n {
        out[i] = a[i] + b[i];
    }
}
crate::dispatch!(pub fn sum(out: &mut [f32], a: &[f32], b: &[f32]) = sum_kernel);

#[inline(always)]
fn smooth_kernel(out: &mut [f32], [a, b, c, d, e]: [&[f32]; 5]) {
    let n = out.len();
    cut!(n; a b c d e);
    for i in 0..n {
        out[i] = formula::smooth(at!(i; a b c d e));
    }
}
crate::dispatch!(pub fn smooth(out: &mut [f32], rows: [&[f32]; 5]) = smooth_kernel);

#[inline(always)]
fn trust_kernel([row, column, falling, rising]: RowsMut) {
    let n = row.len();
    let (column, falling, rising) = (&mut column[..n], &mut falling[..n], &mut rising[..n]);
    for i in 0..n {
        [row[i], column[i], falling[i], rising[i]] = formula::trust(at!(i; row column falling rising));
    }
}
crate::dispatch!(
    /// Turns energies into trust, in place.
    pub fn trust(energies: RowsMut) = trust_kernel
);
