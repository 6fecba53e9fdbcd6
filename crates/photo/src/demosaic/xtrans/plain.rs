//! Our X-Trans method for a whole picture, pixel by pixel: the oracle of the rolling form.

use super::bank::{Bank, Filter, missing};
use super::kriging::{RADIUS, SIDE};
use super::{HALO, formula};
use crate::Cfa;
use crate::demosaic::border::extended;
use crate::demosaic::linear;
use std::array::from_fn;

/// R, G and B of the whole picture.
pub fn xtrans(cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    let stride = width + 2 * HALO;
    let mosaic = extended(src, width, height, HALO, cfa.period());
    let extended_cfa = cfa.shifted(5 * HALO, 5 * HALO);
    let lightness = lightness(&extended_cfa, &mosaic, stride);
    let (bank, shift) = Bank::of(cfa);

    let mut planes = [(); 3].map(|_| vec![0.0; width * height]);
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let own = cfa.color_at(x, y) as usize;
        let trust = formula::trust(tensor(&lightness, stride, x + HALO, y + HALO));
        let at = |dx: usize, dy: usize| mosaic[(y + HALO - RADIUS + dy) * stride + x + HALO - RADIUS + dx];
        let filter = bank.at(x + shift.0, y + shift.1);
        planes[own][y * width + x] = mosaic[(y + HALO) * stride + x + HALO];
        for (k, c) in missing(own).into_iter().enumerate() {
            planes[c][y * width + x] = formula::blend(from_fn(|d| estimate(filter, 2 * d + k, at)), trust);
        }
    }
    planes
}

fn estimate(filter: &Filter, e: usize, at: impl Fn(usize, usize) -> f32) -> f32 {
    filter[e].iter().enumerate().fold(0.0, |sum, (k, weight)| sum + weight * at(k % SIDE, k / SIDE))
}

/// Lightness of the linearly interpolated picture; right but for its outermost pixels.
fn lightness(cfa: &Cfa, mosaic: &[f32], stride: usize) -> Vec<f32> {
    let [r, g, b] = linear::plain(cfa, mosaic, stride, mosaic.len() / stride);
    r.iter().zip(&g).zip(&b).map(|((r, g), b)| formula::lightness(*r, *g, *b)).collect()
}

/// Products of the gradient around a pixel, smoothed down the columns and then along the row.
fn tensor(lightness: &[f32], stride: usize, x: usize, y: usize) -> [f32; 3] {
    let product = |x: usize, y: usize, c: usize| {
        let i = y * stride + x;
        let beside = [lightness[i - 1], lightness[i + 1], lightness[i - stride], lightness[i + stride]];
        formula::products(beside)[c]
    };
    from_fn(|c| formula::smooth(from_fn(|i| formula::smooth(from_fn(|j| product(x + i - 2, y + j - 2, c))))))
}
