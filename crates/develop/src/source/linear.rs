//! Upright rows of camera RGB that needs no demosaic: linear DNG, lossy DNG, sRAW.

use super::{FinishRow, STRIP_ROWS, Source};
use crate::DevelopError;
use photo::{LinearRaw, Orientation, Rect, Size, Strip};

/// Rows of a [`LinearRaw`].
pub struct LinearSource<'a> {
    picture: &'a LinearRaw,
    orientation: Orientation,
    /// Upright part to deliver.
    crop: Rect,
    gain: [f32; 3],
    finish_row: FinishRow,
    next_row: u32,
}

impl<'a> LinearSource<'a> {
    /// Rows of the upright rectangle `crop` in which saturation of colour `c` was `multipliers[c]` before `finish_row`.
    pub fn new(
        picture: &'a LinearRaw,
        orientation: Orientation,
        crop: Rect,
        multipliers: [f32; 3],
        finish_row: FinishRow,
    ) -> Self {
        let gain =
            std::array::from_fn(|c| multipliers[c] / (picture.white[c] - picture.black[c]).max(f32::MIN_POSITIVE));
        Self { picture, orientation, crop, gain, finish_row, next_row: 0 }
    }

    fn load(&self, y: u32, out: [&mut [f32]; 3]) {
        for (c, row) in out.into_iter().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let (sx, sy) = self.orientation.stored_at(self.picture.size, self.crop.x + x as u32, y);
                let i = sy as usize * self.picture.size.width as usize + sx as usize;
                *value = (self.picture.samples.at(3 * i + c) - self.picture.black[c]) * self.gain[c];
            }
        }
    }
}

impl Source for LinearSource<'_> {
    fn size(&self) -> Size {
        self.crop.size()
    }

    fn next(&mut self, strip: &mut Strip) -> Result<bool, DevelopError> {
        let rows = (self.crop.height - self.next_row).min(STRIP_ROWS as u32);
        strip.reshape(self.crop.width as usize, rows as usize);
        for row in 0..rows {
            self.load(self.crop.y + self.next_row + row, strip.rows3_mut(row as usize));
            self.finish_row.apply(strip.rows3_mut(row as usize));
        }
        self.next_row += rows;
        Ok(rows > 0)
    }
}
