//! JPEG through `zune-jpeg`: baseline and progressive; grey, YCbCr, RGB, CMYK and YCCK.

use super::{Channels, DisplayDecoder, Header, damaged, unsupported};
use crate::decode::exif;
use crate::picture::DisplaySamples;
use crate::{PhotoError, Size};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

pub(super) struct Jpeg;

impl DisplayDecoder for Jpeg {
    fn name(&self) -> &'static str {
        "zune-jpeg"
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError> {
        let segments = Segments::read(bytes)?;
        let decoder = open(bytes, options(false))?;
        let info = decoder.info().ok_or_else(|| damaged("a JPEG without a frame header"))?;
        let size = Size::new(info.width.into(), info.height.into());
        let (orientation, capture) = info.exif_data.as_deref().map(exif::facts).unwrap_or_default();
        let coefficients = if segments.progressive { size.area() * u64::from(info.components) * 2 } else { 0 };
        Ok(Header {
            format: if segments.progressive { "JPEG progressive".into() } else { "JPEG baseline".into() },
            size,
            channels: match decoder.input_colorspace() {
                Some(ColorSpace::Luma) => Channels::Gray,
                Some(ColorSpace::CMYK | ColorSpace::YCCK) => Channels::Cmyk,
                Some(ColorSpace::RGB | ColorSpace::YCbCr) => Channels::Rgb,
                other => return Err(unsupported("JPEG", format_args!("the colours {other:?}"))),
            },
            bits: 8,
            icc: decoder.icc_profile(),
            orientation,
            capture,
            library_bytes: coefficients + 64 * u64::from(size.width) * u64::from(info.components),
            notes: Vec::new(),
        })
    }

    fn samples(&self, bytes: &[u8], header: &mut Header) -> Result<DisplaySamples, PhotoError> {
        let segments = Segments::read(bytes)?;
        if !segments.ends {
            return Err(damaged("the JPEG ends before its end mark"));
        }
        // Strict decoding also refuses stray bytes between headers, which harm nobody.
        let mut samples = match unpack(bytes, header, true) {
            Err(DecodeErrors::FormatStatic(why)) if why.starts_with("[strict-mode]") => unpack(bytes, header, false),
            other => other,
        }
        .map_err(photo_error)?;
        if header.channels == Channels::Cmyk {
            to_inks(&mut samples, segments.adobe_transform);
        }
        Ok(DisplaySamples::U8(samples))
    }
}

fn unpack(bytes: &[u8], header: &Header, strict: bool) -> Result<Vec<u8>, DecodeErrors> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options(strict));
    decoder.decode_headers()?;
    let out = match (header.channels, decoder.input_colorspace()) {
        (Channels::Gray, _) => ColorSpace::Luma,
        (Channels::Cmyk, Some(stored)) => stored,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options(strict).jpeg_set_out_colorspace(out));
    decoder.decode()
}

fn open(bytes: &[u8], options: DecoderOptions) -> Result<JpegDecoder<ZCursor<&[u8]>>, PhotoError> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(photo_error)?;
    Ok(decoder)
}

/// Sizes are checked by [`crate::decode::Limits`].
fn options(strict: bool) -> DecoderOptions {
    DecoderOptions::new_fast().set_max_width(65_535).set_max_height(65_535).set_strict_mode(strict)
}

/// Stored CMYK or YCCK as amounts of ink. Files with an Adobe mark store light, not ink; in YCCK the first three are the
/// YCbCr (ITU-T T.871) of the inks' complement, which such files invert once more.
fn to_inks(samples: &mut [u8], adobe_transform: Option<u8>) {
    let (pixels, _) = samples.as_chunks_mut::<4>();
    match adobe_transform {
        Some(2) => pixels.iter_mut().for_each(|p| {
            let [r, g, b] = ycc_to_rgb(p[0], p[1], p[2]);
            *p = [r, g, b, 255 - p[3]];
        }),
        Some(_) => pixels.as_flattened_mut().iter_mut().for_each(|v| *v = 255 - *v),
        None => {}
    }
}

fn ycc_to_rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|v| (v + 0.5) as u8)
}

/// The marks before the first scan (ITU-T T.81, annex B).
#[derive(Default)]
struct Segments {
    progressive: bool,
    /// Colour transform of the Adobe segment, where there is one.
    adobe_transform: Option<u8>,
    /// There is an end mark after the first scan.
    ends: bool,
}

impl Segments {
    fn read(bytes: &[u8]) -> Result<Self, PhotoError> {
        let mut found = Self::default();
        let mut at = 2;
        loop {
            let mark = *bytes.get(at).ok_or_else(|| damaged("the JPEG ends within its header"))?;
            let Some(&[kind, high, low]) = bytes.get(at + 1..at + 4).and_then(|s| s.first_chunk()) else {
                return Err(damaged("the JPEG ends within its header"));
            };
            if mark != 0xFF || matches!(kind, 0x00 | 0x01 | 0xD0..=0xD9 | 0xFF) {
                at += 1;
                continue;
            }
            let body = at + 4;
            let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
            match kind {
                0xC2 | 0xC6 | 0xCA | 0xCE => found.progressive = true,
                0xEE if bytes.get(body..body + 5) == Some(b"Adobe") => {
                    found.adobe_transform = bytes.get(body + 11).copied();
                }
                0xDA => {
                    found.ends = bytes.get(end..).is_some_and(|scan| scan.windows(2).any(|w| w == [0xFF, 0xD9]));
                    return Ok(found);
                }
                _ => {}
            }
            at = end.max(at + 2);
        }
    }
}

fn photo_error(e: DecodeErrors) -> PhotoError {
    match e {
        DecodeErrors::Unsupported(what) => unsupported("JPEG", format_args!("{what:?}")),
        other => damaged(format!("{other:?}")),
    }
}
