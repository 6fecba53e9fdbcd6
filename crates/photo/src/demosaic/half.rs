//! One pixel from each block: 2 × 2 of a Bayer mosaic, 3 × 3 of X-Trans.
//!
//! All three colours of an output pixel are those at one point, so that edges get no coloured rims.
//! Bayer: the point is the middle of the block. Green is the mean of its two samples; red and blue lie half a pixel off
//! and are interpolated bilinearly (9, 3, 3, 1 sixteenths of the four nearest samples).
//! X-Trans: the point is the lone green of the pattern (the one whose row and column hold no other green of the
//! window), about which every colour lies symmetrically. It is the block's middle or next to it: the picture may be
//! shifted by up to one source pixel each way, the same everywhere.

use super::border::extended;
use super::ring::Ring;
use crate::{Cfa, Color, Simd};

/// Rows and columns around a block that may change its pixel.
pub const HALO: usize = 2;

/// The samples that make a pixel.
#[derive(Debug)]
struct Window {
    /// Colour by colour: position in the extended mosaic from the block's extended origin, and weight.
    taps: [Vec<(usize, usize, f32)>; 3],
}

impl Window {
    /// `cfa` at the first sample of the extended mosaic.
    fn new(cfa: &Cfa) -> Self {
        match cfa {
            Cfa::XTrans(_) => Self::xtrans(cfa),
            Cfa::Bayer(_) => Self::bayer(cfa),
            Cfa::Mono => Self { taps: [0, 1, 2].map(|_| block(2, 2, 2, |_, _| true)) },
        }
    }

    fn bayer(cfa: &Cfa) -> Self {
        // the middle is at 2.5: the four nearest samples of a colour are one at 1 or 2 and one two further
        let weight = |at: usize| [0.0, 0.25, 0.75, 0.75, 0.25, 0.0][at];
        let interpolated = |c: Color| {
            let places = (0..36).map(|k| (k % 6, k / 6)).filter(|&(x, y)| cfa.color_at(x, y) == c);
            places.map(|(x, y)| (x, y, weight(x) * weight(y))).filter(|t| t.2 > 0.0).collect()
        };
        let green = block(HALO, HALO, 2, |x, y| cfa.color_at(x, y) == Color::G);
        Self { taps: [interpolated(Color::R), green, interpolated(Color::B)] }
    }

    fn xtrans(cfa: &Cfa) -> Self {
        // the middle of the block is at 3; the lone green is there or next to it
        let green = |x: usize, y: usize| cfa.color_at(x, y) == Color::G;
        let lone = |x: usize, y: usize| green(x, y) && !green(x - 1, y) && !green(x + 1, y) && !green(x, y - 1);
        let (x, y) = (0..9).map(|k| (2 + k % 3, 2 + k / 3)).find(|&(x, y)| lone(x, y)).unwrap_or((3, 3));
        let taps = [Color::R, Color::G, Color::B].map(|c| block(x - 1, y - 1, 3, |x, y| cfa.color_at(x, y) == c));
        Self { taps }
    }

    /// The weighted sum of colour `c`, in the order of the taps.
    #[inline(always)]
    fn value(&self, c: usize, at: impl Fn(usize, usize) -> f32) -> f32 {
        self.taps[c].iter().fold(0.0, |sum, &(x, y, w)| sum + w * at(x, y))
    }
}

/// Equal weights for the chosen samples of a square.
fn block(x0: usize, y0: usize, side: usize, of: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize, f32)> {
    let all = (0..side * side).map(|k| (x0 + k % side, y0 + k / side));
    let chosen: Vec<_> = all.filter(|&(x, y)| of(x, y)).collect();
    chosen.iter().map(|&(x, y)| (x, y, 1.0 / chosen.len() as f32)).collect()
}

/// Source pixels of a block, a side.
pub const fn scale(cfa: &Cfa) -> usize {
    match cfa {
        Cfa::XTrans(_) => 3,
        _ => 2,
    }
}

