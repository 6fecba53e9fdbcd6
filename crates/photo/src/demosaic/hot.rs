//! Hot and dead pixels: single samples far from everything around them, found and replaced before demosaicing.
//!
//! A sample is hot when it exceeds the highest of its same-coloured neighbours by more than [`MARGIN`] plus
//! [`SPREADS`] times the range of these neighbours, so that noise and texture stay; and when none of the four samples
//! that touch it rises a quarter as far, so that stars stay: the blur of any lens lights the touching samples too.
//! Dead is the same downwards. The sample becomes the mean of its neighbours without the highest and the lowest.
//! Only original samples are read: the result depends on no order and no tile.

use crate::{Cfa, Simd};

/// Rows and columns around a sample that decide about it.
pub const HALO: usize = 2;
/// Least distance of a hot sample from its neighbours; 1 is saturation.
pub const MARGIN: f32 = 0.02;
/// How many times the neighbours' range it must be beyond them. Gaussian noise gets there in about two samples of a
/// million, less where it is weak against [`MARGIN`].
pub const SPREADS: f32 = 3.0;
/// How many times farther than the touching samples it must be.
const ISOLATION: f32 = 4.0;
/// Samples that are screened together.
const CHUNK: usize = 64;

/// Column and row of a neighbour, from the sample.
type Offset = (isize, isize);

/// The neighbours by which a pattern's samples are judged.
#[derive(Debug, Clone)]
pub struct HotPixels {
    simd: Simd,
    period: usize,
    /// For each place of the pattern, row by row: the neighbours of its colour.
    neighbours: Vec<Vec<Offset>>,
    /// For each row of an X-Trans pattern: every offset that is a neighbour somewhere, with 0 where it is and -∞ where
    /// not, along a chunk and the period.
    masks: Vec<Vec<(Offset, Vec<f32>)>>,
}

impl HotPixels {
    /// For the pattern whose phase belongs to pixel (0, 0) of the plane.
    pub fn new(cfa: &Cfa, simd: Simd) -> Self {
        let period = cfa.period();
        let neighbours: Vec<_> = (0..period * period).map(|k| same_colored(cfa, k % period, k / period)).collect();
        let masks = if period > 2 { neighbours.chunks(period).map(masks).collect() } else { Vec::new() };
        Self { simd, period, neighbours, masks }
    }

    /// Writes a row with its hot and dead samples replaced; returns how many there were.
    ///
    /// `rows` are the row in the middle, two above and two below, each with [`HALO`] more samples on both sides (beyond
    /// the picture by [`border_index`](super::border_index)); `x`, `y` is the place of `out[0]` in the plane.
    /// Bayer samples in the second column or row from the border see themselves there and stay as they are.
    ///
    /// # Panics
    /// When a row is shorter than `out.len() + 2 * HALO`.
    pub fn repair(&self, rows: [&[f32]; 5], x: usize, y: usize, out: &mut [f32]) -> usize {
        let rows = rows.map(|row| &row[..out.len() + 2 * HALO]);
        out.copy_from_slice(&rows[HALO][HALO..][..out.len()]);
        let mut repaired = 0;
        for start in (0..out.len()).step_by(CHUNK) {
            let end = (start + CHUNK).min(out.len());
            let suspicious = match self.masks.get(y % self.period) {
                None => suspicious(self.simd, rows, start, end),
                Some(masks) => suspicious_masked(self.simd, rows, start, end, masks, (x + start) % self.period),
            };
            if !suspicious {
                continue;
            }
            for (i, sample) in (start..).zip(&mut out[start..end]) {
                let place = (y % self.period) * self.period + (x + i) % self.period;
                if let Some(value) = replacement(rows, i, &self.neighbours[place]) {
                    *sample = value;
                    repaired += 1;
                }
            }
        }
        repaired
    }
}

/// The neighbours of the same colour, the nearest first, at most eight: on Bayer and mono those two pixels away.
fn same_colored(cfa: &Cfa, x: usize, y: usize) -> Vec<Offset> {
    let all = (-2isize..=2).flat_map(|dy| (-2isize..=2).map(move |dx| (dx, dy)));
    if !matches!(cfa, Cfa::XTrans(_)) {
        return all.filter(|&(dx, dy)| dx % 2 == 0 && dy % 2 == 0 && (dx, dy) != (0, 0)).collect();
    }
    let color = |dx: isize, dy: isize| cfa.color_at((x + 6).wrapping_add_signed(dx), (y + 6).wrapping_add_signed(dy));
    let mut same: Vec<Offset> = all.filter(|&(dx, dy)| (dx, dy) != (0, 0) && color(dx, dy) == color(0, 0)).collect();
    same.sort_by_key(|(dx, dy)| dx * dx + dy * dy);
    same.truncate(8);
    same
}

