//! Light sharpening for the screen: luma alone, so that no colour fringes appear, and never beyond the lightest and
//! darkest of the 3 × 3 neighbours, so that no halo does.

use super::kernel::pad;
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::transfer::unit;
use photo::{Simd, Strip};

/// Weights of encoded R, G, B (ITU-R BT.709).
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Sharpening of luma within the range of its neighbours.
pub struct Sharpen {
    amount: f32,
    simd: Simd,
    padded: [Vec<f32>; 3],
    luma: Vec<f32>,
}

impl Sharpen {
    /// `amount` is 0 to 10 times the difference to the binomial mean of the neighbours.
    pub fn new(amount: f32, simd: Simd) -> Self {
        Self { amount, simd, padded: Default::default(), luma: Vec::new() }
    }
}

impl RowFilter for Sharpen {
    fn name(&self) -> &'static str {
        "sharpen"
    }

    fn half(&self) -> usize {
        1
    }

    /// The window holds R, luma and B; green can be had back from them.
    fn prepare(&self, strip: &mut Strip) {
        let [r, g, b] = strip.planes.each_mut();
        g.iter_mut().zip(r).zip(b).for_each(|((g, r), b)| *g = luma([*r, *g, *b]));
    }

    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]) {
        for (dy, padded) in (-1..=1).zip(&mut self.padded) {
            pad(rows.row(1, dy), 1, padded);
        }
        self.luma.resize(rows.width(), 0.0);
        let [above, here, below] = self.padded.each_ref().map(Vec::as_slice);
        sharpen_row(self.simd, above, here, below, self.amount, &mut self.luma);
        let [r, g, b] = out;
        recolor(self.simd, [0, 1, 2].map(|c| rows.row(c, 0)), &self.luma, r, g, b);
    }
}

#[inline(always)]
fn luma([r, g, b]: [f32; 3]) -> f32 {
    LUMA[0] * r + LUMA[1] * g + LUMA[2] * b
}

/// The sharpened middle of 3 × 3 lumas.
#[inline(always)]
fn sharpened([a, h, b]: [[f32; 3]; 3], amount: f32) -> f32 {
    let mean = ((a[0] + a[2]) + (b[0] + b[2]) + 2.0 * ((a[1] + b[1]) + (h[0] + h[2])) + 4.0 * h[1]) * (1.0 / 16.0);
    let low = |r: [f32; 3]| less(less(r[0], r[1]), r[2]);
    let high = |r: [f32; 3]| more(more(r[0], r[1]), r[2]);
    let (low, high) = (less(less(low(a), low(h)), low(b)), more(more(high(a), high(h)), high(b)));
    less(more(h[1] + amount * (h[1] - mean), low), high)
}

#[inline(always)]
fn less(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline(always)]
fn more(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// R, G, B with the luma moved from `old` to `new`, 0 to 1; green is had back from the old luma.
#[inline(always)]
fn moved(r: f32, old: f32, b: f32, new: f32) -> [f32; 3] {
    let g = (old - LUMA[0] * r - LUMA[2] * b) * (1.0 / LUMA[1]);
    [r, g, b].map(|v| unit(v + (new - old)))
}

#[inline(always)]
fn sharpen_kernel(above: &[f32], here: &[f32], below: &[f32], amount: f32, out: &mut [f32]) {
    for (((out, a), h), b) in out.iter_mut().zip(above.windows(3)).zip(here.windows(3)).zip(below.windows(3)) {
        *out = sharpened([[a[0], a[1], a[2]], [h[0], h[1], h[2]], [b[0], b[1], b[2]]], amount);
    }
}

photo::dispatch!(/// Sharpens a row of luma; the inputs are padded by one.
    fn sharpen_row(above: &[f32], here: &[f32], below: &[f32], amount: f32, out: &mut [f32]) = sharpen_kernel);

#[inline(always)]
fn recolor_kernel(rows: [&[f32]; 3], new: &[f32], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    let old = rows[0].iter().zip(rows[1]).zip(rows[2]).zip(new);
    for (((r, g), b), (((old_r, old), old_b), new)) in r.iter_mut().zip(g).zip(b).zip(old) {
        [*r, *g, *b] = moved(*old_r, *old, *old_b, *new);
    }
}

photo::dispatch!(/// Makes R, G, B from a row of R, luma, B and the new luma.
    fn recolor(rows: [&[f32]; 3], new: &[f32], r: &mut [f32], g: &mut [f32], b: &mut [f32]) = recolor_kernel);

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, amount: f32) -> Strip {
    let luma_at = |x, y| luma(std::array::from_fn(|c| super::at(picture, c, x, y)));
    super::map(picture, |c, x, y| {
        let square = [-1, 0, 1].map(|dy| [-1, 0, 1].map(|dx| luma_at(x + dx, y + dy)));
        let new = sharpened(square, amount);
        moved(super::at(picture, 0, x, y), square[1][1], super::at(picture, 2, x, y), new)[c]
    })
}
