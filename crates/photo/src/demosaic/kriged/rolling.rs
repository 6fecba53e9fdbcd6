//! Kriging, row after row, in phase planes.
//!
//! A row is split by the pattern's period: of Bayer every second column, of X-Trans every sixth. All samples of such a
//! plane have the same place in the pattern and so the same weights, which stay in registers while the samples pass.

use super::HALO;
use super::bank::{Bank, Place, missing};
use super::formula::DIRECTIONS;
use super::kernels;
use super::kriging::RADIUS;
use super::stencil::{MOST_TERMS, Offset, Term};
use super::sums::LANES;
use crate::demosaic::ring::Ring;
use crate::{Cfa, Simd};
use std::array::from_fn;
use std::ops::Range;
use std::sync::Arc;

/// Column of the output's first pixel in the planes: the first multiple of both periods behind the halo.
const ORIGIN: usize = 6;
/// Columns before the input.
const LEAD: usize = ORIGIN - HALO;
/// Rows are counted from here, a multiple of both periods, so that no stage leads below zero.
const FIRST_ROW: usize = 12;

/// The state of one band of rows.
#[derive(Debug)]
pub struct KrigedRows {
    simd: Simd,
    cfa: Cfa,
    /// Samples of an input row.
    width: usize,
    /// Number of the next row.
    y: usize,
    /// The samples as they came, by phase.
    samples: Vec<Ring<8>>,
    window: Window,
    /// Squares of what each direction misses, by phase.
    energy: Vec<[Ring<8>; DIRECTIONS]>,
    /// The same smoothed down the columns, only of the row at hand.
    smoothed: Vec<[Ring<1>; DIRECTIONS]>,
    trust: [Vec<f32>; DIRECTIONS],
    /// A missing colour of the output's pixels, of the phase at hand.
    found: Vec<f32>,
}

impl KrigedRows {
    /// For rows of `width` samples, halo included; `cfa` at the first sample of the first row.
    pub fn new(cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let period = cfa.period();
        let found = (width - 2 * HALO).div_ceil(period).next_multiple_of(LANES);
        let n = (LEAD + width).div_ceil(period).max(ORIGIN / period + found).next_multiple_of(LANES);
        Self {
            simd,
            cfa: *cfa,
            width,
            y: FIRST_ROW,
            samples: vec![Ring::new(n); period],
            window: Window::new(cfa, n, simd),
            energy: (0..period).map(|_| from_fn(|_| Ring::new(n))).collect(),
            smoothed: (0..period).map(|_| from_fn(|_| Ring::new(n))).collect(),
            trust: from_fn(|_| vec![0.0; n]),
            found: vec![0.0; found],
        }
    }

    /// Begins a new picture of the same width and pattern.
    pub fn reset(&mut self) {
        self.y = FIRST_ROW;
    }

    /// Takes a row; whether it gave one, the row [`HALO`] above, without the halo.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        let y = self.y;
        self.y += 1;
        self.split(y, row);
        self.misses(y - RADIUS);
        let complete = y >= FIRST_ROW + 2 * HALO;
        if complete {
            self.smooth(y - HALO);
            self.colors(y - HALO, out);
        }
        complete
    }

    fn split(&mut self, y: usize, row: &[f32]) {
        let period = self.cfa.period();
        for (phase, (samples, roots)) in self.samples.iter_mut().zip(&mut self.window.roots).enumerate() {
            let (skip, first) = if phase < LEAD { (1, phase + period - LEAD) } else { (0, phase - LEAD) };
            let samples = samples.row_mut(y);
            let of_phase = row[first.min(row.len())..self.width].iter().step_by(period);
            samples[skip..].iter_mut().zip(of_phase).for_each(|(o, v)| *o = *v);
            kernels::root(self.simd, roots.row_mut(y), samples);
        }
    }

    fn misses(&mut self, y: usize) {
        for (phase, energy) in self.energy.iter_mut().enumerate() {
            self.window.fold(phase, y);
            let energy = energy.each_mut().map(|e| e.row_mut(y));
            let terms = self.window.terms(phase, y, 0..energy[0].len());
            kernels::misses(self.simd, energy, self.window.pairs(&terms), &self.window.place(phase, y).residual);
        }
    }

    fn smooth(&mut self, y: usize) {
        for (energy, smoothed) in self.energy.iter().zip(&mut self.smoothed) {
            for (energy, smoothed) in energy.iter().zip(smoothed) {
                kernels::smooth(self.simd, smoothed.row_mut(0), from_fn(|k| energy.row(y + k - 2)));
            }
        }
    }

    fn colors(&mut self, y: usize, out: [&mut [f32]; 3]) {
        let [red, green, blue] = out;
        let out = [red, green, blue];
        let period = self.cfa.period();
        let inner = ORIGIN / period..ORIGIN / period + self.found.len();
        for phase in 0..period {
            self.trust(phase);
            self.window.fold(phase, y);
            let terms = self.window.terms(phase, y, inner.clone());
            let own = self.color(phase, y);
            put(out[own], phase, period, &self.samples[phase].row(y)[inner.clone()]);
            for (c, weights) in missing(own).into_iter().zip(&self.window.place(phase, y).missing) {
                let trust = self.trust.each_ref().map(|t| &t[inner.clone()]);
                kernels::color(self.simd, &mut self.found, self.window.pairs(&terms), weights, trust);
                put(out[c], phase, period, &self.found);
            }
        }
    }

    /// Smooths the energies of a phase along the row and turns them into trust.
    fn trust(&mut self, phase: usize) {
        let smoothed = &self.smoothed;
        for (d, trust) in self.trust.iter_mut().enumerate() {
            let taps = from_fn(|k| {
                let (phase, by) = beside(phase, k as isize - 2, smoothed.len());
                smoothed[phase][d].at(0, by)
            });
            kernels::smooth(self.simd, trust, taps);
        }
        kernels::trust(self.simd, self.trust.each_mut().map(|t| &mut t[..]));
    }

    /// The colour of a phase in row `y`.
    fn color(&self, phase: usize, y: usize) -> usize {
        self.cfa.color_at(phase + self.samples.len() - LEAD, y) as usize
    }
}

