//! Sums along a row, for eight rows of three planes at once: the lanes of a vector are rows, so each target column has
//! weights of its own.

use super::taps::Taps;
use std::ops::Range;

/// Rows that are done at once.
pub(super) const ROWS: usize = 8;

/// The values of one column: the rows of R, then of G, then of B.
pub(super) type Column = [f32; 3 * ROWS];

/// Target columns done at once, so that the columns that they need stay in the first-level cache.
const COLUMNS: usize = 64;

/// Resamples [`ROWS`] rows of three planes. `rows` holds the source columns from `first` on, row-major; `out` gets
/// `taps.len()` columns a row. `columns` is working memory.
#[inline(always)]
fn resample_kernel(
    rows: &[Vec<f32>; 3],
    first: usize,
    taps: &Taps,
    out: &mut [Vec<f32>; 3],
    columns: &mut Vec<Column>,
) {
    let mut sums = [[0f32; 3 * ROWS]; COLUMNS];
    for from in (0..taps.len()).step_by(COLUMNS) {
        let to = (from + COLUMNS).min(taps.len());
        let base = taps.needed_from(from);
        gather(rows, base - first..taps.end(to - 1) - first, columns);
        for (sum, target) in sums.iter_mut().zip(from..to) {
            let (at, weights) = taps.at(target);
            *sum = weighted(&columns[at - base..], weights);
        }
        scatter(&sums[..to - from], from, out);
    }
}

/// Columns `span` of the rows.
#[inline(always)]
fn gather(rows: &[Vec<f32>; 3], span: Range<usize>, columns: &mut Vec<Column>) {
    columns.resize(span.len(), [0.0; 3 * ROWS]);
    for (c, plane) in rows.iter().enumerate() {
        let width = (plane.len() / ROWS).max(1);
        for (y, row) in plane.chunks_exact(width).enumerate().take(ROWS) {
            for (column, value) in columns.iter_mut().zip(&row[span.clone()]) {
                column[c * ROWS + y] = *value;
            }
        }
    }
}

#[inline(always)]
fn weighted(columns: &[Column], weights: &[f32]) -> Column {
    let mut sum = [0f32; 3 * ROWS];
    for (column, weight) in columns.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(column) {
            *sum += weight * value;
        }
    }
    sum
}

/// Writes columns `from` and on of the rows.
#[inline(always)]
fn scatter(sums: &[Column], from: usize, out: &mut [Vec<f32>; 3]) {
    for (c, plane) in out.iter_mut().enumerate() {
        let width = (plane.len() / ROWS).max(1);
        for (y, row) in plane.chunks_exact_mut(width).enumerate().take(ROWS) {
            for (out, sum) in row[from..from + sums.len()].iter_mut().zip(sums) {
                *out = sum[c * ROWS + y];
            }
        }
    }
}

crate::dispatch!(/// Resamples [`ROWS`] rows of three planes. `rows` holds the source columns from `first` on,
    /// row-major; `out` gets `taps.len()` columns a row. `columns` is working memory.
    pub(super) fn resample(
        rows: &[Vec<f32>; 3], first: usize, taps: &Taps, out: &mut [Vec<f32>; 3], columns: &mut Vec<Column>
    ) = resample_kernel);
