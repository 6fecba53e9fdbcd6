//! WebP through libwebp: lossy and lossless stills.

use super::{Channels, DisplayDecoder, Header, damaged, unsupported};
use crate::decode::exif;
use crate::picture::DisplaySamples;
use crate::{PhotoError, Size};
use webp::{BitstreamFeatures, BitstreamFormat, Decoder};

pub(super) struct Webp;

impl DisplayDecoder for Webp {
    fn name(&self) -> &'static str {
        "libwebp"
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError> {
        let features = BitstreamFeatures::new(bytes).ok_or_else(|| damaged("the WebP header is not readable"))?;
        if features.has_animation() {
            return Err(unsupported("WebP", "animation"));
        }
        let size = Size::new(features.width(), features.height());
        let channels = if features.has_alpha() { Channels::RgbAlpha { premultiplied: false } } else { Channels::Rgb };
        let (orientation, capture) = chunk(bytes, b"EXIF").map(exif::facts).unwrap_or_default();
        Ok(Header {
            format: match features.format() {
                Some(BitstreamFormat::Lossless) => "WebP lossless".into(),
                _ => "WebP lossy".into(),
            },
            size,
            channels,
            bits: 8,
            icc: chunk(bytes, b"ICCP").map(<[u8]>::to_vec),
            orientation,
            capture,
            // The library's own picture, copied into ours, and for lossless its working copy.
            library_bytes: size.area() * (channels.count() + 4),
            notes: Vec::new(),
        })
    }

    fn samples(&self, bytes: &[u8], _header: &mut Header) -> Result<DisplaySamples, PhotoError> {
        let picture = Decoder::new(bytes).decode().ok_or_else(|| damaged("the WebP data ends early or is broken"))?;
        Ok(DisplaySamples::U8(picture.to_vec()))
    }
}

/// The first chunk of this name (RFC 9649, section 2.3).
fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = bytes.get(12..)?;
    loop {
        let (head, body) = rest.split_first_chunk::<8>()?;
        let [a, b, c, d, size @ ..] = *head;
        let len = u32::from_le_bytes(size) as usize;
        if [a, b, c, d] == *name {
            return body.get(..len);
        }
        rest = body.get(len.checked_add(len % 2)?..)?;
    }
}
