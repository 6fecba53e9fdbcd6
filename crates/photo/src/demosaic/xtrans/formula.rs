//! Which direction to believe, for one pixel.

use super::bank::DIRECTIONS;

/// Keeps the trust finite; the energy of weak noise.
const ENERGY_FLOOR: f32 = 1e-6;
/// Weights of five samples in a row: binomial, deviation one pixel.
pub const SMOOTH: [f32; 5] = [0.0625, 0.25, 0.375, 0.25, 0.0625];

/// Perceived lightness of a linear colour, about: the mean of the square roots.
#[inline(always)]
pub fn lightness(r: f32, g: f32, b: f32) -> f32 {
    let root = |v: f32| (if v > 0.0 { v } else { 0.0 } + 0.001).sqrt();
    (root(r) + root(b)) + root(g)
}

/// Products of the gradient, `xx`, `yy` and `xy`, from the neighbours' lightness.
#[inline(always)]
pub fn products([left, right, up, down]: [f32; 4]) -> [f32; 3] {
    let (dx, dy) = (right - left, down - up);
    [dx * dx, dy * dy, dx * dy]
}

/// Weighted mean of five values.
#[inline(always)]
pub fn smooth([a, b, c, d, e]: [f32; 5]) -> f32 {
    (SMOOTH[0] * (a + e) + SMOOTH[1] * (b + d)) + SMOOTH[2] * c
}

/// Trust in each direction from the smoothed products: the square of one over the change along it. Their sum is 1.
#[inline(always)]
pub fn trust([xx, yy, xy]: [f32; 3]) -> [f32; DIRECTIONS] {
    let mean = 0.5 * (xx + yy);
    let of = |energy: f32| {
        let one = 1.0 / (if energy > 0.0 { energy } else { 0.0 } + ENERGY_FLOOR);
        one * one
    };
    let [row, column, falling, rising] = [of(xx), of(yy), of(mean + xy), of(mean - xy)];
    let sum = (row + column) + (falling + rising);
    [row / sum, column / sum, falling / sum, rising / sum]
}

/// The estimates of the directions, each as far as it is trusted.
#[inline(always)]
pub fn blend(estimates: [f32; DIRECTIONS], trust: [f32; DIRECTIONS]) -> f32 {
    let [a, b, c, d] = estimates;
    (trust[0] * a + trust[1] * b) + (trust[2] * c + trust[3] * d)
}
