//! Sums of whole rows: every column does the same, so the vector units are full.
//!
//! Several target rows are made at once, block of columns by block of columns: neighbouring target rows share most of
//! their source rows. A block of those stays in the first-level cache, and two target rows share each value loaded.

use super::taps::Taps;
use std::ops::Range;

/// Columns of a block.
const BLOCK: usize = 10 * COLUMNS;

/// Columns of two target rows that are summed at once, in registers.
const COLUMNS: usize = 24;

type Part = [f32; COLUMNS];

/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the source rows from
/// `first` on, `out` the target rows, row-major and as wide.
#[inline(always)]
fn resample_kernel(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32]) {
    let width = out.len() / targets.len().max(1);
    for from in (0..width).step_by(BLOCK) {
        let span = from..(from + BLOCK).min(width);
        for (target, out) in targets.clone().step_by(2).zip(out.chunks_mut(2 * width)) {
            let (out, next) = out.split_at_mut(width);
            let sum = Sum::new(rows, first, taps, target);
            if next.is_empty() {
                sum.row(span.clone(), out);
            } else {
                sum.two_rows(&Sum::new(rows, first, taps, target + 1), span.clone(), out, next);
            }
        }
    }
}

/// The source rows of one target row, and their weights.
struct Sum<'a> {
    first: usize,
    rows: &'a [&'a [f32]],
    weights: &'a [f32],
}

impl<'a> Sum<'a> {
    #[inline(always)]
    fn new(rows: &'a [&'a [f32]], first: usize, taps: &'a Taps, target: usize) -> Self {
        let (at, weights) = taps.at(target);
        Self { first: at, rows: &rows[at - first..][..weights.len()], weights }
    }

    /// The columns `span` of the target row. The last of them are done together with some before, again.
    #[inline(always)]
    fn row(&self, span: Range<usize>, out: &mut [f32]) {
        let Some(last) = out.len().checked_sub(COLUMNS) else { return self.narrow(out) };
        for x in span.step_by(COLUMNS).map(|x| x.min(last)) {
            out[x..x + COLUMNS].copy_from_slice(&add([0.0; COLUMNS], self.rows, self.weights, x));
        }
    }

    /// The same of this target row and the next. This one begins and ends no later, so in the order of the source rows
    /// some are for this one alone, then some for both, then some for the next alone.
    #[inline(always)]
    fn two_rows(&self, then: &Self, span: Range<usize>, out: &mut [f32], next: &mut [f32]) {
        let Some(last) = out.len().checked_sub(COLUMNS) else {
            self.narrow(out);
            return then.narrow(next);
        };
        let alone = (then.first - self.first).min(self.rows.len());
        let both = self.rows.len() - alone;
        for x in span.step_by(COLUMNS).map(|x| x.min(last)) {
            let mut a = add([0.0; COLUMNS], &self.rows[..alone], self.weights, x);
            let mut b = [0.0; COLUMNS];
            for ((row, v), w) in then.rows[..both].iter().zip(&self.weights[alone..]).zip(then.weights) {
                let values = part(row, x);
                (a, b) = (added(a, *v, values), added(b, *w, values));
            }
            out[x..x + COLUMNS].copy_from_slice(&a);
            next[x..x + COLUMNS].copy_from_slice(&add(b, &then.rows[both..], &then.weights[both..], x));
        }
    }

    /// A whole target row of fewer columns.
    #[inline(always)]
    fn narrow(&self, out: &mut [f32]) {
        for (x, out) in out.iter_mut().enumerate() {
            *out = self.rows.iter().zip(self.weights).fold(0.0, |sum, (row, weight)| sum + weight * row[x]);
        }
    }
}

#[inline(always)]
fn add(mut sum: Part, rows: &[&[f32]], weights: &[f32], x: usize) -> Part {
    for (row, weight) in rows.iter().zip(weights) {
        sum = added(sum, *weight, part(row, x));
    }
    sum
}

#[inline(always)]
fn part(row: &[f32], x: usize) -> &Part {
    row[x..].first_chunk().expect("the part lies in the row")
}

#[inline(always)]
fn added(mut sum: Part, weight: f32, values: &Part) -> Part {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
    sum
}

crate::dispatch!(/// The target rows `targets`, each `Σ weights[k] * row[k]` in the order of `k`. `rows` holds the
    /// source rows from `first` on, `out` the target rows, row-major and as wide.
    pub(super) fn resample(rows: &[&[f32]], first: usize, taps: &Taps, targets: Range<usize>, out: &mut [f32])
        = resample_kernel);
