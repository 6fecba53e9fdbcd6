//! Upright rows of finished pixels: JPEG, PNG, TIFF, WebP.

use super::{STRIP_ROWS, Source};
use crate::DevelopError;
use photo::{DisplayRgb, DisplaySamples, Orientation, Rect, Simd, Size, Strip, color::InputColor};

/// Rows of a [`DisplayRgb`], through its colour profile.
pub struct DisplaySource<'a> {
    picture: &'a DisplayRgb,
    orientation: Orientation,
    /// Upright part to deliver.
    crop: Rect,
    color: InputColor,
    simd: Simd,
    next_row: u32,
}

impl<'a> DisplaySource<'a> {
    /// Rows of the upright rectangle `crop`.
    ///
    /// # Errors
    /// An unusable profile.
    pub fn new(
        picture: &'a DisplayRgb,
        orientation: Orientation,
        crop: Rect,
        simd: Simd,
    ) -> Result<Self, DevelopError> {
        let color = InputColor::new(picture.icc.as_deref())?;
        Ok(Self { picture, orientation, crop, color, simd, next_row: 0 })
    }

    fn load(&self, y: u32, out: [&mut [f32]; 3]) -> Result<(), DevelopError> {
        match &self.picture.samples {
            DisplaySamples::U8(samples) => self.color.row_u8(self.simd, &self.upright_row(samples, y), out)?,
            DisplaySamples::U16(samples) => self.color.row_u16(self.simd, &self.upright_row(samples, y), out)?,
        }
        Ok(())
    }

    /// The samples of upright row `y` of the crop, interleaved.
    fn upright_row<T: Copy>(&self, samples: &[T], y: u32) -> Vec<T> {
        let pixel = |x: u32| {
            let (sx, sy) = self.orientation.stored_at(self.picture.size, x, y);
            let i = 3 * (sy as usize * self.picture.size.width as usize + sx as usize);
            [samples[i], samples[i + 1], samples[i + 2]]
        };
        (self.crop.x..self.crop.right()).flat_map(pixel).collect()
    }
}

impl Source for DisplaySource<'_> {
    fn size(&self) -> Size {
        self.crop.size()
    }

    fn next(&mut self, strip: &mut Strip) -> Result<bool, DevelopError> {
        let rows = (self.crop.height - self.next_row).min(STRIP_ROWS as u32);
        strip.reshape(self.crop.width as usize, rows as usize);
        for row in 0..rows {
            self.load(self.crop.y + self.next_row + row, strip.rows3_mut(row as usize))?;
        }
        self.next_row += rows;
        Ok(rows > 0)
    }
}
