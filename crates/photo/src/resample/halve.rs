//! Exact halving, the shared first steps of strong reductions.
//!
//! A symmetric filter of ten taps, in five pairs. It was fitted by least squares to pass everything up to 0.16 cycles
//! per pixel and nothing from 0.34 on, which is what folds back onto that band, with a gain of exactly 1 for a constant. The
//! stop band lies at −37 dB (−27 dB at its very edge).

use super::{Down, history::History, scaling::half_size};
use crate::{Simd, Size, Strip};

/// Weights of the pairs, from the middle outward; they sum to exactly one half.
pub(super) const PAIRS: [f32; 5] =
    [29929.0 / 65536.0, 8100.0 / 65536.0, -4944.0 / 65536.0, -1707.0 / 65536.0, 1390.0 / 65536.0];

const REACH: usize = PAIRS.len();

/// Columns that are summed at once, in registers.
const COLUMNS: usize = 32;

/// Halves a picture as its rows pass by. The border pixels are repeated.
#[derive(Debug)]
pub struct Halver {
    simd: Simd,
    source: Size,
    history: History,
    made: usize,
    /// One row summed vertically.
    tall: Vec<f32>,
    /// Its even and its odd samples, with the border repeated.
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
            tall: vec![0.0; source.width as usize],
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
            self.make_row(strip, self.made - first);
            self.made += 1;
        }
        self.history.keep(strip, (2 * self.made + 1).saturating_sub(REACH));
        if self.out.rows == 0 { Ok(()) } else { down(&mut self.out) }
    }

    fn make_row(&mut self, strip: &Strip, y: usize) {
        let last = self.source.height as usize - 1;
        let above = 2 * self.made;
        for c in 0..3 {
            let pairs = std::array::from_fn(|i| {
                [above.saturating_sub(i), (above + 1 + i).min(last)].map(|y| self.history.row(strip, c, y))
            });
            sum_pairs(self.simd, &pairs, &mut self.tall);
            halve_row(self.simd, &self.tall, &mut self.split, self.out.row_mut(c, y));
        }
    }
}

/// `out = Σ PAIRS[i] * (pairs[i][0] + pairs[i][1])`, in the order of `i`.
#[inline(always)]
fn sum_pairs_kernel(pairs: &[[&[f32]; 2]; REACH], out: &mut [f32]) {
    let whole = out.len() - out.len() % COLUMNS;
    for x in (0..whole).step_by(COLUMNS) {
        let mut sum = [0f32; COLUMNS];
        for ([a, b], weight) in pairs.iter().zip(PAIRS) {
            let a: &[f32; COLUMNS] = a[x..x + COLUMNS].try_into().expect("COLUMNS of them");
            let b: &[f32; COLUMNS] = b[x..x + COLUMNS].try_into().expect("COLUMNS of them");
            for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
                *sum += weight * (a + b);
            }
        }
        out[x..x + COLUMNS].copy_from_slice(&sum);
    }
    for (x, out) in out.iter_mut().enumerate().skip(whole) {
        *out = pairs.iter().zip(PAIRS).fold(0.0, |sum, ([a, b], weight)| sum + weight * (a[x] + b[x]));
    }
}

crate::dispatch!(fn sum_pairs(pairs: &[[&[f32]; 2]; REACH], out: &mut [f32]) = sum_pairs_kernel);

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
    sum_pairs_kernel(&pairs, out);
}

/// Samples repeated on each side of the even and of the odd ones.
const PAD: usize = REACH / 2;

/// `split[0][PAD + i]` is sample `2 i`, `split[1][PAD + i]` sample `2 i + 1`; beyond the row, the sample at its border.
#[inline(always)]
fn split_row(row: &[f32], n: usize, split: &mut [Vec<f32>; 2]) {
    let last = row.len() - 1;
    let whole = row.len() / 2;
    for (odd, half) in split.iter_mut().enumerate() {
        half.resize(n + 2 * PAD, 0.0);
        half[..PAD].fill(row[0]);
        half[PAD + whole..].fill(row[last]);
        half[PAD..PAD + whole].iter_mut().zip(row.chunks_exact(2)).for_each(|(v, pair)| *v = pair[odd]);
    }
}

crate::dispatch!(fn halve_row(row: &[f32], split: &mut [Vec<f32>; 2], out: &mut [f32]) = halve_row_kernel);
