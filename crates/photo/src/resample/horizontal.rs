//! Sums along a row, for eight rows at once: the vector's lanes are rows, so each target column has its own weights.

use super::taps::Taps;
use std::ops::Range;

/// Rows that are done at once.
pub(super) const ROWS: usize = 8;

/// Target columns done at once, so that the columns that they need stay in the first-level cache.
const COLUMNS: usize = 128;

/// Resamples [`ROWS`] rows. `rows` holds the source columns from `first` on, row-major; `out` gets `taps.len()` columns
/// a row. `columns` is working memory.
#[inline(always)]
fn resample_kernel(rows: &[f32], first: usize, taps: &Taps, out: &mut [f32], columns: &mut Vec<[f32; ROWS]>) {
    let mut sums = [[0f32; ROWS]; COLUMNS];
    for from in (0..taps.len()).step_by(COLUMNS) {
        let to = (from + COLUMNS).min(taps.len());
        let source = taps.needed_from(from) - first..(from..to).map(|i| taps.end(i)).max().unwrap_or(first) - first;
        let base = source.start + first;
        gather(rows, source, columns);
        for i in from..to {
            let (at, weights) = taps.at(i);
            sums[i - from] = weighted(&columns[at - base..], weights);
        }
        scatter(&sums[..to - from], from, out);
    }
}

/// Columns `span` of the rows, each as one vector.
#[inline(always)]
fn gather(rows: &[f32], span: Range<usize>, columns: &mut Vec<[f32; ROWS]>) {
    let (width, n) = (rows.len() / ROWS, span.len());
    columns.resize(n, [0.0; ROWS]);
    let mut from: [&[f32]; ROWS] = [&[]; ROWS];
    for y in 0..ROWS {
        from[y] = &rows[y * width + span.start..][..n];
    }
    for (x, column) in columns.iter_mut().enumerate() {
        for y in 0..ROWS {
            column[y] = from[y][x];
        }
    }
}

#[inline(always)]
fn weighted(columns: &[[f32; ROWS]], weights: &[f32]) -> [f32; ROWS] {
    let mut sum = [0f32; ROWS];
    for (column, weight) in columns.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(column) {
            *sum += weight * value;
        }
    }
    sum
}

/// Writes vectors as columns `from` and on of the rows.
#[inline(always)]
fn scatter(sums: &[[f32; ROWS]], from: usize, out: &mut [f32]) {
    let (width, n) = (out.len() / ROWS, sums.len());
    let mut rows = out.chunks_exact_mut(width);
    let to: [&mut [f32]; ROWS] = std::array::from_fn(|_| &mut rows.next().expect("ROWS of them")[from..from + n]);
    for (x, sum) in sums.iter().enumerate() {
        for y in 0..ROWS {
            to[y][x] = sum[y];
        }
    }
}

crate::dispatch!(/// Resamples [`ROWS`] rows. `rows` holds the source columns from `first` on, row-major; `out` gets
    /// `taps.len()` columns a row. `columns` is working memory.
    pub(super) fn resample(rows: &[f32], first: usize, taps: &Taps, out: &mut [f32], columns: &mut Vec<[f32; ROWS]>)
        = resample_kernel);
