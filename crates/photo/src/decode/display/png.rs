//! PNG through `png`: every colour type and depth; palettes and small depths are spread to 8 bits.

use super::{Channels, DisplayDecoder, Header, damaged, unsupported};
use crate::decode::exif;
use crate::picture::DisplaySamples;
use crate::{PhotoError, Size};
use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Reader, Transformations};
use std::io::Cursor;

pub(super) struct Png;

impl DisplayDecoder for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError> {
        let reader = open(bytes)?;
        let info = reader.info();
        let (color, depth) = reader.output_color_type();
        let (orientation, capture) = info.exif_metadata.as_deref().map(exif::facts).unwrap_or_default();
        let bits = if depth == BitDepth::Sixteen { 16 } else { 8 };
        let size = Size::new(info.width, info.height);
        let channels = channels(color)?;
        let mut notes = Vec::new();
        if info.animation_control.is_some() {
            notes.push("an animation: only its first picture is developed".into());
        }
        Ok(Header {
            format: format!("PNG {} bit {:?}", info.bit_depth as u8, info.color_type),
            size,
            channels,
            bits,
            icc: info.icc_profile.as_deref().map(<[u8]>::to_vec),
            orientation,
            capture,
            // Sixteen bits arrive as bytes first.
            library_bytes: if bits == 16 { size.area() * channels.count() * 2 } else { 0 },
            notes,
        })
    }

    fn samples(&self, bytes: &[u8], header: &mut Header) -> Result<DisplaySamples, PhotoError> {
        let mut reader = open(bytes)?;
        let len = reader.output_buffer_size().ok_or_else(|| damaged("its size overflows memory"))?;
        let mut data = vec![0; len];
        let frame = reader.next_frame(&mut data).map_err(photo_error)?;
        data.truncate(frame.buffer_size());
        Ok(match header.bits {
            16 => DisplaySamples::U16(data.as_chunks::<2>().0.iter().map(|b| u16::from_be_bytes(*b)).collect()),
            _ => DisplaySamples::U8(data),
        })
    }
}

fn open(bytes: &[u8]) -> Result<Reader<Cursor<&[u8]>>, PhotoError> {
    // For text, profiles and rows; the picture's own buffer is ours.
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.read_info().map_err(photo_error)
}

fn channels(color: ColorType) -> Result<Channels, PhotoError> {
    match color {
        ColorType::Grayscale => Ok(Channels::Gray),
        ColorType::GrayscaleAlpha => Ok(Channels::GrayAlpha { premultiplied: false }),
        ColorType::Rgb => Ok(Channels::Rgb),
        ColorType::Rgba => Ok(Channels::RgbAlpha { premultiplied: false }),
        ColorType::Indexed => Err(unsupported("PNG", "a palette that could not be spread")),
    }
}

fn photo_error(e: DecodingError) -> PhotoError {
    damaged(e)
}
