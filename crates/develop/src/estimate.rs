//! How much memory the pipeline needs for a photo, from its header and the recipe.

use crate::{
    Recipe,
    geometry::place,
    recipe::{Denoise, Rendition},
    source::STRIP_ROWS,
};
use photo::{Size, decode::Probe, encode, resample::Region};

/// Bytes of a pixel of a row in work: three planes of f32.
const PIXEL: u64 = 12;
/// Rows of a rendition that its resampler and filters hold back.
const RENDITION_ROWS: u64 = 64;
/// Rows that denoising keeps, its working copies included.
const DENOISE_ROWS: u64 = 400;
/// ISO speed from which automatic denoising is likely.
const NOISY_ISO: u32 = 400;

/// Peak bytes beside the file and the decoded picture: the strips of the source, and for each rendition the rows that
/// are held back and what its encoder keeps.
pub fn estimate(probe: &Probe, recipe: &Recipe) -> u64 {
    let width = u64::from(probe.upright.width);
    let source = width * (STRIP_ROWS as u64 + 48) * (PIXEL + 4);
    let renditions: u64 = recipe.renditions.iter().map(|r| rendition(probe.upright, r)).sum();
    source + denoise(probe, recipe, width) + straighten(recipe, width) + renditions
}

fn rendition(upright: Size, rendition: &Rendition) -> u64 {
    let size = place(upright, 1.0, Region::full(upright), rendition).map_or(upright, |p| p.canvas);
    u64::from(size.width) * RENDITION_ROWS * PIXEL + encode::memory(&rendition.encode, size)
}

fn denoise(probe: &Probe, recipe: &Recipe, width: u64) -> u64 {
    let likely = match recipe.develop.denoise {
        Denoise::Off => false,
        Denoise::Auto => probe.capture.iso.is_some_and(|iso| iso >= NOISY_ISO),
        Denoise::Strength(strength) => strength > 0.0,
    };
    if likely { width * DENOISE_ROWS * PIXEL } else { 0 }
}

/// A turned row crosses as many source rows as it rises over its width.
fn straighten(recipe: &Recipe, width: u64) -> u64 {
    let rise = f64::from(recipe.geometry.straighten).to_radians().sin().abs();
    (rise * (width * width * PIXEL) as f64) as u64
}
