//! Weighted sums of shifted rows: the one loop behind blur, sharpening and convolution.
//!
//! A tap is a slice: a row of the window for a vertical sum, a shifted part of a padded row for a horizontal one.

use crate::rows::{Rows, TOGETHER as ROWS};
use photo::Plane;
use std::ops::Range;

/// Pixels that are summed at once, in registers of 256 bits.
const PART: usize = 64;

type Part = [f32; PART];

/// Pixels and pairs of taps that are done before the next: the rows of a large blur are read in long stretches.
const BLOCK: usize = 8 * PART;
const TOGETHER: usize = 8;

/// One half of a Gaussian of standard deviation `sigma` pixels, from its middle to 3 sigma; the whole sums to 1.
pub(super) fn gaussian(sigma: f32) -> Vec<f32> {
    let sigma = f64::from(sigma.max(0.01));
    let radius = (3.0 * sigma).round().max(1.0) as usize;
    let weight = |k: usize| (-((k * k) as f64) / (2.0 * sigma * sigma)).exp();
    let sum = 1.0 + 2.0 * (1..=radius).map(weight).sum::<f64>();
    (0..=radius).map(|k| (weight(k) / sum) as f32).collect()
}

/// Copies `row` between `half` repetitions of its first and of its last pixel.
pub(super) fn pad(row: &[f32], half: usize, out: &mut Vec<f32>) {
    let (Some(first), Some(last)) = (row.first(), row.last()) else { return out.clear() };
    out.clear();
    out.resize(half, *first);
    out.extend_from_slice(row);
    out.resize(row.len() + 2 * half, *last);
}

/// Repeats the first and the last of the pixels between the outer `half` ones of `padded` into those.
fn repeat_border(padded: &mut [f32], half: usize) {
    let end = padded.len() - half;
    let [first, last] = [half, end - 1].map(|i| padded[i]);
    padded[..half].fill(first);
    padded[end..].fill(last);
}

/// The part of `tap` that begins at `x`.
#[inline(always)]
fn part(tap: &[f32], x: usize) -> &Part {
    tap[x..].first_chunk().expect("taps are as long as the row")
}

#[inline(always)]
fn scaled(weight: f32, values: &Part) -> Part {
    let mut sum = *values;
    sum.iter_mut().for_each(|v| *v *= weight);
    sum
}

#[inline(always)]
fn added(mut sum: Part, weight: f32, values: &Part) -> Part {
    for (sum, v) in sum.iter_mut().zip(values) {
        *sum += weight * v;
    }
    sum
}

#[inline(always)]
fn pair_added(mut sum: Part, weight: f32, before: &Part, after: &Part) -> Part {
    for ((sum, b), a) in sum.iter_mut().zip(before).zip(after) {
        *sum += weight * (b + a);
    }
    sum
}

/// `w[0] · middle + Σ w[k] · (tap −k + tap +k)`: taps in their order, the middle one of the first output at
/// `half.len() - 1`, of each other output one further. Taps that outputs share are read block by block from the nearest
/// cache.
#[inline(always)]
fn symmetric_kernel(taps: &[&[f32]], half: &[f32], outs: &mut [&mut [f32]]) {
    let width = outs.first().map_or(0, |out| out.len());
    for from in (0..width).step_by(BLOCK) {
        for (out, taps) in outs.iter_mut().zip((0..).map(|i| &taps[i..])) {
            let out = &mut out[from..width.min(from + BLOCK)];
            for first in (0..half.len()).step_by(TOGETHER) {
                add_pairs(taps, half, first..(first + TOGETHER).min(half.len()), from, out);
            }
        }
    }
}

/// Adds the pairs `group` to sums that begin at column `from`; pair 0 is the middle alone and begins the sums.
#[inline(always)]
fn add_pairs(taps: &[&[f32]], half: &[f32], group: Range<usize>, from: usize, out: &mut [f32]) {
    let middle = half.len() - 1;
    let pairs = group.start.max(1)..group.end;
    let (whole, rest) = out.as_chunks_mut::<PART>();
    for (i, out) in whole.iter_mut().enumerate() {
        let x = from + i * PART;
        let mut sum = if group.start == 0 { scaled(half[0], part(taps[middle], x)) } else { *out };
        for k in pairs.clone() {
            sum = pair_added(sum, half[k], part(taps[middle - k], x), part(taps[middle + k], x));
        }
        *out = sum;
    }
    let x = from + whole.len() * PART;
    if group.start == 0 {
        rest.iter_mut().zip(&taps[middle][x..]).for_each(|(sum, v)| *sum = half[0] * v);
    }
    for k in pairs {
        let (before, after) = (&taps[middle - k][x..], &taps[middle + k][x..]);
        rest.iter_mut().zip(before).zip(after).for_each(|((sum, b), a)| *sum += half[k] * (b + a));
    }
}

