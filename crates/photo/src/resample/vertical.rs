//! Sums of whole rows: every column does the same, so the vector units are full.
//!
//! Several target rows are made at once, block of columns by block of columns: neighbouring target rows share most of
//! their source rows, and a block of those stays in the first-level cache.

use super::taps::Taps;
use std::ops::Range;

/// Columns of a block.
pub(super) const BLOCK: usize = 256;

/// Columns that are summed at once, in registers.
const COLUMNS: usize = 32;

/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the source rows from
/// `first` on, `out` the target rows, row-major and as wide.
#[inline(always)]
fn resample_kernel(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32]) {
    let width = out.len() / targets.len().max(1);
    for from in (0..width).step_by(BLOCK) {
        let to = (from + BLOCK).min(width);
        for (target, out) in targets.clone().zip(out.chunks_exact_mut(width)) {
            let (at, weights) = taps.at(target);
            sum(&rows[at - first..][..weights.len()], weights, from, &mut out[from..to]);
        }
    }
}

/// `out = Σ weights[k] * rows[k]`, where `out` begins at column `from` of the rows.
#[inline(always)]
fn sum(rows: &[&[f32]], weights: &[f32], from: usize, out: &mut [f32]) {
    let mut blocks = out.chunks_exact_mut(COLUMNS);
    let mut x = from;
    for out in blocks.by_ref() {
        let mut sum = [0f32; COLUMNS];
        for (row, weight) in rows.iter().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(&row[x..x + COLUMNS]) {
                *sum += weight * value;
            }
        }
        out.copy_from_slice(&sum);
        x += COLUMNS;
    }
    for (x, out) in (x..).zip(blocks.into_remainder()) {
        *out = rows.iter().zip(weights).fold(0.0, |sum, (row, weight)| sum + weight * row[x]);
    }
}

crate::dispatch!(/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the
    /// source rows from `first` on, `out` the target rows, row-major and as wide.
    pub(super) fn resample(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32])
        = resample_kernel);
