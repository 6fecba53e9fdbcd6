//! The rows of the whole picture that are held at a time.

use super::PIXEL;
use develop::geometry::{Frame, Mapping};
use develop::{Recipe, denoise};
use photo::decode::{Kind, Probe};
use photo::demosaic::Method;
use photo::{Cfa, LensCorrection, Size};

/// Rows of a strip of the source.
const STRIP: u64 = develop::source::STRIP_ROWS as u64;
/// Rows of one plane that are kept while hot samples are looked for.
const HOT_ROWS: u64 = 8;
/// Bytes of a column of the picture that denoise holds: nine planes of f32 in the 129 rows of its five levels, the rows
/// on their way, and the strip that leaves, of which the last one is long.
const DENOISE_COLUMN: u64 = 4 * 9 * 129 + 4 * 41 + PIXEL * 170;
/// Rows that a warp keeps beside the slope of its lines.
const WARP_ROWS: f64 = 10.0;

/// Upright size of the rows that the source delivers.
pub fn size(probe: &Probe, recipe: &Recipe) -> Size {
    let Size { width, height } = probe.orientation.upright_size(probe.crop.size());
    let scale = probe.cfa.map_or(1, |cfa| recipe.develop.demosaic.scale(&cfa)) as u32;
    Size::new((width / scale).max(1), (height / scale).max(1))
}

/// Bytes of the source: its strip, and the samples and the state of the demosaic.
pub fn memory(probe: &Probe, recipe: &Recipe, size: Size) -> u64 {
    let strip = u64::from(size.width) * STRIP.min(size.height.into()) * PIXEL;
    let Some(cfa) = probe.cfa else {
        // One row as it was stored.
        return strip + u64::from(size.width) * 6;
    };
    let (method, columns) =
        (recipe.develop.demosaic, u64::from(probe.orientation.upright_size(probe.active.size()).width));
    let lines = STRIP * method.scale(&cfa) as u64 + 2 * method.halo(&cfa) as u64;
    let hot = if recipe.develop.hot_pixels { HOT_ROWS } else { 0 };
    strip + columns * (4 * (lines + hot) + demosaic_column(method, &cfa))
}

/// Bytes of a column of the mosaic that a demosaic keeps, its tables included.
fn demosaic_column(method: Method, cfa: &Cfa) -> u64 {
    match (method, cfa) {
        (_, Cfa::Mono) => 0,
        (Method::Half, _) => 60,
        (Method::Bilinear, Cfa::XTrans(_)) => 680,
        (Method::Bilinear, _) => 240,
        (Method::Rcd, Cfa::Bayer(_)) => 250,
        (Method::Best | Method::Rcd, _) => 300,
    }
}

/// Where the pixels of the straight picture come from, as the plan will find it.
pub fn mapping(probe: &Probe, recipe: &Recipe, size: Size) -> Mapping {
    Mapping::new(size, recipe.geometry.straighten, &probe.lens, probe.orientation, Frame::full(size))
}

/// Bytes of what is done to the picture before it is resampled.
pub fn picture_stages(probe: &Probe, recipe: &Recipe, mapping: &Mapping) -> u64 {
    let (width, raw) = (u64::from(mapping.source().width), probe.kind == Kind::Raw);
    let denoised = match denoise::strength(recipe.develop.denoise, raw, probe.capture.iso) {
        Some(_) => width * DENOISE_COLUMN,
        None => 0,
    };
    denoised + if mapping.is_identity() { 0 } else { warp(probe, recipe, mapping) }
}

/// A straight line of the result crosses as many rows of the source as its slope says; a lens bends it by some more.
fn warp(probe: &Probe, recipe: &Recipe, mapping: &Mapping) -> u64 {
    let slope = f64::from(recipe.geometry.straighten).to_radians().sin().abs();
    let bent = probe.lens.iter().any(|l| matches!(l, LensCorrection::WarpRectilinear { .. }));
    let bent = if bent { f64::from(mapping.source().height) / 20.0 } else { 0.0 };
    let rows = f64::from(mapping.target().width) * slope + bent + WARP_ROWS;
    let rows = (rows as u64).min(mapping.source().height.into());
    // Three numbers say for each row of the result which rows it needs.
    u64::from(mapping.source().width) * rows * PIXEL + u64::from(mapping.target().height) * 24
}