photo::dispatch!(/// Sums taps with the weights of a symmetric kernel, `half` of it from its middle outwards; outputs of one
    /// length, each one tap further than the one before.
    pub(super) fn symmetric_sum(taps: &[&[f32]], half: &[f32], outs: &mut [&mut [f32]]) = symmetric_kernel);

/// `Σ w[k] · tap k`, in order.
#[inline(always)]
fn weighted_kernel(taps: &[&[f32]], weights: &[f32], out: &mut [f32]) {
    let (whole, rest) = out.as_chunks_mut::<PART>();
    for (i, out) in whole.iter_mut().enumerate() {
        let mut sum = [0.0; PART];
        for (tap, weight) in taps.iter().zip(weights) {
            sum = added(sum, *weight, part(tap, i * PART));
        }
        *out = sum;
    }
    let x = whole.len() * PART;
    rest.fill(0.0);
    for (tap, weight) in taps.iter().zip(weights) {
        rest.iter_mut().zip(&tap[x..]).for_each(|(sum, v)| *sum += weight * v);
    }
}

photo::dispatch!(/// Sums taps with their weights.
    pub(super) fn weighted_sum(taps: &[&[f32]], weights: &[f32], out: &mut [f32]) = weighted_kernel);

/// Blurs rows with a separable kernel: columns first, then the row.
pub(super) struct Blur {
    half: Vec<f32>,
    simd: photo::Simd,
    planes: [Columns; 3],
}

/// The sums of the columns of a plane for some output rows.
#[derive(Default)]
struct Columns {
    first: usize,
    count: usize,
    /// Sums from [`Blur::lead`] on, between repetitions of the first and of the last.
    padded: [Plane; ROWS],
}

impl Blur {
    pub fn new(sigma: f32, simd: photo::Simd) -> Self {
        Self { half: gaussian(sigma), simd, planes: Default::default() }
    }

    /// Rows that are needed above, and below.
    pub fn radius(&self) -> usize {
        self.half.len() - 1
    }

    /// Where the sums of the columns begin: on a cache line, with room for the repetitions of the first.
    fn lead(&self) -> usize {
        self.radius().next_multiple_of(16)
    }

    /// The blurred middle row of plane `c`.
    pub fn row(&mut self, rows: &Rows, c: usize, out: &mut [f32]) {
        let Columns { first, count, .. } = self.planes[c];
        if !(first..first + count).contains(&rows.y()) {
            self.sum_columns(rows, c);
        }
        let columns = &self.planes[c];
        let padded = &columns.padded[rows.y() - columns.first][self.lead() - self.radius()..];
        let shifted: Vec<&[f32]> = (0..=2 * self.radius()).map(|dx| &padded[dx..dx + out.len()]).collect();
        symmetric_sum(self.simd, &shifted, &self.half, &mut [out]);
    }

    /// The sums for the output row and for those ahead.
    fn sum_columns(&mut self, rows: &Rows, c: usize) {
        let (radius, lead, width) = (self.radius(), self.lead(), rows.width());
        let columns = &mut self.planes[c];
        (columns.first, columns.count) = (rows.y(), 1 + rows.ahead());
        let around = -(radius as isize)..=(radius + rows.ahead()) as isize;
        let taps: Vec<&[f32]> = around.map(|dy| rows.row(c, dy)).collect();
        let padded = &mut columns.padded[..columns.count];
        padded.iter_mut().for_each(|row| row.resize(lead + width + radius));
        let mut sums: Vec<&mut [f32]> = padded.iter_mut().map(|row| &mut row[lead..lead + width]).collect();
        symmetric_sum(self.simd, &taps, &self.half, &mut sums);
        padded.iter_mut().for_each(|row| repeat_border(&mut row[lead - radius..], radius));
    }
}

/// The same over a whole picture, pixel by pixel.
pub(super) fn plain_blur(picture: &photo::Strip, sigma: f32) -> photo::Strip {
    let half = gaussian(sigma);
    let sum = |middle: f32, pair: &dyn Fn(isize) -> f32| {
        (1..half.len()).fold(half[0] * middle, |sum, k| sum + half[k] * pair(k as isize))
    };
    let columns = super::map(picture, |c, x, y| {
        let at = |dy| super::at(picture, c, x, y + dy);
        sum(at(0), &|k| at(-k) + at(k))
    });
    super::map(picture, |c, x, y| {
        let at = |dx| super::at(&columns, c, x + dx, y);
        sum(at(0), &|k| at(-k) + at(k))
    })
}
