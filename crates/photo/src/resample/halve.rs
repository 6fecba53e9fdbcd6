//! Exact halving, the shared first steps of strong reductions.
//!
//! A symmetric filter of ten taps, in five pairs. It was fitted by least squares to pass everything up to 0.16 cycles
//! per pixel and nothing from 0.34 on, which is what folds back onto that band, with a gain of exactly 1 for a constant. The
//! stop band lies at −37 dB (−27 dB at its very edge).

use super::{Down, history::History, scaling::half_size};
use crate::{Plane, Simd, Size, Strip};
use std::ops::Range;

/// Weights of the pairs, from the middle outward; they sum to exactly one half.
pub(super) const PAIRS: [f32; 5] =
    [29929.0 / 65536.0, 8100.0 / 65536.0, -4944.0 / 65536.0, -1707.0 / 65536.0, 1390.0 / 65536.0];

const REACH: usize = PAIRS.len();

/// Half rows that are made at once.
const ROWS: usize = 8;

/// Columns of a block of rows, which stays in the first-level cache.
const BLOCK: usize = 8 * COLUMNS;

/// Columns that are summed at once, in registers.
const COLUMNS: usize = 32;

/// Halves a picture as its rows pass by. The border pixels are repeated.
#[derive(Debug)]
pub struct Halver {
    simd: Simd,
    source: Size,
    history: History,
    made: usize,
    /// Up to [`ROWS`] rows summed vertically.
    tall: Plane,
    /// The even and the odd samples of one of them, with the border repeated.
    split: [Vec<f32>; 2],
    out: Strip,
}

impl Halver {
    /// A halver of pictures of size `source`.
    pub fn new(simd: Simd, source: Size) -> Self {
        Self {
            simd,
            source,
            history: History::new(source, 2 * REACH),
            made: 0,
            tall: Plane::new(ROWS * source.width as usize),
            split: Default::default(),
            out: Strip::default(),
        }
    }

    /// Half of the source, rounded up.
    pub fn output_size(&self) -> Size {
        half_size(self.source)
    }

    /// Takes the next rows; sends on the half rows that are ready.
    pub fn push<E>(&mut self, strip: &Strip, down: Down<E>) -> Result<(), E> {
        let Size { width, height } = self.output_size();
        let until = self.history.until(strip);
        let whole = until >= self.source.height as usize;
        let ready = if whole { height as usize } else { (until + 1).saturating_sub(REACH) / 2 };
        let first = self.made;
        self.out.reshape(width as usize, ready.saturating_sub(first));
        while self.made < ready {
            let rows = ROWS.min(ready - self.made);
            (0..3).for_each(|c| self.make_rows(strip, c, self.made - first, rows));
            self.made += rows;
        }
        self.history.keep(strip, (2 * self.made + 1).saturating_sub(REACH));
        if self.out.rows == 0 { Ok(()) } else { down(&mut self.out) }
    }

    /// Makes `rows` rows of plane `c`, from row `y` of the strip that leaves.
    fn make_rows(&mut self, strip: &Strip, c: usize, y: usize, rows: usize) {
        let (last, source_width) = (self.source.height as usize - 1, self.source.width as usize);
        let pairs: Vec<Pairs> = (self.made..self.made + rows)
            .map(|row| {
                std::array::from_fn(|i| {
                    [(2 * row).saturating_sub(i), (2 * row + 1 + i).min(last)].map(|y| self.history.row(strip, c, y))
                })
            })
            .collect();
        let tall = &mut self.tall[..rows * source_width];
        sum_rows(self.simd, &pairs, tall);
        for (i, row) in tall.chunks_exact(source_width).enumerate() {
            halve_row(self.simd, row, &mut self.split, self.out.row_mut(c, y + i));
        }
    }
}

/// Pairs of rows, from the middle outward.
type Pairs<'a> = [[&'a [f32]; 2]; REACH];

/// Makes one row of each of `pairs`, block of columns by block of columns so that shared rows stay in the cache.
#[inline(always)]
fn sum_rows_kernel(pairs: &[Pairs], out: &mut [f32]) {
    let width = out.len() / pairs.len().max(1);
    for from in (0..width).step_by(BLOCK) {
        let to = (from + BLOCK).min(width);
        for (pairs, out) in pairs.iter().zip(out.chunks_exact_mut(width)) {
            sum_pairs(pairs, from..to, out);
        }
    }
}

crate::dispatch!(fn sum_rows(pairs: &[Pairs], out: &mut [f32]) = sum_rows_kernel);

/// `out = Σ PAIRS[i] * (pairs[i][0] + pairs[i][1])`, in the order of `i`, in the columns `span`. The last of them are
/// done together with some before, again.
#[inline(always)]
fn sum_pairs(pairs: &Pairs, span: Range<usize>, out: &mut [f32]) {
    let Some(last) = out.len().checked_sub(COLUMNS) else { return sum_narrow(pairs, out) };
    for x in span.step_by(COLUMNS) {
        let x = x.min(last);
        let mut sum = [0f32; COLUMNS];
        for ([a, b], weight) in pairs.iter().zip(PAIRS) {
            for ((sum, a), b) in sum.iter_mut().zip(&a[x..x + COLUMNS]).zip(&b[x..x + COLUMNS]) {
                *sum += weight * (a + b);
            }
        }
        out[x..x + COLUMNS].copy_from_slice(&sum);
    }
}

/// The same over whole rows of fewer columns.
#[inline(always)]
fn sum_narrow(pairs: &Pairs, out: &mut [f32]) {
    for (x, out) in out.iter_mut().enumerate() {
        *out = pairs.iter().zip(PAIRS).fold(0.0, |sum, ([a, b], weight)| sum + weight * (a[x] + b[x]));
    }
}

/// Halves one row.
#[inline(always)]
fn halve_row_kernel(row: &[f32], split: &mut [Vec<f32>; 2], out: &mut [f32]) {
    let n = out.len();
    split_row(row, n, split);
    let [even, odd] = [&split[0][..], &split[1][..]];
    let pairs = std::array::from_fn(|i| {
        let (back, ahead) = if i % 2 == 0 { (even, odd) } else { (odd, even) };
        [&back[PAD - i.div_ceil(2)..][..n], &ahead[PAD + i.div_ceil(2)..][..n]]
    });
    sum_pairs(&pairs, 0..n, out);
}

/// Samples repeated on each side of the even and of the odd ones.
const PAD: usize = REACH / 2;

/// `split[0][PAD + i]` is sample `2 i`, `split[1][PAD + i]` sample `2 i + 1`; beyond the row, the sample at its border.
#[inline(always)]
fn split_row(row: &[f32], n: usize, split: &mut [Vec<f32>; 2]) {
    let last = row.len() - 1;
    let whole = row.len() / 2;
    for half in split.iter_mut() {
        half.resize(n + 2 * PAD, 0.0);
        half[..PAD].fill(row[0]);
        half[PAD + whole..].fill(row[last]);
    }
    let [even, odd] = split.each_mut().map(|half| &mut half[PAD..PAD + whole]);
    for ((even, odd), pair) in even.iter_mut().zip(odd).zip(row.as_chunks::<2>().0) {
        [*even, *odd] = *pair;
    }
}

crate::dispatch!(fn halve_row(row: &[f32], split: &mut [Vec<f32>; 2], out: &mut [f32]) = halve_row_kernel);
