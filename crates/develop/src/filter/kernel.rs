//! Weighted sums of shifted rows: the one loop behind blur, sharpening and convolution.
//!
//! A tap is a slice: a row of the window for a vertical sum, a shifted part of a padded row for a horizontal one.

use crate::rows::Rows;

/// Pixels that are summed at once, in registers of 256 bits.
const PART: usize = 64;

type Part = [f32; PART];

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

/// Where the parts of a row of `len` pixels begin; the last part is made together with some pixels before, again. A row
/// that is shorter than a part has none.
#[inline(always)]
fn parts(len: usize) -> impl Iterator<Item = usize> {
    let last = len.checked_sub(PART);
    (0..last.map_or(0, |_| len)).step_by(PART).map(move |x| x.min(last.unwrap_or(0)))
}

/// The part of `tap` that begins at `x`.
#[inline(always)]
fn part(tap: &[f32], x: usize) -> &Part {
    tap[x..].first_chunk().expect("taps are as long as the row")
}

/// `w[0] · middle + Σ w[k] · (tap −k + tap +k)`: taps in their order, the middle one at `half.len() - 1`.
#[inline(always)]
fn symmetric_kernel(taps: &[&[f32]], half: &[f32], out: &mut [f32]) {
    let middle = half.len() - 1;
    for x in parts(out.len()) {
        let mut sum = [0.0; PART];
        let values = part(taps[middle], x);
        for i in 0..PART {
            sum[i] = half[0] * values[i];
        }
        for (k, weight) in half.iter().enumerate().skip(1) {
            let (before, after) = (part(taps[middle - k], x), part(taps[middle + k], x));
            for i in 0..PART {
                sum[i] += weight * (before[i] + after[i]);
            }
        }
        out[x..x + PART].copy_from_slice(&sum);
    }
    if out.len() < PART {
        for (x, out) in out.iter_mut().enumerate() {
            *out = half[0] * taps[middle][x];
            for (k, weight) in half.iter().enumerate().skip(1) {
                *out += weight * (taps[middle - k][x] + taps[middle + k][x]);
            }
        }
    }
}

photo::dispatch!(/// Sums taps with the weights of a symmetric kernel, `half` of it from its middle outwards.
    pub(super) fn symmetric_sum(taps: &[&[f32]], half: &[f32], out: &mut [f32]) = symmetric_kernel);

/// `Σ w[k] · tap k`, in order.
#[inline(always)]
fn weighted_kernel(taps: &[&[f32]], weights: &[f32], out: &mut [f32]) {
    for x in parts(out.len()) {
        let mut sum = [0.0; PART];
        for (tap, weight) in taps.iter().zip(weights) {
            let values = part(tap, x);
            for i in 0..PART {
                sum[i] += weight * values[i];
            }
        }
        out[x..x + PART].copy_from_slice(&sum);
    }
    if out.len() < PART {
        for (x, out) in out.iter_mut().enumerate() {
            *out = taps.iter().zip(weights).fold(0.0, |sum, (tap, weight)| sum + weight * tap[x]);
        }
    }
}

photo::dispatch!(/// Sums taps with their weights.
    pub(super) fn weighted_sum(taps: &[&[f32]], weights: &[f32], out: &mut [f32]) = weighted_kernel);

/// Blurs rows with a separable kernel: columns first, then the row.
pub(super) struct Blur {
    half: Vec<f32>,
    simd: photo::Simd,
    /// The sums of the columns, between repetitions of the first and of the last.
    padded: Vec<f32>,
}

impl Blur {
    pub fn new(sigma: f32, simd: photo::Simd) -> Self {
        Self { half: gaussian(sigma), simd, padded: Vec::new() }
    }

    /// Rows that are needed above, and below.
    pub fn radius(&self) -> usize {
        self.half.len() - 1
    }

    /// The blurred middle row of plane `c`.
    pub fn row(&mut self, rows: &Rows, c: usize, out: &mut [f32]) {
        let radius = self.radius();
        let around = -(radius as isize)..=radius as isize;
        let columns: Vec<&[f32]> = around.map(|dy| rows.row(c, dy)).collect();
        self.padded.resize(out.len() + 2 * radius, 0.0);
        symmetric_sum(self.simd, &columns, &self.half, &mut self.padded[radius..][..out.len()]);
        repeat_border(&mut self.padded, radius);
        let shifted: Vec<&[f32]> = (0..=2 * radius).map(|dx| &self.padded[dx..dx + out.len()]).collect();
        symmetric_sum(self.simd, &shifted, &self.half, out);
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
