//! Darker or lighter corners: in linear light, by a smooth function of the distance from the middle.

use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::color::transfer::{decode_one, encode_one};
use photo::color::{OutputSpace, Transfer};
use photo::{Simd, Size, Strip};

/// A gain that falls (or rises) from a radius to the corners.
#[derive(Debug, Clone, Copy)]
pub struct Vignette {
    shape: Shape,
    transfer: Transfer,
    simd: Simd,
    y: usize,
}

/// What decides the gain at a pixel.
#[derive(Debug, Clone, Copy)]
struct Shape {
    strength: f32,
    radius: f32,
    /// Middle of the picture.
    middle: (f32, f32),
    /// 1 ÷ half diagonal.
    scale: f32,
}

impl Vignette {
    /// `strength` above 0 darkens the corners to `1 − strength` of their light, below 0 it lightens them; it begins at
    /// `radius` of the half diagonal.
    pub fn new(strength: f32, radius: f32, size: Size, space: OutputSpace, simd: Simd) -> Self {
        Self { shape: Shape::new(strength, radius, size), transfer: space.transfer(), simd, y: 0 }
    }
}

impl Shape {
    fn new(strength: f32, radius: f32, size: Size) -> Self {
        let middle = (size.width as f32 / 2.0, size.height as f32 / 2.0);
        let scale = 1.0 / (middle.0 * middle.0 + middle.1 * middle.1).sqrt().max(0.5);
        Self { strength, radius, middle, scale }
    }

    /// The gain of the pixel whose middle is at (x + ½, y + ½): a smooth step from `radius` to 1.
    #[inline(always)]
    fn gain(&self, x: usize, y: usize) -> f32 {
        let (dx, dy) = (x as i32 as f32 + 0.5 - self.middle.0, y as i32 as f32 + 0.5 - self.middle.1);
        let distance = (dx * dx + dy * dy).sqrt() * self.scale;
        let t = ((distance - self.radius) / (1.0 - self.radius).max(1e-3)).clamp(0.0, 1.0);
        1.0 - self.strength * (t * t * (3.0 - 2.0 * t))
    }
}

#[inline(always)]
fn shade_kernel(shape: Shape, transfer: Transfer, y: usize, row: &mut [f32]) {
    for (x, v) in row.iter_mut().enumerate() {
        *v = encode_one(transfer, decode_one(transfer, *v) * shape.gain(x, y));
    }
}

photo::dispatch!(/// Shades row `y`.
    fn shade_row(shape: Shape, transfer: Transfer, y: usize, row: &mut [f32]) = shade_kernel);

impl Stage for Vignette {
    fn name(&self) -> &'static str {
        "vignette"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        for y in 0..strip.rows {
            for row in strip.rows3_mut(y) {
                shade_row(self.simd, self.shape, self.transfer, self.y + y, row);
            }
        }
        self.y += strip.rows;
        down(strip)
    }
}

/// The same over a whole picture, pixel by pixel.
pub fn plain(picture: &Strip, strength: f32, radius: f32, space: OutputSpace) -> Strip {
    let (shape, transfer) = (Shape::new(strength, radius, picture.size()), space.transfer());
    super::map(picture, |c, x, y| {
        let light = decode_one(transfer, super::at(picture, c, x, y));
        encode_one(transfer, light * shape.gain(x as usize, y as usize))
    })
}
