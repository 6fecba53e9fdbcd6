//! Sums of whole rows: every column does the same, so the vector units are full.
//!
//! Several target rows are made at once, block of columns by block of columns: neighbouring target rows share most of
//! their source rows, and a block of those stays in the first-level cache.

use super::taps::Taps;
use std::ops::Range;

/// Columns of a block.
pub(super) const BLOCK: usize = 256;

/// Columns that are summed at once, in registers.
const COLUMNS: usize = 64;

/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the source rows from
/// `first` on, `out` the target rows, row-major and as wide.
#[inline(always)]
fn resample_kernel(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32]) {
    let width = out.len() / targets.len().max(1);
    for from in (0..width).step_by(BLOCK) {
        let to = (from + BLOCK).min(width);
        for (target, out) in targets.clone().zip(out.chunks_exact_mut(width)) {
            let (at, weights) = taps.at(target);
            sum(&rows[at - first..][..weights.len()], weights, from..to, out);
        }
    }
}

/// `out = Σ weights[k] * rows[k]` in the columns `span`. The last of them are done together with some before, again.
#[inline(always)]
fn sum(rows: &[&[f32]], weights: &[f32], span: Range<usize>, out: &mut [f32]) {
    let Some(last) = out.len().checked_sub(COLUMNS) else { return sum_narrow(rows, weights, out) };
    for x in span.step_by(COLUMNS) {
        let x = x.min(last);
        let mut sum = [0f32; COLUMNS];
        for (row, weight) in rows.iter().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(&row[x..x + COLUMNS]) {
                *sum += weight * value;
            }
        }
        out[x..x + COLUMNS].copy_from_slice(&sum);
    }
}

/// The same over whole rows of fewer columns.
#[inline(always)]
fn sum_narrow(rows: &[&[f32]], weights: &[f32], out: &mut [f32]) {
    for (x, out) in out.iter_mut().enumerate() {
        *out = rows.iter().zip(weights).fold(0.0, |sum, (row, weight)| sum + weight * row[x]);
    }
}

crate::dispatch!(/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the
    /// source rows from `first` on, `out` the target rows, row-major and as wide.
    pub(super) fn resample(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32])
        = resample_kernel);
