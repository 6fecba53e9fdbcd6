//! The colour encoding in the image header of a codestream (ISO 18181-1, annexes D and E).
//!
//! `zune-jpegxl` writes "all default", one bit that means sRGB. For another space that bit gives way to the fields that
//! it stands for; the frame behind the header begins at a byte of its own and stays as it is.

use crate::encode::{Depth, refused};
use crate::{PhotoError, Size, color::OutputSpace};

/// Chromaticities and gamma are written as integers of these units.
const XY_UNITS: f64 = 1e6;
const GAMMA_UNITS: f64 = 1e7;
/// Adobe RGB (1998), 4.3.1.2: the exponent is 2 + 51/256.
const ADOBE_GAMMA: f64 = 2.199_218_75;

/// The image header for pixels of `space`, and the part of `stream` that follows it.
///
/// # Errors
/// [`PhotoError::Encode`] when `stream` does not begin with the header that is expected of the encoder.
pub fn with_space(stream: &[u8], size: Size, depth: Depth, space: OutputSpace) -> Result<(Vec<u8>, &[u8]), PhotoError> {
    let mut old = Bits::default();
    begin(&mut old, size, depth);
    let begun = old.clone();
    old.put(1, 1);
    let (old, mut new) = (end(old), begun);
    let Some(frame) = stream.strip_prefix(&old[..]) else {
        return Err(refused("JPEG XL", "the encoder wrote another header than expected"));
    };
    color_encoding(&mut new, space);
    Ok((end(new), frame))
}

/// Signature, size, and metadata up to the colour encoding: neither animation nor alpha nor XYB.
fn begin(bits: &mut Bits, size: Size, depth: Depth) {
    bits.put(16, 0x0AFF);
    bits.put(1, 0);
    side(bits, size.height);
    bits.put(3, 0);
    side(bits, size.width);
    bits.put(3, 0);
    match depth {
        Depth::Eight => bits.put(3, 0b100),
        Depth::Sixteen => bits.put(9, 15 << 2 | 0b11),
    }
    bits.put(3, 0);
}

/// `U32(1 + u(9), 1 + u(13), 1 + u(18), 1 + u(30))`.
fn side(bits: &mut Bits, side: u32) {
    let (selector, width) = match side - 1 {
        0..512 => (0, 9),
        512..8192 => (1, 13),
        8192..262_144 => (2, 18),
        _ => (3, 30),
    };
    bits.put(2, selector);
    bits.put(width, u64::from(side - 1));
}

/// No extensions, default transform data, then whole bytes.
fn end(mut bits: Bits) -> Vec<u8> {
    bits.put(3, 0b100);
    bits.bytes
}

/// RGB under D65 with the primaries and the curve of `space`, relative rendering intent.
fn color_encoding(bits: &mut Bits, space: OutputSpace) {
    const D65: u64 = 1;
    if space == OutputSpace::Srgb {
        return bits.put(1, 1);
    }
    bits.put(2, 0);
    bits.put(2, 0);
    bits.put(2, D65);
    match space {
        OutputSpace::Srgb => {}
        OutputSpace::DisplayP3 => {
            enumerated(bits, 11);
            bits.put(1, 0);
            enumerated(bits, 13);
        }
        OutputSpace::AdobeRgb => {
            enumerated(bits, 2);
            space.primaries().as_flattened().iter().for_each(|v| chromaticity(bits, *v));
            bits.put(1, 1);
            bits.put(24, (GAMMA_UNITS / ADOBE_GAMMA).round() as u64);
        }
    }
    bits.put(2, 1);
}

/// An enumerated value from 2 to 17.
fn enumerated(bits: &mut Bits, value: u64) {
    bits.put(2, 0b10);
    bits.put(4, value - 2);
}

/// A signed number, packed so that the sign is the lowest bit; those of our spaces are positive.
fn chromaticity(bits: &mut Bits, value: f64) {
    let packed = 2 * (value * XY_UNITS).round() as u64;
    let (selector, width, least) = match packed {
        0..524_288 => (0, 19, 0),
        524_288..1_048_576 => (1, 19, 524_288),
        _ => (2, 20, 1_048_576),
    };
    bits.put(2, selector);
    bits.put(width, packed - least);
}

/// Bits from the lowest of each byte upwards.
#[derive(Default, Clone)]
struct Bits {
    bytes: Vec<u8>,
    /// Bits of the last byte that are taken, 0 when it is full.
    used: u32,
}

impl Bits {
    fn put(&mut self, count: u32, value: u64) {
        for bit in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().expect("a byte was just begun") |= ((value >> bit & 1) as u8) << self.used;
            self.used = (self.used + 1) % 8;
        }
    }
}
