//! One level of the à-trous transform, row by row.

use photo::Simd;

/// Luma and two colour differences of one row: what is still to be analysed, and the sum of the details kept so far.
#[derive(Debug, Clone, Default)]
pub struct RowPair {
    planes: [Vec<f32>; 6],
}

impl RowPair {
    /// Nothing kept yet; the rest is unspecified.
    pub fn reset(&mut self, width: usize) {
        self.planes.iter_mut().for_each(|p| p.resize(width, 0.0));
        self.planes[3..].iter_mut().for_each(|p| p.fill(0.0));
    }

    /// Pixels in the row.
    pub fn width(&self) -> usize {
        self.planes[0].len()
    }

    /// What is still to be analysed.
    pub fn coarse(&self) -> [&[f32]; 3] {
        [0, 1, 2].map(|c| &self.planes[c][..])
    }

    /// The same, to write.
    pub fn coarse_mut(&mut self) -> [&mut [f32]; 3] {
        let [a, b, c, ..] = &mut self.planes;
        [a, b, c]
    }

    /// Details kept so far.
    pub fn kept(&self) -> [&[f32]; 3] {
        [3, 4, 5].map(|c| &self.planes[c][..])
    }
}

/// A level whose taps are `step` pixels apart; it holds `4 * step + 1` rows. The picture's border pixels repeat.
pub struct Level {
    simd: Simd,
    step: usize,
    thresholds: [f32; 3],
    /// Row `y` lies at `y % (4 * step + 1)`.
    rows: Vec<RowPair>,
    /// The same rows, smoothed along themselves.
    smooth: Vec<[Vec<f32>; 3]>,
    seen: usize,
    made: usize,
    out: RowPair,
    energy: Vec<f32>,
}

impl Level {
    /// Details are lowered against `thresholds` of luma and the two colour differences.
    pub fn new(simd: Simd, step: usize, thresholds: [f32; 3]) -> Self {
        let ring = 4 * step + 1;
        let (rows, smooth) = (vec![RowPair::default(); ring], vec![Default::default(); ring]);
        let (out, energy) = (RowPair::default(), Vec::new());
        Self { simd, step, thresholds, rows, smooth, seen: 0, made: 0, out, energy }
    }

    /// Takes the next row, whose memory it may exchange; sends on the row `2 * step` above, once it is there.
    pub fn push(&mut self, row: &mut RowPair, down: &mut dyn FnMut(&mut RowPair)) {
        let slot = self.seen % self.rows.len();
        for (from, to) in row.coarse().into_iter().zip(&mut self.smooth[slot]) {
            to.resize(from.len(), 0.0);
            smooth_row(self.simd, self.step, from, to);
        }
        std::mem::swap(&mut self.rows[slot], row);
        self.seen += 1;
        if self.seen > 2 * self.step {
            self.make(down);
        }
    }

    /// Sends on the last rows.
    pub fn finish(&mut self, down: &mut dyn FnMut(&mut RowPair)) {
        while self.made < self.seen {
            self.make(down);
        }
    }

    fn make(&mut self, down: &mut dyn FnMut(&mut RowPair)) {
        let (ring, last) = (self.rows.len(), self.seen - 1);
        let taps = [-2, -1, 0, 1, 2].map(|k: isize| {
            let y = self.made.saturating_add_signed(k * self.step as isize).min(last);
            y % ring
        });
        let row = &self.rows[self.made % ring];
        self.out.reset(row.width());
        self.energy.resize(row.width(), 0.0);
        for c in 0..3 {
            let (coarse, kept) = self.out.planes.split_at_mut(3);
            let (coarse, kept) = (&mut coarse[c][..], &mut kept[c][..]);
            let taps = taps.map(|slot| &self.smooth[slot][c][..]);
            split(self.simd, taps, &row.planes[c], coarse, kept);
            shrink(self.simd, self.thresholds[c], &row.planes[3 + c], kept, &mut self.energy);
        }
        self.made += 1;
        down(&mut self.out);
    }
}

photo::dispatch!(fn smooth_row(step: usize, from: &[f32], to: &mut [f32]) = smooth_kernel);
photo::dispatch!(fn split(taps: [&[f32]; 5], fine: &[f32], coarse: &mut [f32], detail: &mut [f32]) = split_kernel);
photo::dispatch!(fn shrink(threshold: f32, kept: &[f32], detail: &mut [f32], energy: &mut [f32]) = shrink_kernel);

/// The B3 spline (1, 4, 6, 4, 1) / 16.
#[inline(always)]
fn spline([a, b, c, d, e]: [f32; 5]) -> f32 {
    (a + e) * 0.0625 + (b + d) * 0.25 + c * 0.375
}

#[inline(always)]
fn smooth_kernel(step: usize, from: &[f32], to: &mut [f32]) {
    let (n, reach) = (from.len(), 2 * step);
    let clamped = |x: usize| {
        let at = |k: isize| from[x.saturating_add_signed(k * step as isize).min(n - 1)];
        spline([at(-2), at(-1), at(0), at(1), at(2)])
    };
    if n <= 2 * reach {
        to.iter_mut().enumerate().for_each(|(x, to)| *to = clamped(x));
        return;
    }
    let inner = n - 2 * reach;
    let tap = |k: usize| &from[k * step..k * step + inner];
    let [a, b, c, d, e] = [tap(0), tap(1), tap(2), tap(3), tap(4)];
    for (x, to) in to[reach..reach + inner].iter_mut().enumerate() {
        *to = spline([a[x], b[x], c[x], d[x], e[x]]);
    }
    (0..reach).chain(n - reach..n).for_each(|x| to[x] = clamped(x));
}

#[inline(always)]
fn split_kernel(taps: [&[f32]; 5], fine: &[f32], coarse: &mut [f32], detail: &mut [f32]) {
    let n = fine.len();
    let ([a, b, c, d, e], coarse, detail) = (taps.map(|t| &t[..n]), &mut coarse[..n], &mut detail[..n]);
    for x in 0..n {
        coarse[x] = spline([a[x], b[x], c[x], d[x], e[x]]);
        detail[x] = fine[x] - coarse[x];
    }
}

/// Wiener-like: a detail keeps 1 − threshold² / energy of itself, where the energy of its neighbours beside it counts
/// too, so that lines and edges stay whole and lone peaks go. Adds what was kept before.
#[inline(always)]
fn shrink_kernel(threshold: f32, kept: &[f32], detail: &mut [f32], energy: &mut [f32]) {
    let n = detail.len();
    let (kept, energy) = (&kept[..n], &mut energy[..n]);
    let square = |v: f32| v * v;
    for x in [0, n.saturating_sub(1)].into_iter().filter(|x| *x < n) {
        energy[x] = square(detail[x]);
    }
    for x in 2..n {
        energy[x - 1] = 0.25 * (square(detail[x - 2]) + square(detail[x])) + 0.5 * square(detail[x - 1]);
    }
    let limit = threshold * threshold;
    for x in 0..n {
        let keep = 1.0 - limit / (energy[x] + 1e-20);
        detail[x] = kept[x] + detail[x] * if keep > 0.0 { keep } else { 0.0 };
    }
}
