//! Sums along a row, for eight rows of three planes at once: the lanes of a vector are rows, so each target column has
//! weights of its own.

use super::taps::Taps;
use super::transpose::{self, Column, ROWS};
use crate::{Plane, Simd};

/// Target columns done at once, so that the columns that they need stay in the first-level cache.
const COLUMNS: usize = 64;

/// Resamples [`ROWS`] rows of three planes. `rows` holds the source columns from `first` on, row-major; `out` gets
/// `taps.len()` columns a row. `columns` is working memory.
pub(super) fn resample(
    simd: Simd,
    rows: &[Plane; 3],
    first: usize,
    taps: &Taps,
    out: &mut [Plane; 3],
    columns: &mut Vec<Column>,
) {
    let mut sums = [Column::ZERO; COLUMNS];
    for from in (0..taps.len()).step_by(COLUMNS) {
        let to = (from + COLUMNS).min(taps.len());
        let base = taps.needed_from(from);
        let needed = taps.end(to - 1) - base;
        let end = (base + needed.next_multiple_of(ROWS)).min(taps.span().end);
        columns.resize(end - base, Column::ZERO);
        for (c, plane) in rows.iter().enumerate() {
            let width = plane.len() / ROWS;
            let row = |y: usize| &plane[y * width..][base - first..end - first];
            transpose::to_columns(simd, &std::array::from_fn(row), c, columns);
        }
        let sums = &mut sums[..to - from];
        sum_columns(simd, columns, taps, from, sums);
        for (c, plane) in out.iter_mut().enumerate() {
            let mut rows = plane.chunks_exact_mut(taps.len());
            let row = |_| &mut rows.next().expect("there are eight rows")[from..to];
            transpose::to_rows(simd, sums, c, &mut std::array::from_fn(row));
        }
    }
}

/// The target columns from `from` on; `columns` begins with the first that they need.
#[inline(always)]
fn sum_columns_kernel(columns: &[Column], taps: &Taps, from: usize, sums: &mut [Column]) {
    let base = taps.needed_from(from);
    for (target, sum) in (from..).zip(sums) {
        let (at, weights) = taps.at(target);
        *sum = weighted(&columns[at - base..], weights);
    }
}

crate::dispatch!(fn sum_columns(columns: &[Column], taps: &Taps, from: usize, sums: &mut [Column]) = sum_columns_kernel);

#[inline(always)]
fn weighted(columns: &[Column], weights: &[f32]) -> Column {
    let mut sum = Column::ZERO;
    for (column, weight) in columns.iter().zip(weights) {
        for (sum, value) in sum.0.iter_mut().zip(&column.0) {
            *sum += weight * value;
        }
    }
    sum
}
