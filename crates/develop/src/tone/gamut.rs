//! To the output space, and back into its gamut.
//!
//! A colour outside keeps its lightness and hue in Oklab and gives up chroma until it fits. Along that line each cone
//! root is linear in the chroma kept, so each of R, G, B is a cubic polynomial of it; bisection finds the border.
//! Colours inside are not touched and cost one comparison. The others are mapped in blocks, all pixels of a block at the
//! same step, so that the compiler vectorises across them.

use photo::color::matrix::{self, Mat};
use photo::color::rows::apply_one;
use photo::color::{OutputSpace, oklab};
use photo::{Matrix3, Simd};

/// What lies outside by less is clipped: under 1/4 of an 8-bit step of sRGB at black.
const TOLERANCE: f32 = 7.5e-5;
/// The border is found to 1/4096 of the chroma.
const STEPS: usize = 12;
/// Pixels checked and mapped together.
const BLOCK: usize = 16;

/// One number of each pixel of a block.
type Lanes = [f32; BLOCK];

/// R, G or B of a block as polynomials of the chroma kept, constant term first.
type Cubic = [Lanes; 4];

/// Matrices of one output space.
#[derive(Debug, Clone)]
pub struct Gamut {
    to_output: Matrix3,
    cones: Matrix3,
    from_cones: Matrix3,
    lightness: [f32; 3],
}

impl Gamut {
    /// `to_output` leads from working RGB to linear RGB of `space`.
    pub fn new(space: OutputSpace, to_output: &Mat) -> Self {
        let cones = oklab::cones_from(&space.primaries());
        let from_cones = matrix::invert(&cones).expect("three different cones");
        let lightness = oklab::LAB_FROM_ROOTS[0];
        let sum: f64 = lightness.iter().sum();
        Self {
            to_output: matrix::to_f32(to_output),
            cones: matrix::to_f32(&cones),
            from_cones: matrix::to_f32(&from_cones),
            lightness: lightness.map(|v| (v / sum) as f32),
        }
    }

    /// Three rows of working RGB become linear output RGB in 0..1, up to a tolerance, in place.
    pub fn rows(&self, simd: Simd, rows: [&mut [f32]; 3]) {
        gamut_rows(simd, self, rows);
    }

    /// The three polynomials of each pixel.
    #[inline(always)]
    fn cubics(&self, rgb: &[Lanes; 3]) -> [Cubic; 3] {
        let mut cubics = [[[0.0; BLOCK]; 4]; 3];
        for i in 0..BLOCK {
            let roots = apply_one(&self.cones, [rgb[0][i], rgb[1][i], rgb[2][i]]).map(cube_root);
            let l = self.lightness[0] * roots[0] + self.lightness[1] * roots[1] + self.lightness[2] * roots[2];
            let l = photo::color::transfer::unit(l);
            let d = roots.map(|root| root - l);
            let first = apply_one(&self.from_cones, d.map(|d| 3.0 * l * l * d));
            let second = apply_one(&self.from_cones, d.map(|d| 3.0 * l * d * d));
            let third = apply_one(&self.from_cones, d.map(|d| d * d * d));
            for c in 0..3 {
                cubics[c][0][i] = l * l * l;
                cubics[c][1][i] = first[c];
                cubics[c][2][i] = second[c];
                cubics[c][3][i] = third[c];
            }
        }
        cubics
    }
}

/// The colour of pixel `i` where `kept` of its chroma is left.
#[inline(always)]
fn at(cubics: &[Cubic; 3], kept: f32, i: usize) -> [f32; 3] {
    let one = |c: &Cubic| c[0][i] + kept * (c[1][i] + kept * (c[2][i] + kept * c[3][i]));
    [one(&cubics[0]), one(&cubics[1]), one(&cubics[2])]
}

/// The most chroma that each pixel may keep.
#[inline(always)]
fn largest_inside(cubics: &[Cubic; 3]) -> Lanes {
    let (mut kept, mut step) = ([0.0; BLOCK], 0.5);
    for _ in 0..STEPS {
        for (i, kept) in kept.iter_mut().enumerate() {
            let t = *kept + step;
            *kept = if outside(at(cubics, t, i)) { *kept } else { t };
        }
        step *= 0.5;
    }
    kept
}

photo::dispatch!(fn gamut_rows(gamut: &Gamut, rows: [&mut [f32]; 3]) = gamut_kernel);

#[inline(always)]
fn gamut_kernel(gamut: &Gamut, [r, g, b]: [&mut [f32]; 3]) {
    let mut any = 0;
    for ((r, g), b) in r.iter_mut().zip(&mut *g).zip(&mut *b) {
        [*r, *g, *b] = apply_one(&gamut.to_output, [*r, *g, *b]);
        any |= u32::from(outside([*r, *g, *b]));
    }
    if any != 0 {
        for ((r, g), b) in r.chunks_mut(BLOCK).zip(g.chunks_mut(BLOCK)).zip(b.chunks_mut(BLOCK)) {
            map_block(gamut, [r, g, b]);
        }
    }
}

/// Maps what is outside of at most [`BLOCK`] pixels.
#[inline(always)]
fn map_block(gamut: &Gamut, rows: [&mut [f32]; 3]) {
    let mut rgb = [[0.0; BLOCK]; 3];
    rgb.iter_mut().zip(&rows).for_each(|(lanes, row)| lanes[..row.len()].copy_from_slice(row));
    let any = (0..BLOCK).fold(0, |any, i| any | u32::from(outside([rgb[0][i], rgb[1][i], rgb[2][i]])));
    if any == 0 {
        return;
    }
    let cubics = gamut.cubics(&rgb);
    let kept = largest_inside(&cubics);
    for i in 0..BLOCK {
        let own = [rgb[0][i], rgb[1][i], rgb[2][i]];
        let (out, mapped) = (outside(own), at(&cubics, kept[i], i));
        rgb[0][i] = if out { mapped[0] } else { own[0] };
        rgb[1][i] = if out { mapped[1] } else { own[1] };
        rgb[2][i] = if out { mapped[2] } else { own[2] };
    }
    rows.into_iter().zip(&rgb).for_each(|(row, lanes)| row.copy_from_slice(&lanes[..row.len()]));
}

#[inline(always)]
fn outside([r, g, b]: [f32; 3]) -> bool {
    let (low, high) = (-TOLERANCE, 1.0 + TOLERANCE);
    (r < low) | (g < low) | (b < low) | (r > high) | (g > high) | (b > high)
}

/// Cube root of either sign: a guess from the exponent, then three steps of Newton's.
#[inline(always)]
fn cube_root(x: f32) -> f32 {
    let size = x.abs() + 1e-18;
    let guess = f32::from_bits((size.to_bits() as i32 as f32 * (1.0 / 3.0)) as i32 as u32).abs();
    let guess = f32::from_bits(guess.to_bits() + 0x2a51_4067);
    let newton = |y: f32| (2.0 * y + size / (y * y)) * (1.0 / 3.0);
    newton(newton(newton(guess))).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cube_roots_are_right() {
        for i in 1..10_000 {
            let x = i as f32 * 3e-4 * if i % 2 == 0 { 1.0 } else { -1.0 };
            assert!((cube_root(x) / x.cbrt() - 1.0).abs() < 1e-6, "{x}");
        }
        assert!(cube_root(0.0).abs() < 1e-5);
    }
}
