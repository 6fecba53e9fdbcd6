//! How much memory a photo needs beside what a worker holds already: the peak, known from its header and the recipe.
//!
//! `tests/oracles/memory.py` compares it with measured peaks. An encoder counts as for a photograph; noise without end may
//! take more, up to what it keeps at most.

use crate::work::Settings;
use develop::Recipe;
use develop::geometry::{crop_region, place, upright_aspect};
use develop::recipe::{Denoise, Filter, Rendition};
use develop::render::Assets;
use photo::decode::Probe;
use photo::encode;
use photo::resample::Region;
use photo::{LensCorrection, Size};

/// Bytes of a pixel on its way: three planes of f32.
const PIXEL: u64 = 12;
/// Rows that the source, its demosaic tiles and the half levels hold.
const SOURCE_ROWS: u64 = 112;
/// Rows that denoise holds, by memory: 36 bytes a pixel in 129 rows, and what lies between.
const DENOISE_ROWS: u64 = 480;
/// Buffers of every stage that do not grow with the picture.
const STAGES: u64 = 3 << 20;
/// Rows that the stages of a rendition hold beside the windows of its filters.
const RENDITION_ROWS: u64 = 64;
/// Bytes a pixel of a mark: linear RGBA; as much again while it is rotated.
const MARK_PIXEL: u64 = 16;
/// Bytes a pixel of a mark's file, while it is read.
const MARK_FILE_PIXEL: u64 = 8;
/// Bytes a pixel of a rendition that goes through a tool: planes, samples in and samples out.
const TOOL_PIXEL: u64 = PIXEL + 6 + 6;

/// Peak memory in bytes: the decoded picture and, one after the other, the file with what decoding needs, and what
/// developing needs.
pub fn peak(probe: &Probe, file_bytes: u64, recipe: &Recipe, settings: &Settings) -> u64 {
    let renditions = recipe.renditions.iter().map(|r| rendition(probe, recipe, r, &settings.assets));
    let developing = STAGES + source(probe, recipe) + renditions.sum::<u64>();
    probe.decoded_bytes + developing.max(file_bytes + probe.working_bytes)
}

/// The rows of the whole picture that are held at a time.
fn source(probe: &Probe, recipe: &Recipe) -> u64 {
    // Wide pixels are spread later, by the resampler.
    let Size { width, height } = probe.orientation.upright_size(probe.crop.size());
    let tilt = f64::from(recipe.geometry.straighten).to_radians().sin().abs();
    let warped = probe.lens.iter().any(|l| matches!(l, LensCorrection::WarpRectilinear { .. }));
    let bent = if warped { height / 20 } else { 0 };
    let denoised = if may_denoise(recipe) { DENOISE_ROWS } else { 0 };
    let rows = SOURCE_ROWS + denoised + (f64::from(width) * tilt).ceil() as u64 + u64::from(bent);
    u64::from(width) * rows.min(u64::from(height) * 2) * PIXEL
}

fn may_denoise(recipe: &Recipe) -> bool {
    match recipe.develop.denoise {
        Denoise::Off => false,
        Denoise::Strength(percent) => percent > 0.0,
        // Decided by the noise that is measured after decoding, so it may be.
        Denoise::Auto => true,
    }
}

fn rendition(probe: &Probe, recipe: &Recipe, rendition: &Rendition, assets: &Assets) -> u64 {
    let aspect = upright_aspect(probe.pixel_aspect, probe.orientation);
    let part = recipe.geometry.crop.map_or(Region::full(probe.upright), |crop| crop_region(probe.upright, crop));
    // What cannot be placed is refused before it takes memory.
    let Ok(placed) = place(probe.upright, aspect, part, rendition) else { return 0 };
    let size = placed.canvas;
    let filters: Vec<&Filter> = recipe.filters_of(rendition).collect();
    let rows = RENDITION_ROWS + filters.iter().map(|f| window(f)).sum::<u64>();
    let tool = filters.iter().any(|f| matches!(f, Filter::Exec { .. }));
    let whole = if tool { size.area() * TOOL_PIXEL } else { 0 };
    let rows = u64::from(size.width) * rows.min(u64::from(size.height) * 2) * PIXEL;
    rows + whole + mark(recipe, rendition, size, assets) + encode::memory(&rendition.encode, size)
}

/// Rows that a filter looks at, at most.
fn window(filter: &Filter) -> u64 {
    match filter {
        Filter::GaussianBlur { sigma } | Filter::UnsharpMask { sigma, .. } => {
            (sigma.clamp(0.0, 100.0) * 8.0) as u64 + 2
        }
        Filter::Convolve { kernel, .. } => kernel.len().isqrt() as u64,
        Filter::Median { radius } => u64::from(*radius) * 2 + 1,
        Filter::Sharpen { .. } | Filter::Vignette { .. } | Filter::Grayscale | Filter::Exec { .. } => 8,
    }
}

/// The mark of a rendition: its picture as it is in the file, and at its final size. A text is as wide as it is told, and flat.
fn mark(recipe: &Recipe, rendition: &Rendition, size: Size, assets: &Assets) -> u64 {
    let Some(mark) = recipe.watermark_of(rendition) else { return 0 };
    let own = mark.image.as_ref().and_then(|id| assets.get(id)).and_then(|png| png_size(png));
    let own = own.unwrap_or(Size::new(8, 1));
    let width = (f64::from(size.width) * f64::from(mark.width)).ceil();
    let height = (width * f64::from(own.height) / f64::from(own.width.max(1))).min(f64::from(size.height));
    let copies = if mark.rotate == 0.0 { 1 } else { 2 };
    ((width * height) as u64 * MARK_PIXEL * copies).max(own.area() * MARK_FILE_PIXEL)
}

/// Size of a PNG (PNG specification, 11.2.2: IHDR comes first).
fn png_size(png: &[u8]) -> Option<Size> {
    let side = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    png.starts_with(b"\x89PNG\r\n\x1a\n").then_some(Size::new(side(16)?, side(20)?))
}
