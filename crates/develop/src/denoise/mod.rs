//! Denoise: wavelet shrinkage on linear working RGB at source resolution, before any resampling.
//!
//! A square root makes shot noise even (Anscombe 1948); luma and two colour differences then pass an undecimated
//! à-trous transform with the B3 spline (Starck and Murtagh, "Astronomical Image and Data Analysis", 2006), level by
//! level as rows come in; details near their level's noise are lowered, and all levels are added up again.

mod level;
mod noise;

pub use noise::{Noise, NoiseMeter};

use crate::DevelopError;
use crate::recipe::Denoise;
use crate::stage::{Down, Stage};
use level::{Level, RowPair};
use photo::color::CameraTransform;
use photo::{Simd, Strip};

/// Noise of luma and of a colour difference at each level, as a fraction of that of one sample. Measured on flat
/// mosaics after demosaicing, which makes noise coarser.
const LEVELS: [f32; 5] = [0.56, 0.28, 0.145, 0.072, 0.036];
/// Thresholds of each level in its standard deviations, at strength 1: coarse levels hold more picture than noise.
const LUMA: [f32; 5] = [1.6, 1.2, 0.8, 0.5, 0.3];
/// Colour noise disturbs more, and colour has less detail.
const CHROMA: [f32; 5] = [2.5, 2.0, 1.5, 1.2, 1.0];
/// ISO from which `auto` denoises: below it a picture at the size of a screen shows no noise.
const AUTO_FROM_ISO: u32 = 800;

/// How strongly a photo is denoised: 1 (strength 50) by `auto`; `None` where nothing is to be done, as on pixels that
/// are not `raw`. Decided by the header alone, so that what denoising takes is known before the pixels are.
pub fn strength(recipe: Denoise, raw: bool, iso: Option<u32>) -> Option<f32> {
    let strength = match recipe {
        Denoise::Off => 0.0,
        // A file that keeps its ISO to itself counts as a low one.
        Denoise::Auto => f32::from(u8::from(iso.is_some_and(|iso| iso >= AUTO_FROM_ISO))),
        Denoise::Strength(percent) => percent.clamp(0.0, 100.0) / 50.0,
    };
    (raw && strength > 0.0).then_some(strength)
}

/// What the stage shall do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DenoiseSettings {
    /// 1 removes what is likely noise; above 0.
    pub strength: f32,
    /// Variance of luma, red difference and blue difference in the square root domain.
    variance: [f32; 3],
    /// Variance of R, G and B there.
    bias: [f32; 3],
    /// Added below the root: the read noise.
    offset: f32,
}

impl DenoiseSettings {
    /// The settings for one photo, its [`strength`] and its noise. Noise of grey through balance and matrix: of w ·
    /// working RGB it is shot · x · Σ multiplier · (w · matrix)².
    pub fn new(strength: f32, noise: Noise, transform: &CameraTransform) -> Self {
        let variance = |w: [f32; 3]| {
            let through = |k: usize| (0..3).map(|c| w[c] * transform.matrix[c][k]).sum::<f32>();
            let sum: f32 = (0..3).map(|k| transform.multipliers[k] * through(k).powi(2)).sum();
            noise.shot * sum / 4.0
        };
        Self {
            strength,
            variance: [[0.25, 0.5, 0.25], [1.0, -1.0, 0.0], [0.0, -1.0, 1.0]].map(variance),
            bias: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(variance),
            offset: noise.read_variance / noise.shot,
        }
    }

    fn thresholds(&self, level: usize) -> [f32; 3] {
        let deviation = |c: usize| self.strength * LEVELS[level] * self.variance[c].sqrt();
        [LUMA[level] * deviation(0), CHROMA[level] * deviation(1), CHROMA[level] * deviation(2)]
    }
}

/// The stage. Rows leave 62 rows late; it keeps some 190 rows.
pub struct DenoiseStage {
    simd: Simd,
    settings: DenoiseSettings,
    levels: Vec<Level>,
    source: RowPair,
    out: Strip,
}

impl DenoiseStage {
    /// Sets up for one photo.
    pub fn new(simd: Simd, settings: DenoiseSettings) -> Self {
        let level = |i| Level::new(simd, 1usize << i, settings.thresholds(i));
        let levels = (0..LEVELS.len()).map(level).collect();
        Self { simd, settings, levels, source: RowPair::default(), out: Strip::default() }
    }

