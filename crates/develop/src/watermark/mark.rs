//! The mark itself: premultiplied linear colour and alpha, at the size at which it is laid on.

use super::{image, rotate, text};
use crate::DevelopError;
use crate::recipe::Watermark;
use crate::render::{Assets, asset};
use photo::color::{OutputSpace, matrix};
use photo::{Matrix3, Size};

/// Linear R, G, B, each times alpha, and alpha; 0 to 1, row-major planes.
#[derive(Debug, Clone)]
pub struct Mark {
    size: Size,
    planes: [Vec<f32>; 4],
}

impl Mark {
    /// A mark without colour. `size` is held to be allocatable.
    pub fn empty(size: Size) -> Self {
        Self { size, planes: std::array::from_fn(|_| vec![0.0; size.area() as usize]) }
    }

    /// The mark of a recipe for a picture of size `picture`, in linear light of `space`, opacity multiplied in.
    ///
    /// # Errors
    /// A missing asset, an unusable PNG or font, a character without glyph.
    pub fn new(
        watermark: &Watermark,
        assets: &Assets,
        picture: Size,
        space: OutputSpace,
    ) -> Result<Self, DevelopError> {
        let fit = Fit { width: watermark.width, picture };
        let mut mark = match (&watermark.image, &watermark.text) {
            (Some(id), _) => {
                image::mark(asset(assets, id)?, fit).map_err(|why| unusable(format!("asset `{id}`: {why}")))?
            }
            (None, Some(words)) => {
                let own = watermark.font.as_deref().map(|id| asset(assets, id).map(|bytes| (id, bytes))).transpose()?;
                text::Line::new(words, own).and_then(|line| line.mark(watermark.color, fit)).map_err(unusable)?
            }
            (None, None) => return Err(unusable("expected image or text, found neither".into())),
        };
        if watermark.rotate.rem_euclid(360.0) != 0.0 {
            mark = rotate::rotate(&mark, watermark.rotate);
        }
        mark.convert(space, watermark.opacity);
        Ok(mark)
    }

    /// Its size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Row `y` of the four planes.
    pub fn planes(&self, y: usize) -> [&[f32]; 4] {
        let width = self.size.width as usize;
        self.planes.each_ref().map(|plane| &plane[y * width..(y + 1) * width])
    }

    /// Row `y` of plane `c`.
    pub(super) fn row_mut(&mut self, c: usize, y: usize) -> &mut [f32] {
        let width = self.size.width as usize;
        &mut self.planes[c][y * width..(y + 1) * width]
    }

    /// From sRGB primaries to those of `space`, and fainter by `opacity`.
    fn convert(&mut self, space: OutputSpace, opacity: f32) {
        let m: Matrix3 =
            matrix::multiply(&space.from_working(), &OutputSpace::Srgb.to_working()).map(|r| r.map(|v| v as f32));
        let [r, g, b, alpha] = &mut self.planes;
        for (((r, g), b), a) in r.iter_mut().zip(g).zip(b).zip(alpha) {
            *a = (*a).clamp(0.0, 1.0);
            let channel = |c: usize| (m[c][0] * *r + m[c][1] * *g + m[c][2] * *b).clamp(0.0, *a) * opacity;
            [*r, *g, *b] = [channel(0), channel(1), channel(2)];
            *a *= opacity;
        }
    }
}

/// How large a mark becomes.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    /// Width of the mark as a fraction of the picture's.
    pub width: f32,
    /// Size of the picture.
    pub picture: Size,
}

impl Fit {
    /// The size of a mark whose own size is `size`: as wide as asked for, less where it would be higher than the picture.
    pub fn of(self, size: (f32, f32)) -> Size {
        let (width, height) = (size.0.max(1e-3), size.1.max(1e-3));
        let wanted = self.width * self.picture.width as f32 / width;
        let scale = wanted.min(self.picture.height as f32 / height);
        let side = |v: f32, max: u32| ((v * scale).round() as u32).clamp(1, max.max(1));
        Size::new(side(width, self.picture.width), side(height, self.picture.height))
    }
}

fn unusable(why: String) -> DevelopError {
    DevelopError::Step { step: "watermark", why }
}
