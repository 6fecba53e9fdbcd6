//! The row kernels: a formula at every site of a phase plane. All slices of a call have the length of the output, a
//! multiple of [`LANES`].

use super::bank::Weights;
use super::formula::{self, DIRECTIONS};
use super::sums::{BLOCK, LANES, Sums, sums};
use crate::Simd;
use crate::demosaic::lanes::{at, cut};

/// One row of values for each direction.
pub type Rows<'a> = [&'a [f32]; DIRECTIONS];
/// One row to write for each direction.
pub type RowsMut<'a> = [&'a mut [f32]; DIRECTIONS];

/// The blocks of `n` sites, a multiple of [`LANES`]: first site and length, [`BLOCK`] or at the end [`LANES`].
#[inline(always)]
fn blocks(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).step_by(BLOCK).map(move |i| (i, (n - i).min(BLOCK)))
}

/// The weighted sums of a block of sites.
#[inline(always)]
fn sum_block(simd: Simd, out: &mut Sums, terms: &[[&[f32]; 2]], weights: &Weights, (i, len): (usize, usize)) {
    if len == BLOCK {
        sums::<BLOCK>(simd, out, terms, weights, i);
    } else {
        sums::<LANES>(simd, out, terms, weights, i);
    }
}

/// The squares of the weighted sums.
pub fn misses(simd: Simd, mut out: RowsMut, terms: &[[&[f32]; 2]], weights: &Weights) {
    let mut sums = [[0.0; BLOCK]; DIRECTIONS];
    for (i, len) in blocks(out[0].len()) {
        sum_block(simd, &mut sums, terms, weights, (i, len));
        for (out, sums) in out.iter_mut().zip(&sums) {
            out[i..][..len].iter_mut().zip(sums).for_each(|(out, sum)| *out = sum * sum);
        }
    }
}

/// The blend of the directions' estimates, as a sample.
pub fn color(simd: Simd, out: &mut [f32], terms: &[[&[f32]; 2]], weights: &Weights, trust: Rows) {
    let mut sums = [[0.0; BLOCK]; DIRECTIONS];
    for (i, len) in blocks(out.len()) {
        sum_block(simd, &mut sums, terms, weights, (i, len));
        blend(simd, &mut out[i..][..len], &sums, trust.map(|row| &row[i..][..len]));
    }
}

#[inline(always)]
fn blend_kernel(out: &mut [f32], [a, b, c, d]: &Sums, [row, column, falling, rising]: Rows) {
    let n = out.len();
    cut!(n; a b c d row column falling rising);
    for i in 0..n {
        out[i] = formula::square(formula::blend(at!(i; a b c d), at!(i; row column falling rising)));
    }
}
crate::dispatch!(fn blend(out: &mut [f32], sums: &Sums, trust: Rows) = blend_kernel);

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
