//! A picture or a text laid over a rendition, in linear light, where the mark is and nowhere else.
//!
//! The mark is made once, at its final size: PNG or glyphs → resized → rotated. Then each row takes its part of it.

pub mod image;
pub mod mark;
pub mod place;
mod resize;
mod rotate;
pub mod text;

#[cfg(test)]
mod font_tests;
#[cfg(test)]
mod tests;

pub use mark::Mark;

use crate::recipe::Watermark;
use crate::render::Assets;
use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::color::transfer::{decode_one, encode_one};
use photo::color::{OutputSpace, Transfer};
use photo::{Simd, Size, Strip};
use place::{Place, Span};

/// Lays a mark over encoded rows.
pub struct Overlay {
    mark: Mark,
    place: Place,
    transfer: Transfer,
    simd: Simd,
    y: usize,
}

impl Overlay {
    /// The overlay of a rendition of `size` in `space`. Holds 16 bytes a pixel of the mark, which is never larger than
    /// the rendition before it is rotated.
    ///
    /// # Errors
    /// A missing asset, an unusable PNG or font, a character without glyph.
    pub fn new(
        watermark: &Watermark,
        assets: &Assets,
        size: Size,
        space: OutputSpace,
        simd: Simd,
    ) -> Result<Self, DevelopError> {
        let mark = Mark::new(watermark, assets, size, space)?;
        let place = Place::new(watermark, mark.size(), size);
        Ok(Self { mark, place, transfer: space.transfer(), simd, y: 0 })
    }
}

impl Stage for Overlay {
    fn name(&self) -> &'static str {
        "watermark"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        for y in 0..strip.rows {
            for Span { x, from, row, len } in self.place.spans(self.y + y) {
                let [r, g, b] = strip.rows3_mut(y).map(|plane| &mut plane[x..x + len]);
                let [mark_r, mark_g, mark_b, alpha] = self.mark.planes(row).map(|plane| &plane[from..from + len]);
                blend_row(self.simd, self.transfer, mark_r, alpha, r);
                blend_row(self.simd, self.transfer, mark_g, alpha, g);
                blend_row(self.simd, self.transfer, mark_b, alpha, b);
            }
        }
        self.y += strip.rows;
        down(strip)
    }
}

/// The encoded value under a mark of premultiplied linear value `mark`.
#[inline(always)]
fn blend(transfer: Transfer, value: f32, mark: f32, alpha: f32) -> f32 {
    let blended = encode_one(transfer, decode_one(transfer, value) * (1.0 - alpha) + mark);
    if alpha > 0.0 { blended } else { value }
}

#[inline(always)]
fn blend_kernel(transfer: Transfer, mark: &[f32], alpha: &[f32], row: &mut [f32]) {
    row.iter_mut().zip(mark).zip(alpha).for_each(|((v, m), a)| *v = blend(transfer, *v, *m, *a));
}

photo::dispatch!(/// Lays a part of the mark over a part of a row.
    fn blend_row(transfer: Transfer, mark: &[f32], alpha: &[f32], row: &mut [f32]) = blend_kernel);

/// The same over a whole picture, pixel by pixel.
///
/// # Errors
/// Those of [`Overlay::new`].
pub fn plain(
    watermark: &Watermark,
    assets: &Assets,
    space: OutputSpace,
    picture: &Strip,
) -> Result<Strip, DevelopError> {
    let mark = Mark::new(watermark, assets, picture.size(), space)?;
    let place = Place::new(watermark, mark.size(), picture.size());
    let mut out = picture.clone();
    for y in 0..out.rows {
        for x in 0..out.width {
            let Some((from, row)) = place.mark_pixel(x, y) else { continue };
            let planes = mark.planes(row);
            for c in 0..3 {
                let value = &mut out.row_mut(c, y)[x];
                *value = blend(space.transfer(), *value, planes[c][from], planes[3][from]);
            }
        }
    }
    Ok(out)
}