/// The samples that the weights of a place belong to.
#[derive(Debug)]
struct Window {
    simd: Simd,
    bank: Arc<Bank>,
    /// Where the pattern begins in the bank, for phase 0 of row 0.
    shift: (usize, usize),
    /// The roots of the samples, by phase.
    roots: Vec<Ring<16>>,
    /// Sums of opposite samples, for each term that has two.
    folded: Vec<Vec<f32>>,
}

impl Window {
    fn new(cfa: &Cfa, n: usize, simd: Simd) -> Self {
        let (bank, (x, y)) = Bank::of(cfa);
        let period = cfa.period();
        let has_two = |term: &&Term| term.second.is_some();
        let folded = bank.stencil.pairs.iter().flatten().filter(has_two).map(|_| vec![0.0; n]).collect();
        Self { simd, bank, shift: (x + period - LEAD, y), roots: vec![Ring::new(n); period], folded }
    }

    fn place(&self, phase: usize, y: usize) -> &Place {
        self.bank.at(phase + self.shift.0, y + self.shift.1)
    }

    /// Adds the opposite samples around a phase of row `y`.
    fn fold(&mut self, phase: usize, y: usize) {
        let twos = self.bank.stencil.pairs.iter().flatten().filter_map(|t| t.second.map(|second| (t.first, second)));
        for ((first, second), folded) in twos.zip(&mut self.folded) {
            kernels::sum(self.simd, folded, tap(&self.roots, phase, y, first), tap(&self.roots, phase, y, second));
        }
    }

    /// The terms' values around the `sites` of a phase of row `y`, folded before.
    fn terms(&self, phase: usize, y: usize, sites: Range<usize>) -> [[&[f32]; 2]; MOST_TERMS / 2] {
        let mut folded = self.folded.iter();
        let mut value = |term: &Term| match term.second {
            Some(_) => folded.next().map_or(&[][..], |f| &f[sites.clone()]),
            None => &tap(&self.roots, phase, y, term.first)[sites.clone()],
        };
        let mut terms = [[&[][..]; 2]; MOST_TERMS / 2];
        for (values, pair) in terms.iter_mut().zip(&self.bank.stencil.pairs) {
            *values = [value(&pair[0]), value(&pair[1])];
        }
        terms
    }

    /// The part of the terms that is in use.
    fn pairs<'t, 'a>(&self, terms: &'t [[&'a [f32]; 2]; MOST_TERMS / 2]) -> &'t [[&'a [f32]; 2]] {
        &terms[..self.bank.stencil.pairs.len()]
    }
}

/// The samples at an offset from a phase of row `y`.
#[inline]
fn tap(roots: &[Ring<16>], phase: usize, y: usize, (dx, dy): Offset) -> &[f32] {
    let (phase, by) = beside(phase, dx, roots.len());
    roots[phase].at(y.wrapping_add_signed(dy), by)
}

/// The phase `dx` columns from another one, and how many of its samples farther.
#[inline]
fn beside(phase: usize, dx: isize, period: usize) -> (usize, isize) {
    // without a division, which would take longer than the rest
    let (mut column, mut by) = (phase as isize + dx, 0);
    while column < 0 {
        (column, by) = (column + period as isize, by - 1);
    }
    while column >= period as isize {
        (column, by) = (column - period as isize, by + 1);
    }
    (column as usize, by)
}

/// Writes a phase of the output's pixels to its row.
fn put(row: &mut [f32], phase: usize, period: usize, values: &[f32]) {
    row.iter_mut().skip(phase).step_by(period).zip(values).for_each(|(o, v)| *o = *v);
}
