//! What the formats can hold, and what it costs to write them.

use super::{Attachments, Depth, Encode, Tiff, name, refused};
use crate::{PhotoError, Size};

/// Refuses a picture that the format cannot hold.
pub(super) fn check(options: &Encode, size: Size) -> Result<(), PhotoError> {
    let (least, most) = sides(options);
    let Size { width, height } = size;
    if width.min(height) < least || width.max(height) > most {
        let what = format!("sides must have {least} to {most} pixels, found {width} × {height}");
        return Err(refused(name(options), what));
    }
    match options {
        Encode::Tiff(o) if pixel_bytes(o, size) > MAX_TIFF => {
            Err(refused("TIFF", format!("{width} × {height} pixels would exceed 4 GB")))
        }
        _ => Ok(()),
    }
}

/// Refuses a profile that the format cannot hold.
pub(super) fn check_profile(options: &Encode, attach: &Attachments) -> Result<(), PhotoError> {
    match options {
        Encode::Jxl(_) if attach.space.is_none() && attach.icc.is_some() => {
            Err(refused("JPEG XL", "a profile of one's own is not supported; use TIFF or PNG"))
        }
        _ => Ok(()),
    }
}

/// Offsets are 32 bits; room is left for a compressor that makes noise longer, and for the directory.
const MAX_TIFF: u64 = 3_900_000_000;

fn pixel_bytes(o: &Tiff, size: Size) -> u64 {
    let sample = u64::from(u8::from(o.depth)) / 8;
    // LZW may take 12 bits for 8.
    let swell = if o.compression == super::TiffCompression::Lzw { 3 } else { 2 };
    size.area() * 3 * sample * swell / 2
}

/// Smallest and largest side of the formats.
fn sides(options: &Encode) -> (u32, u32) {
    match options {
        // The format's field reaches to 65,535; libjpeg, and with it most programs, opens no more than this.
        Encode::Jpeg(_) => (1, 65_500),
        Encode::Png(_) => (1, 1_000_000),
        Encode::Webp(_) => (1, 16_383),
        Encode::Tiff(_) => (1, 1_000_000),
        Encode::Avif(_) => (1, 65_535),
        Encode::Jxl(_) => (2, 1 << 18),
    }
}

/// An estimate of the most memory, in bytes, that an encoder of such a picture holds at a time, the output buffer
/// included and the rows that are handed in not.
pub fn memory(options: &Encode, size: Size) -> u64 {
    let (area, row) = (size.area(), u64::from(size.width) * 3);
    FIXED
        + match options {
            Encode::Jpeg(o) => super::jpeg::memory(o, size),
            Encode::Png(o) => row * u64::from(u8::from(o.depth)) / 8 * 10 + COMPRESSOR,
            Encode::Webp(o) if o.lossless => area * 36,
            Encode::Webp(_) => area * 10 + COMPRESSOR,
            Encode::Tiff(o) => (row * u64::from(u8::from(o.depth)) / 8).max(1 << 18) * 2 + COMPRESSOR,
            Encode::Avif(_) => area * 70 + PROGRAM,
            Encode::Jxl(o) => match o.depth {
                Depth::Eight => area * 11,
                Depth::Sixteen => area * 21,
            },
        }
}

/// Output buffer, tables, metadata.
const FIXED: u64 = 128 << 10;

/// Windows and tables of deflate.
const COMPRESSOR: u64 = 256 << 10;

/// Code and tables of the AV1 encoder, which a process reads when it first needs them.
const PROGRAM: u64 = 2 << 20;
