//! A mark from a PNG.

use super::mark::{Fit, Mark};
use super::resize::{Axis, Tall};
use photo::Size;
use photo::color::Transfer;
use png::{ColorType, Transformations};

/// Largest area in pixels, and most bytes of a decoded PNG.
const MAX_AREA: u64 = 32 << 20;
const MAX_BYTES: usize = 160 << 20;

/// The mark of a PNG of any colour type and depth, taken as sRGB, resized in premultiplied linear light.
///
/// # Errors
/// What is wrong with the file, or that it is too large.
pub fn mark(bytes: &[u8], fit: Fit) -> Result<Mark, String> {
    let picture = decode(bytes)?;
    let size = fit.of((picture.size.width as f32, picture.size.height as f32));
    let mut mark = Mark::empty(size);
    let across = Axis::new(picture.size.width as usize, size.width as usize);
    let mut down = Tall::new(picture.size.height as usize, size);
    let mut row = vec![[0.0; 4]; picture.size.width as usize];
    for y in 0..picture.size.height as usize {
        picture.linear_row(y, &mut row);
        down.push(y, &across, &row, &mut mark);
    }
    Ok(mark)
}

/// Decoded samples, interleaved.
struct Pixels {
    size: Size,
    samples: Vec<u8>,
    channels: usize,
    bytes: usize,
    /// Linear light of every 8-bit value.
    light: [f32; 256],
}

fn decode(bytes: &[u8]) -> Result<Pixels, String> {
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), png::Limits { bytes: MAX_BYTES });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|e| words(&e))?;
    let size = Size::new(reader.info().width, reader.info().height);
    if size.area() > MAX_AREA {
        return Err(format!("expected at most {} megapixels, found {} × {}", MAX_AREA >> 20, size.width, size.height));
    }
    let len = reader.output_buffer_size().filter(|len| *len <= MAX_BYTES).ok_or("too many bytes")?;
    let mut samples = vec![0; len];
    let frame = reader.next_frame(&mut samples).map_err(|e| words(&e))?;
    let channels = match frame.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb | ColorType::Indexed => 3,
        ColorType::Rgba => 4,
    };
    let bytes = if frame.bit_depth == png::BitDepth::Sixteen { 2 } else { 1 };
    let light = std::array::from_fn(|v| Transfer::Srgb.decode(v as f64 / 255.0) as f32);
    Ok(Pixels { size, samples, channels, bytes, light })
}

fn words(e: &png::DecodingError) -> String {
    format!("not a usable PNG: {e}")
}

impl Pixels {
    /// Row `y` as premultiplied linear R, G, B and alpha.
    fn linear_row(&self, y: usize, out: &mut [[f32; 4]]) {
        let step = self.channels * self.bytes;
        let row = &self.samples[y * out.len() * step..(y + 1) * out.len() * step];
        if (self.channels, self.bytes) == (4, 1) {
            for (out, [r, g, b, alpha]) in out.iter_mut().zip(row.as_chunks().0) {
                *out = self.premultiplied([*r, *g, *b], *alpha);
            }
            return;
        }
        for (out, pixel) in out.iter_mut().zip(row.chunks_exact(step)) {
            let channel = |c: usize| &pixel[c * self.bytes..(c + 1) * self.bytes];
            let alpha = if self.channels.is_multiple_of(2) { fraction(channel(self.channels - 1)) } else { 1.0 };
            let color = |c: usize| self.linear(channel(if self.channels < 3 { 0 } else { c })) * alpha;
            *out = [color(0), color(1), color(2), alpha];
        }
    }

    /// Most logos are of this kind.
    fn premultiplied(&self, rgb: [u8; 3], alpha: u8) -> [f32; 4] {
        let alpha = f32::from(alpha) / 255.0;
        let light = |v: u8| self.light[usize::from(v)] * alpha;
        [light(rgb[0]), light(rgb[1]), light(rgb[2]), alpha]
    }

    fn linear(&self, sample: &[u8]) -> f32 {
        match sample {
            [v] => self.light[usize::from(*v)],
            _ => Transfer::Srgb.decode(f64::from(fraction(sample))) as f32,
        }
    }
}

/// 8 or 16 bits, big-endian, as 0 to 1.
fn fraction(sample: &[u8]) -> f32 {
    match sample {
        [high, low] => f32::from(u16::from_be_bytes([*high, *low])) / 65535.0,
        _ => f32::from(sample[0]) / 255.0,
    }
}
