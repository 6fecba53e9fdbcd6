//! TIFF through `tiff`: grey, RGB, RGBA and CMYK of 8 or 16 bits; the first picture of a file.

use super::{Channels, DisplayDecoder, Header, damaged, unsupported};
use crate::decode::exif;
use crate::picture::DisplaySamples;
use crate::{PhotoError, Size};
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// Tag InterColorProfile (ICC.1:2022, B.4).
const ICC_PROFILE: u16 = 34675;

pub(super) struct Tiff;

impl DisplayDecoder for Tiff {
    fn name(&self) -> &'static str {
        "tiff"
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError> {
        // The library takes memory for what a tag claims before it looks whether it is there.
        if exif::overclaims(bytes) {
            return Err(damaged("a tag claims more values than the file has bytes"));
        }
        let mut decoder = open(bytes, 64 << 20)?;
        let (width, height) = decoder.dimensions().map_err(photo_error)?;
        let size = Size::new(width, height);
        let color = decoder.colortype().map_err(photo_error)?;
        let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).map_err(photo_error)?;
        if planar == Some(2) && color.num_samples() > 1 {
            return Err(unsupported("TIFF", "one plane for each colour"));
        }
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples).map_err(photo_error)?;
        let channels = channels(color, extra.as_deref().and_then(|e| e.first().copied()) == Some(1))?;
        let (orientation, capture) = exif::facts(bytes);
        let mut notes = Vec::new();
        if decoder.more_images() {
            notes.push("several pictures in one TIFF: only the first is developed".into());
        }
        Ok(Header {
            format: format!("TIFF {color:?}"),
            size,
            channels,
            bits: color.bit_depth(),
            icc: exif::tag_bytes(bytes, ICC_PROFILE),
            orientation,
            capture,
            library_bytes: strip_bytes(&mut decoder, color),
            notes,
        })
    }

    fn samples(&self, bytes: &[u8], header: &mut Header) -> Result<DisplaySamples, PhotoError> {
        // A strip or tile may be larger than the picture, but not much.
        let most = header.bytes_of(header.channels.count()).max(4 << 20);
        if header.library_bytes > most {
            return Err(damaged("a strip or tile that is larger than the picture"));
        }
        match open(bytes, most as usize)?.read_image().map_err(photo_error)? {
            DecodingResult::U8(v) => Ok(DisplaySamples::U8(v)),
            DecodingResult::U16(v) => Ok(DisplaySamples::U16(v)),
            _ => Err(unsupported("TIFF", "samples that are not whole numbers of 8 or 16 bits")),
        }
    }
}

/// `most` bytes for the picture, and as much for a strip. The caller checks the size of the picture before it asks.
fn open(bytes: &[u8], most: usize) -> Result<Decoder<Cursor<&[u8]>>, PhotoError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = most;
    limits.intermediate_buffer_size = most;
    Ok(Decoder::new(Cursor::new(bytes)).map_err(photo_error)?.with_limits(limits))
}

fn channels(color: ColorType, premultiplied: bool) -> Result<Channels, PhotoError> {
    match color {
        ColorType::Gray(8 | 16) => Ok(Channels::Gray),
        ColorType::GrayA(8 | 16) => Ok(Channels::GrayAlpha { premultiplied }),
        ColorType::RGB(8 | 16) | ColorType::YCbCr(8) => Ok(Channels::Rgb),
        ColorType::RGBA(8 | 16) => Ok(Channels::RgbAlpha { premultiplied }),
        ColorType::CMYK(8 | 16) => Ok(Channels::Cmyk),
        other => Err(unsupported("TIFF", format_args!("pixels of kind {other:?}"))),
    }
}

/// Memory for one strip or tile.
fn strip_bytes(decoder: &mut Decoder<Cursor<&[u8]>>, color: ColorType) -> u64 {
    let (width, height) = decoder.chunk_dimensions();
    Size::new(width, height).area() * u64::from(color.num_samples()) * u64::from(color.bit_depth().div_ceil(8))
}

fn photo_error(e: TiffError) -> PhotoError {
    match e {
        TiffError::UnsupportedError(what) => unsupported("TIFF", what),
        TiffError::LimitsExceeded => damaged("its parts need more memory than the picture"),
        other => damaged(other),
    }
}