    fn send(&mut self, down: Down) -> Result<(), DevelopError> {
        let sent = if self.out.rows == 0 { Ok(()) } else { down(&mut self.out) };
        self.out.reshape(self.out.width, 0);
        sent
    }
}

impl Stage for DenoiseStage {
    fn name(&self) -> &'static str {
        "denoise"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        self.out.reshape(strip.width, 0);
        for y in 0..strip.rows {
            self.source.reset(strip.width);
            let [r, g, b] = [0, 1, 2].map(|c| strip.row(c, y));
            stabilise(self.simd, self.settings.offset, [r, g, b], self.source.coarse_mut());
            let (settings, simd, out) = (self.settings, self.simd, &mut self.out);
            feed(&mut self.levels, &mut self.source, &mut |row| emit(simd, &settings, row, out));
        }
        self.send(down)
    }

    fn finish(&mut self, down: Down) -> Result<(), DevelopError> {
        for first in 0..self.levels.len() {
            let (settings, simd, out) = (self.settings, self.simd, &mut self.out);
            let (level, rest) = self.levels[first..].split_first_mut().expect("first is below len");
            level.finish(&mut |row| feed(rest, row, &mut |row| emit(simd, &settings, row, out)));
        }
        self.send(down)
    }
}

fn feed(levels: &mut [Level], row: &mut RowPair, end: &mut dyn FnMut(&mut RowPair)) {
    match levels.split_first_mut() {
        None => end(row),
        Some((first, rest)) => first.push(row, &mut |row| feed(rest, row, end)),
    }
}

/// Adds a finished row to the strip that leaves.
fn emit(simd: Simd, settings: &DenoiseSettings, row: &RowPair, out: &mut Strip) {
    let y = out.rows;
    out.reshape(row.width(), y + 1);
    restore(simd, settings, row.coarse(), row.kept(), out.rows3_mut(y));
}

photo::dispatch!(fn stabilise(offset: f32, from: [&[f32]; 3], to: [&mut [f32]; 3]) = stabilise_kernel);
photo::dispatch!(fn restore(settings: &DenoiseSettings, coarse: [&[f32]; 3], kept: [&[f32]; 3], to: [&mut [f32]; 3])
    = restore_kernel);

/// Linear R, G, B to luma (R + 2 G + B) / 4, R − G and B − G of their square roots.
#[inline(always)]
fn stabilise_kernel(offset: f32, [r, g, b]: [&[f32]; 3], [luma, red, blue]: [&mut [f32]; 3]) {
    let root = |v: f32| {
        let v = v + offset;
        (if v > 0.0 { v } else { 0.0 }).sqrt()
    };
    for ((((r, g), b), (luma, red)), blue) in r.iter().zip(g).zip(b).zip(luma.iter_mut().zip(red)).zip(blue) {
        let [r, g, b] = [root(*r), root(*g), root(*b)];
        [*luma, *red, *blue] = [0.25 * (r + 2.0 * g + b), r - g, b - g];
    }
}

/// The way back; squaring a mean of roots loses their variance, which is added again.
#[inline(always)]
fn restore_kernel(settings: &DenoiseSettings, coarse: [&[f32]; 3], kept: [&[f32]; 3], [r, g, b]: [&mut [f32]; 3]) {
    let shift = settings.bias.map(|bias| bias - settings.offset);
    let n = r.len();
    let ([c0, c1, c2], [k0, k1, k2]) = (coarse.map(|p| &p[..n]), kept.map(|p| &p[..n]));
    let (g, b) = (&mut g[..n], &mut b[..n]);
    for i in 0..n {
        let (luma, red, blue) = (c0[i] + k0[i], c1[i] + k1[i], c2[i] + k2[i]);
        let green = luma - 0.25 * (red + blue);
        let root = [green + red, green, green + blue].map(|v| if v > 0.0 { v } else { 0.0 });
        r[i] = root[0] * root[0] + shift[0];
        g[i] = root[1] * root[1] + shift[1];
        b[i] = root[2] * root[2] + shift[2];
    }
}

#[cfg(test)]
mod tests;
