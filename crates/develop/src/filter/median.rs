//! Median of a square.
//!
//! Values of 0 to 1 order like their bits. The median is the largest number that at least half of the square reach; it
//! is found bit by bit, from the highest, for many pixels side by side. That is exact, and costs the same everywhere.

use super::kernel::pad;
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::transfer::unit;
use photo::{Simd, Strip};

/// Pixels that are searched side by side.
const BLOCK: usize = 16;
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
    let blocked = out.len() / BLOCK * BLOCK;
    let (blocks, rest) = out.split_at_mut(blocked);
    for (i, out) in blocks.chunks_exact_mut(BLOCK).enumerate() {
        median_block::<BLOCK>(padded, i * BLOCK, out);
    }
    for (i, out) in rest.chunks_exact_mut(1).enumerate() {
        median_block::<1>(padded, blocked + i, out);
    }
}

#[inline(always)]
fn median_block<const N: usize>(padded: &[&[f32]], x: usize, out: &mut [f32]) {
    let side = padded.len();
    let half = (side * side / 2 + 1) as i32;
    let mut found = [0i32; N];
    for bit in (0..=HIGHEST_BIT).rev() {
        let wanted: [i32; N] = std::array::from_fn(|i| found[i] | 1 << bit);
        let mut reach = [0i32; N];
        for row in padded {
            for dx in 0..side {
                let values = &row[x + dx..x + dx + N];
                (0..N).for_each(|i| reach[i] += i32::from(values[i].to_bits() as i32 >= wanted[i]));
            }
        }
        (0..N).for_each(|i| found[i] = if reach[i] >= half { wanted[i] } else { found[i] });
    }
    (0..N).for_each(|i| out[i] = f32::from_bits(found[i] as u32));
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
