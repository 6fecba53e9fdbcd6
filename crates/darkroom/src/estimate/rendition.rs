//! What a rendition holds from the half levels to its encoder.

use super::PIXEL;
use develop::Recipe;
use develop::recipe::{Filter, Rendition};
use develop::render::{Assets, asset};
use develop::watermark::mark::Fit;
use develop::watermark::text::Line;
use photo::Size;
use photo::encode::{self, Depth};
use photo::resample::Scaling;

/// Rows that travel together behind the resampler.
const STRIP: u64 = 8;
/// Rows that a half level keeps, and sums on their way, in pixels of the level above.
const HALVER_ROWS: u64 = 10 + 3;
/// Bytes of a pixel of a mark: linear RGBA; as much again while it is rotated.
const MARK_PIXEL: u64 = 16;
/// Bytes of a pixel of a mark's file, while it is read.
const MARK_FILE_PIXEL: u64 = 4;
/// Bytes of a pixel of a line of text for the coverage of a glyph, which may stand out of it.
const GLYPHS_PIXEL: u64 = 8;
/// What moxcms makes of a byte of a profile, and its own curves and cube beside.
const PROFILE_BYTE: u64 = 4;
const PROFILE_TABLES: u64 = 2 << 20;
/// Bytes of a pixel of a rendition that goes through a tool: samples in and samples out.
const TOOL_PIXEL: u64 = 6 + 6;

/// The half levels above `scaling`'s last step: the rows that each keeps of the level above, and the strip that it makes.
pub fn half_levels(scaling: &Scaling) -> u64 {
    let (mut width, mut strip, mut sum) = (u64::from(scaling.source.width), develop::source::STRIP_ROWS as u64, 0);
    for _ in 0..scaling.levels() {
        sum += width * HALVER_ROWS * PIXEL;
        (width, strip) = (width.div_ceil(2), strip.div_ceil(2) + 1);
        sum += width * strip * PIXEL;
    }
    sum
}

/// Bytes of the last resampling, filters, mark, samples and encoder.
pub fn memory(recipe: &Recipe, rendition: &Rendition, scaling: &Scaling, canvas: Size, assets: &Assets) -> u64 {
    let filters: Vec<&Filter> = recipe.filters_of(rendition).collect();
    let inner = u64::from(scaling.target.width);
    let windows: u64 = filters.iter().map(|f| window_rows(f)).sum();
    let tool = filters.iter().any(|f| matches!(f, Filter::Exec { .. }));
    let whole = if tool { scaling.target.area() * TOOL_PIXEL } else { 0 };
    let padded = if canvas == scaling.target { 0 } else { STRIP };
    let held = rows_sent(&filters);
    let samples = 3 * held * if encode::depth(&rendition.encode) == Depth::Sixteen { 2 } else { 1 };
    let canvas_rows = u64::from(canvas.width) * (padded * PIXEL + samples);
    let rows = lanczos(scaling) + inner * windows * PIXEL + canvas_rows;
    let colors = profile(rendition, canvas.width, assets);
    rows + whole + colors + mark(recipe, rendition, canvas, assets) + encode::memory(&rendition.encode, canvas)
}

/// Source rows that one row needs, eight rows summed downward, eight rows sent on, and the weights of both axes.
fn lanczos(scaling: &Scaling) -> u64 {
    let last = scaling.at_last_level();
    let taps = |side: u32, part: f64, target: u32| {
        let taps = (6.0 * (part / f64::from(target)).max(1.0)).ceil() as u64 + 1;
        taps.min(side.into())
    };
    let (across, down) = (
        taps(last.source.width, last.region.width, last.target.width),
        taps(last.source.height, last.region.height, last.target.height),
    );
    let (width, target) = (u64::from(last.source.width), last.target);
    let weights = |taps: u64, target: u32| u64::from(target) * (16 + 4 * taps).next_power_of_two();
    let span = (last.region.width.ceil() as u64 + across).min(width);
    (width * down + (span + u64::from(target.width)) * STRIP) * PIXEL
        + weights(across, target.width)
        + weights(down, target.height)
}

/// Rows that a filter keeps, and those that it sends on together.
fn window_rows(filter: &Filter) -> u64 {
    match half(filter) {
        0 => 0,
        half => 2 * half + 1 + half.max(STRIP),
    }
}

/// The most rows that leave the filters together: the last ones of a window leave at once.
fn rows_sent(filters: &[&Filter]) -> u64 {
    filters.iter().map(|f| half(f)).max().unwrap_or(0).max(STRIP)
}

/// Rows above and below that a filter looks at.
fn half(filter: &Filter) -> u64 {
    match filter {
        Filter::GaussianBlur { sigma } | Filter::UnsharpMask { sigma, .. } => {
            (sigma.clamp(0.0, 100.0) * 3.0) as u64 + 1
        }
        Filter::Convolve { kernel, .. } => kernel.len().isqrt() as u64 / 2,
        Filter::Median { radius } => u64::from(*radius),
        Filter::Sharpen { .. } => 2,
        Filter::Exec { .. } | Filter::Vignette { .. } | Filter::Grayscale => 0,
    }
}

/// The mark of a rendition: its picture as it is in the file, or its glyphs, and at its final size.
fn mark(recipe: &Recipe, rendition: &Rendition, picture: Size, assets: &Assets) -> u64 {
    let Some(mark) = recipe.watermark_of(rendition) else { return 0 };
    let fit = Fit { width: mark.width, picture };
    let own = mark.image.as_ref().and_then(|id| png_size(assets.get(id)?));
    let size = match (own, &mark.text) {
        (Some(own), _) => fit.of((own.width as f32, own.height as f32)),
        (None, Some(words)) => text_size(words, mark.font.as_deref(), assets, fit).unwrap_or(picture),
        (None, None) => picture,
    };
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let turned = if mark.rotate == 0.0 { 0.0 } else { turned_area(width, height, f64::from(mark.rotate)) };
    let file = own.map_or(size.area() * GLYPHS_PIXEL, |own| own.area() * MARK_FILE_PIXEL);
    (size.area() + turned as u64) * MARK_PIXEL + file
}

fn text_size(words: &str, font: Option<&str>, assets: &Assets, fit: Fit) -> Option<Size> {
    let own = font.map(|id| asset(assets, id).map(|bytes| (id, bytes))).transpose().ok()?;
    Line::new(words, own).and_then(|line| line.size(fit)).ok()
}

/// The way into a profile: its tables as moxcms lays them out, and a row on both sides.
fn profile(rendition: &Rendition, width: u32, assets: &Assets) -> u64 {
    let bytes = rendition.profile.as_ref().and_then(|id| assets.get(id)).map(|icc| icc.len() as u64);
    bytes.map_or(0, |bytes| bytes * PROFILE_BYTE + PROFILE_TABLES + u64::from(width) * 2 * PIXEL)
}

/// Area of the upright rectangle around a turned one.
fn turned_area(width: f64, height: f64, degrees: f64) -> f64 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (sin, cos) = (sin.abs(), cos.abs());
    (width * cos + height * sin) * (width * sin + height * cos)
}

/// Size of a PNG (PNG specification, 11.2.2: IHDR comes first).
fn png_size(png: &[u8]) -> Option<Size> {
    let side = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    png.starts_with(b"\x89PNG\r\n\x1a\n").then_some(Size::new(side(16)?, side(20)?))
}
