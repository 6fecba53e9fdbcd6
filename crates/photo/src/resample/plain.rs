//! The whole-picture version: the oracle of the streaming one. Same operations in the same order, identical bits.

use super::{Scaling, halve::PAIRS, scaling::half_size, taps::Taps};
use crate::{Size, Strip};

/// Resamples a whole picture of size `scaling.source`; linear light, any range. Slow.
pub fn resample(picture: &Strip, scaling: &Scaling) -> Strip {
    let mut level = picture.clone();
    for _ in 0..scaling.levels() {
        level = halve(&level);
    }
    lanczos(&level, &scaling.at_last_level())
}

/// Halves a whole picture; the border pixels are repeated.
pub fn halve(picture: &Strip) -> Strip {
    let size = half_size(picture.size());
    let (last_x, last_y) = (picture.width.saturating_sub(1), picture.rows.saturating_sub(1));
    let tall =
        build(Size::new(picture.width as u32, size.height), |c, x, y| half_sum(y, last_y, |y| picture.row(c, y)[x]));
    build(size, |c, x, y| half_sum(x, last_x, |x| tall.row(c, y)[x]))
}

fn half_sum(i: usize, last: usize, at: impl Fn(usize) -> f32) -> f32 {
    let pair = |k: usize| at((2 * i).saturating_sub(k)) + at((2 * i + 1 + k).min(last));
    PAIRS.iter().enumerate().fold(0.0, |sum, (k, weight)| sum + weight * pair(k))
}

/// Lanczos3 alone.
pub fn lanczos(picture: &Strip, scaling: &Scaling) -> Strip {
    let Scaling { source, region, target } = scaling;
    let across = Taps::new(source.width, region.x, region.width, target.width);
    let downward = Taps::new(source.height, region.y, region.height, target.height);
    let tall =
        build(Size::new(source.width, target.height), |c, x, y| weighted(downward.at(y), |y| picture.row(c, y)[x]));
    build(*target, |c, x, y| weighted(across.at(x), |x| tall.row(c, y)[x]))
}

fn weighted((first, weights): (usize, &[f32]), at: impl Fn(usize) -> f32) -> f32 {
    weights.iter().enumerate().fold(0.0, |sum, (k, weight)| sum + weight * at(first + k))
}

fn build(size: Size, at: impl Fn(usize, usize, usize) -> f32) -> Strip {
    let mut picture = Strip::new(size.width as usize, size.height as usize);
    for c in 0..3 {
        for y in 0..picture.rows {
            picture.row_mut(c, y).iter_mut().enumerate().for_each(|(x, v)| *v = at(c, x, y));
        }
    }
    picture
}
