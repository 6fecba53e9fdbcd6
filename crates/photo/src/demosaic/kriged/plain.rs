//! Kriging of a whole picture, pixel by pixel: the oracle of the rolling form.

use super::bank::{Bank, Weights, missing};
use super::formula::{self, DIRECTIONS};
use super::stencil::{Stencil, Term};
use super::{HALO, kriging::RADIUS};
use crate::Cfa;
use crate::demosaic::border::extended;
use std::array::from_fn;

/// Values of every pixel of the extended picture.
struct Grid<T> {
    stride: usize,
    data: Vec<T>,
}

impl<T: Copy> Grid<T> {
    fn at(&self, x: usize, y: usize) -> T {
        self.data[y * self.stride + x]
    }
}

/// R, G and B of the whole picture.
pub fn kriged(cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    let (stride, rows) = (width + 2 * HALO, height + 2 * HALO);
    let mosaic = Grid { stride, data: extended(src, width, height, HALO, cfa.period()) };
    let roots = Grid { stride, data: mosaic.data.iter().map(|v| formula::root(*v)).collect() };
    let cfa = cfa.shifted(HALO * (cfa.period() - 1), HALO * (cfa.period() - 1));
    let (bank, (dx, dy)) = Bank::of(&cfa);

    let misses = |i: usize| {
        let (x, y) = (i % stride, i / stride);
        let inside = (RADIUS..stride - RADIUS).contains(&x) && (RADIUS..rows - RADIUS).contains(&y);
        let residual = &bank.at(x + dx, y + dy).residual;
        if inside { estimates(&roots, &bank.stencil, residual, x, y).map(|e| e * e) } else { [0.0; DIRECTIONS] }
    };
    let energy = Grid { stride, data: (0..stride * rows).map(misses).collect() };

    let mut planes = [(); 3].map(|_| vec![0.0; width * height]);
    for (i, (x, y)) in (0..height).flat_map(|y| (0..width).map(move |x| (x + HALO, y + HALO))).enumerate() {
        let own = cfa.color_at(x, y) as usize;
        planes[own][i] = mosaic.at(x, y);
        let trust = formula::trust(smoothed(&energy, x, y));
        for (c, weights) in missing(own).into_iter().zip(&bank.at(x + dx, y + dy).missing) {
            planes[c][i] = formula::square(formula::blend(estimates(&roots, &bank.stencil, weights, x, y), trust));
        }
    }
    planes
}

/// The weighted sums of the window, one for each direction.
fn estimates(roots: &Grid<f32>, stencil: &Stencil, weights: &Weights, x: usize, y: usize) -> [f32; DIRECTIONS] {
    let sample = |(dx, dy)| roots.at(x.wrapping_add_signed(dx), y.wrapping_add_signed(dy));
    let term = |t: Term| t.second.map_or(sample(t.first), |second| sample(t.first) + sample(second));
    let mut sums = [0.0; DIRECTIONS];
    for (pair, [first, second]) in stencil.pairs.iter().zip(weights) {
        let values = pair.map(term);
        sums = from_fn(|d| formula::add(sums[d], [first[d], second[d]], values));
    }
    sums
}

/// The mean energies around a pixel, smoothed down the columns and then along the row.
fn smoothed(energy: &Grid<[f32; DIRECTIONS]>, x: usize, y: usize) -> [f32; DIRECTIONS] {
    from_fn(|d| formula::smooth(from_fn(|i| formula::smooth(from_fn(|j| energy.at(x + i - 2, y + j - 2)[d])))))
}