/// The masks of a row of the pattern, given the neighbours of its places.
fn masks(places: &[Vec<Offset>]) -> Vec<(Offset, Vec<f32>)> {
    let mut offsets: Vec<Offset> = places.iter().flatten().copied().collect();
    offsets.sort_unstable();
    offsets.dedup();
    let mask = |offset: Offset| {
        let along = (0..CHUNK + places.len()).map(|x| places[x % places.len()].contains(&offset));
        along.map(|near| if near { 0.0 } else { f32::NEG_INFINITY }).collect()
    };
    offsets.into_iter().map(|offset| (offset, mask(offset))).collect()
}

/// What to put in place of sample `i`; `None` when it is sound.
fn replacement(rows: [&[f32]; 5], i: usize, neighbours: &[Offset]) -> Option<f32> {
    let at = |&(dx, dy): &Offset| rows[HALO.wrapping_add_signed(dy)][(i + HALO).wrapping_add_signed(dx)];
    let range = |offsets: &[Offset]| {
        let wide = (f32::INFINITY, f32::NEG_INFINITY);
        offsets.iter().map(at).fold(wide, |(low, high), v| (low.min(v), high.max(v)))
    };
    let value = at(&(0, 0));
    let (low, high) = range(neighbours);
    let (touching_low, touching_high) = range(&[(0, -1), (-1, 0), (1, 0), (0, 1)]);
    let beyond = MARGIN + SPREADS * (high - low);
    let hot = value - high > beyond && value - high > ISOLATION * (touching_high - high);
    let dead = low - value > beyond && low - value > ISOLATION * (low - touching_low);
    let sum: f32 = neighbours.iter().map(at).sum();
    (neighbours.len() > 2 && (hot || dead)).then(|| (sum - high - low) / (neighbours.len() - 2) as f32)
}

/// Whether some sample in `start..end` is far from the four of its colour left, right, above and below. No sample can
/// be hot or dead without it.
#[inline(always)]
fn suspicious_kernel(rows: [&[f32]; 5], start: usize, end: usize) -> bool {
    let n = end - start;
    let [above, _, own, _, below] = rows;
    let (up, down) = (&above[start + 2..][..n], &below[start + 2..][..n]);
    let (left, here, right) = (&own[start..][..n], &own[start + 2..][..n], &own[start + 4..][..n]);
    let mut found = 0u32;
    for i in 0..n {
        let high = max(max(left[i], right[i]), max(up[i], down[i]));
        let low = min(min(left[i], right[i]), min(up[i], down[i]));
        let beyond = MARGIN + SPREADS * (high - low);
        found |= u32::from(here[i] - high > beyond) | u32::from(low - here[i] > beyond);
    }
    found != 0
}
crate::dispatch!(fn suspicious(rows: [&[f32]; 5], start: usize, end: usize) -> bool = suspicious_kernel);

/// The same for X-Trans, by all neighbours of a sample; `phase` is the place of sample `start` in the pattern's row.
#[inline(always)]
fn suspicious_masked_kernel(
    rows: [&[f32]; 5],
    start: usize,
    end: usize,
    masks: &[(Offset, Vec<f32>)],
    phase: usize,
) -> bool {
    let n = end - start;
    let (mut high, mut low) = ([f32::NEG_INFINITY; CHUNK], [f32::INFINITY; CHUNK]);
    for ((dx, dy), mask) in masks {
        let row = &rows[HALO.wrapping_add_signed(*dy)][(start + HALO).wrapping_add_signed(*dx)..][..n];
        for (((high, low), v), mask) in high.iter_mut().zip(&mut low).zip(row).zip(&mask[phase..]) {
            *high = max(*high, v + mask);
            *low = min(*low, v - mask);
        }
    }
    let mut found = 0u32;
    for ((high, low), v) in high.iter().zip(&low).zip(&rows[HALO][start + HALO..][..n]) {
        let beyond = MARGIN + SPREADS * (high - low);
        found |= u32::from(v - high > beyond) | u32::from(low - v > beyond);
    }
    found != 0
}
crate::dispatch!(
    fn suspicious_masked(
        rows: [&[f32]; 5],
        start: usize,
        end: usize,
        masks: &[(Offset, Vec<f32>)],
        phase: usize,
    ) -> bool = suspicious_masked_kernel
);

/// One instruction, unlike `f32::max`, which cares for NaN.
#[inline(always)]
fn max(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn min(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}