/// The windows in turn, for blocks whose column and row numbers sum to 0, 1 …: X-Trans exchanges red and blue from
/// block to block.
fn windows(cfa: &Cfa) -> Vec<Window> {
    let turns = if matches!(cfa, Cfa::XTrans(_)) { 2 } else { 1 };
    (0..turns).map(|turn| Window::new(&cfa.shifted(turn * scale(cfa), 0))).collect()
}

/// R, G and B of the whole picture, a block a pixel; incomplete blocks at the right and bottom are dropped.
pub fn plain(cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    let stride = width + 2 * HALO;
    let mosaic = extended(src, width, height, HALO, cfa.period());
    let (windows, scale) = (windows(&halo_pattern(cfa)), scale(cfa));
    let (w, h) = (width / scale, height / scale);
    [0, 1, 2].map(|c| {
        let value = |x: usize, y: usize| {
            let window = &windows[(x + y) % windows.len()];
            window.value(c, |dx, dy| mosaic[(y * scale + dy) * stride + x * scale + dx])
        };
        (0..w * h).map(|i| value(i % w, i / w)).collect()
    })
}

/// The pattern of the mosaic that begins [`HALO`] before the picture.
fn halo_pattern(cfa: &Cfa) -> Cfa {
    let back = cfa.period() * HALO - HALO;
    cfa.shifted(back, back)
}

/// The state of one band of rows.
#[derive(Debug)]
pub struct HalfRows {
    simd: Simd,
    scale: usize,
    windows: Vec<Window>,
    /// Blocks of a row.
    width: usize,
    y: usize,
    rows: Ring<8>,
}

impl HalfRows {
    /// For rows of `width` samples, halo included; `cfa` at the first sample of the first row.
    pub fn new(cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let scale = scale(cfa);
        let blocks = (width - 2 * HALO) / scale;
        Self { simd, scale, windows: windows(cfa), width: blocks, y: 0, rows: Ring::new(width) }
    }

    /// Begins a new picture of the same width and pattern.
    pub fn reset(&mut self) {
        self.y = 0;
    }

    /// Takes a row; whether it completed a row of blocks.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        let y = self.y;
        self.y += 1;
        self.rows.row_mut(y).copy_from_slice(row);
        let top = (y + 1).checked_sub(2 * HALO + self.scale).filter(|n| n % self.scale == 0);
        let Some(top) = top else { return false };
        for (c, out) in out.into_iter().enumerate() {
            out[..self.width].fill(0.0);
            for first in 0..self.windows.len().min(self.width) {
                self.add_blocks(c, top, first, &mut out[first..self.width]);
            }
        }
        true
    }

    /// Colour `c` of the blocks `first`, `first + number of windows` … of the row of blocks whose top is row `top`.
    fn add_blocks(&self, c: usize, top: usize, first: usize, out: &mut [f32]) {
        let turns = self.windows.len();
        let window = &self.windows[(first + top / self.scale) % turns];
        for &(dx, dy, weight) in &window.taps[c] {
            let row = &self.rows.row(top + dy)[first * self.scale + dx..];
            if turns == 1 {
                add_each(self.simd, out, row, weight);
            } else {
                add_second(self.simd, out, row, weight);
            }
        }
    }
}

/// Adds samples 0, 2, 4 … to every element.
#[inline(always)]
fn add_each_kernel(out: &mut [f32], row: &[f32], weight: f32) {
    out.iter_mut().zip(row.chunks(2)).for_each(|(o, m)| *o += weight * m[0]);
}
crate::dispatch!(fn add_each(out: &mut [f32], row: &[f32], weight: f32) = add_each_kernel);

/// Adds samples 0, 6, 12 … to every second element.
#[inline(always)]
fn add_second_kernel(out: &mut [f32], row: &[f32], weight: f32) {
    out.chunks_mut(2).zip(row.chunks(6)).for_each(|(o, m)| o[0] += weight * m[0]);
}
crate::dispatch!(fn add_second(out: &mut [f32], row: &[f32], weight: f32) = add_second_kernel);
