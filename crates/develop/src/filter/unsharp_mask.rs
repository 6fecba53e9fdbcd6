//! Unsharp mask: what a blur takes away is added once more. Works on encoded values of each channel, as print shops and
//! OpenCV (`addWeighted(value, 1 + amount, blurred, -amount)`) do.

use super::kernel::{Blur, plain_blur};
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::transfer::unit;
use photo::{Simd, Strip};

/// Sharpening by the difference to a Gaussian blur.
pub struct UnsharpMask {
    blur: Blur,
    amount: f32,
    threshold: f32,
    simd: Simd,
}

impl UnsharpMask {
    /// `sigma` is 0.1 to 100 pixels, `amount` 0 to 10; differences below `threshold` (0 to 1) are not sharpened.
    pub fn new(sigma: f32, amount: f32, threshold: f32, simd: Simd) -> Self {
        Self { blur: Blur::new(sigma, simd), amount, threshold, simd }
    }
}

impl RowFilter for UnsharpMask {
    fn name(&self) -> &'static str {
        "unsharp_mask"
    }

    fn half(&self) -> usize {
        self.blur.radius()
    }

    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]) {
        for (c, out) in out.into_iter().enumerate() {
            self.blur.row(rows, c, out);
            sharpen_row(self.simd, rows.row(c, 0), self.amount, self.threshold, out);
        }
    }
}

/// `value + amount · (value − blurred)`, 0 to 1.
#[inline(always)]
fn sharpen(value: f32, blurred: f32, amount: f32, threshold: f32) -> f32 {
    let difference = value - blurred;
    let added = if difference.abs() >= threshold { amount * difference } else { 0.0 };
    unit(value + added)
}

#[inline(always)]
fn sharpen_kernel(values: &[f32], amount: f32, threshold: f32, blurred: &mut [f32]) {
    blurred.iter_mut().zip(values).for_each(|(b, v)| *b = sharpen(*v, *b, amount, threshold));
}

photo::dispatch!(/// Makes the sharpened row in place of the blurred one.
    fn sharpen_row(values: &[f32], amount: f32, threshold: f32, blurred: &mut [f32]) = sharpen_kernel);

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, sigma: f32, amount: f32, threshold: f32) -> Strip {
    let blurred = plain_blur(picture, sigma);
    super::map(picture, |c, x, y| sharpen(super::at(picture, c, x, y), super::at(&blurred, c, x, y), amount, threshold))
}
