//! Median of a square.
//!
//! Values of 0 to 1 order like their bits. The median is the largest number that at least half of the square reach; it
//! is found bit by bit, from the highest, for many pixels side by side. That is exact, and costs the same everywhere.

use super::kernel::pad;
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::transfer::unit;
use photo::{Simd, Strip};

/// Pixels that are searched side by side, so that their counts stay in the nearest cache.
const BLOCK: usize = 256;
/// The highest bit of 1.0 and of all that is below.
const HIGHEST_BIT: u32 = 29;

/// Median of the `(2 radius + 1)²` values around each.
pub struct Median {
    radius: usize,
    simd: Simd,
    padded: Vec<Vec<f32>>,
}

impl Median {
    /// `radius` is 1 to 7 pixels.
    pub fn new(radius: usize, simd: Simd) -> Self {
        Self { radius, simd, padded: vec![Vec::new(); 2 * radius + 1] }
    }
}

impl RowFilter for Median {
    fn name(&self) -> &'static str {
        "median"
    }

    fn half(&self) -> usize {
        self.radius
    }

    fn prepare(&self, strip: &mut Strip) {
        strip.planes.iter_mut().flatten().for_each(|v| *v = unit(*v));
    }

    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]) {
        for (c, out) in out.into_iter().enumerate() {
            for (j, padded) in self.padded.iter_mut().enumerate() {
                pad(rows.row(c, j as isize - self.radius as isize), self.radius, padded);
            }
            let padded: Vec<&[f32]> = self.padded.iter().map(Vec::as_slice).collect();
            median_row(self.simd, &padded, out);
        }
    }
}

#[inline(always)]
fn median_kernel(padded: &[&[f32]], out: &mut [f32]) {
    let side = padded.len();
    let half = (side * side / 2 + 1) as i32;
    let (mut wanted, mut reach) = ([0i32; BLOCK], [0i32; BLOCK]);
    for (i, out) in out.chunks_mut(BLOCK).enumerate() {
        let mut found = [0i32; BLOCK];
        for bit in (0..=HIGHEST_BIT).rev() {
            wanted.iter_mut().zip(&found).for_each(|(w, f)| *w = f | (1 << bit));
            reach.fill(0);
            for tap in (0..side * side).map(|t| &padded[t / side][i * BLOCK + t % side..]) {
                count(tap, &wanted, &mut reach[..out.len()]);
            }
            let all = found.iter_mut().zip(&wanted).zip(&reach);
            all.for_each(|((f, w), r)| *f = if *r >= half { *w } else { *f });
        }
        out.iter_mut().zip(&found).for_each(|(v, f)| *v = f32::from_bits(*f as u32));
    }
}

/// Adds one to `reach` where the value's bits reach `wanted`.
#[inline(always)]
fn count(values: &[f32], wanted: &[i32], reach: &mut [i32]) {
    for ((reach, value), wanted) in reach.iter_mut().zip(values).zip(wanted) {
        *reach = reach.wrapping_add(i32::from(value.to_bits() as i32 >= *wanted));
    }
}

photo::dispatch!(/// Medians of a row of squares; `padded` holds the rows of the squares, wider than `out` by one less than their number.
    fn median_row(padded: &[&[f32]], out: &mut [f32]) = median_kernel);

/// The same over a whole picture, pixel by pixel, by sorting.
pub fn plain(picture: &Strip, radius: usize) -> Strip {
    let radius = radius as isize;
    super::map(picture, |c, x, y| {
        let square = (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy)));
        let mut values: Vec<f32> = square.map(|(dx, dy)| unit(super::at(picture, c, x + dx, y + dy))).collect();
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    })
}
