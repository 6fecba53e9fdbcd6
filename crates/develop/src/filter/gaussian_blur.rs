//! Gaussian blur in linear light, exact to 3 sigma.

use super::kernel::{Blur, plain_blur};
use super::windowed::RowFilter;
use crate::rows::Rows;
use photo::color::{OutputSpace, Transfer, decode_row, encode_row, transfer};
use photo::{Simd, Strip};

/// Blur of a standard deviation in pixels.
pub struct GaussianBlur {
    blur: Blur,
    transfer: Transfer,
    simd: Simd,
}

impl GaussianBlur {
    /// `sigma` is 0.1 to 100 pixels. Keeps `2 · round(3 sigma) + 1` rows.
    pub fn new(sigma: f32, space: OutputSpace, simd: Simd) -> Self {
        Self { blur: Blur::new(sigma, simd), transfer: space.transfer(), simd }
    }
}

impl RowFilter for GaussianBlur {
    fn name(&self) -> &'static str {
        "gaussian_blur"
    }

    fn half(&self) -> usize {
        self.blur.radius()
    }

    fn prepare(&self, strip: &mut Strip) {
        strip.planes.iter_mut().for_each(|plane| decode_row(self.simd, self.transfer, plane));
    }

    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]) {
        for (c, out) in out.into_iter().enumerate() {
            self.blur.row(rows, c, out);
            encode_row(self.simd, self.transfer, out);
        }
    }
}

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, sigma: f32, space: OutputSpace) -> Strip {
    let transfer = space.transfer();
    let linear = super::map(picture, |c, x, y| transfer::decode_one(transfer, super::at(picture, c, x, y)));
    let blurred = plain_blur(&linear, sigma);
    super::map(&blurred, |c, x, y| transfer::encode_one(transfer, super::at(&blurred, c, x, y)))
}
