//! Finished pictures: JPEG, PNG, TIFF and WebP become interleaved RGB of 8 or 16 bits.
//!
//! Alpha is laid on white in linear light, CMYK and grey go through their profile to sRGB, RGB keeps its profile.

mod jpeg;
mod png;
mod tiff;
mod to_rgb;
mod webp;

use super::sniff::Display;
use super::{Kind, Limits, Probe, SampleFormat};
use crate::picture::{DisplayRgb, DisplaySamples};
use crate::{CameraColor, Capture, Orientation, Photo, PhotoError, Picture, Rect, Size};

/// A library that reads one kind of finished pictures.
trait DisplayDecoder {
    /// Its name, for `inspect`.
    fn name(&self) -> &'static str;
    /// Everything but the samples.
    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError>;
    /// Samples as stored: `channels × area`, whole numbers of the full range. Ink is 0 for none.
    fn samples(&self, bytes: &[u8], header: &mut Header) -> Result<DisplaySamples, PhotoError>;
}

/// What is known without the samples.
struct Header {
    format: String,
    size: Size,
    channels: Channels,
    /// 8 or 16.
    bits: u8,
    icc: Option<Vec<u8>>,
    orientation: Orientation,
    capture: Capture,
    /// Bytes that the library takes beside the samples.
    library_bytes: u64,
    notes: Vec<String>,
}

/// What the samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channels {
    Gray,
    GrayAlpha { premultiplied: bool },
    Rgb,
    RgbAlpha { premultiplied: bool },
    Cmyk,
}

impl Channels {
    const fn count(self) -> u64 {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha { .. } => 2,
            Self::Rgb => 3,
            Self::RgbAlpha { .. } | Self::Cmyk => 4,
        }
    }
}

const fn decoder_for(format: Display) -> (Kind, &'static dyn DisplayDecoder) {
    match format {
        Display::Jpeg => (Kind::Jpeg, &jpeg::Jpeg),
        Display::Png => (Kind::Png, &png::Png),
        Display::Tiff => (Kind::Tiff, &tiff::Tiff),
        Display::Webp => (Kind::Webp, &webp::Webp),
    }
}

pub(super) fn probe(format: Display, bytes: &[u8]) -> Result<Probe, PhotoError> {
    let (kind, decoder) = decoder_for(format);
    let header = decoder.header(bytes)?;
    let whole = Rect::full(header.size);
    Ok(Probe {
        kind,
        decoder: decoder.name(),
        decoded_bytes: header.bytes_of(3),
        working_bytes: header.working_bytes(),
        upright: Probe::upright_size(whole, header.orientation, 1.0),
        format: header.format,
        stored: header.size,
        active: whole,
        crop: whole,
        orientation: header.orientation,
        pixel_aspect: 1.0,
        samples: SampleFormat::Integer,
        bits: header.bits,
        cfa: None,
        levels: None,
        color: None,
        baseline_exposure_ev: 0.0,
        lens: Vec::new(),
        capture: header.capture,
        notes: header.notes,
    })
}

pub(super) fn decode(format: Display, bytes: &[u8], limits: &Limits) -> Result<Photo, PhotoError> {
    let (_, decoder) = decoder_for(format);
    let mut header = decoder.header(bytes)?;
    limits.check(header.size)?;
    let samples = decoder.samples(bytes, &mut header)?;
    header.check(&samples)?;
    let (samples, icc) = to_rgb::to_rgb(samples, &mut header)?;
    Ok(Photo {
        picture: Picture::Display(DisplayRgb { size: header.size, samples, icc }),
        crop: Rect::full(header.size),
        orientation: header.orientation,
        pixel_aspect: 1.0,
        color: CameraColor::default(),
        baseline_exposure_ev: 0.0,
        lens: Vec::new(),
        capture: header.capture,
        notes: header.notes,
    })
}

impl Header {
    fn bytes_of(&self, channels: u64) -> u64 {
        self.size.area() * channels * u64::from(self.bits / 8)
    }

    /// Alpha is removed in place; what needs another buffer holds its stored samples beside it.
    fn working_bytes(&self) -> u64 {
        let beside = match self.channels {
            Channels::Rgb => 0,
            Channels::RgbAlpha { .. } => self.bytes_of(1),
            other => self.bytes_of(other.count()),
        };
        self.library_bytes + beside + (1 << 20)
    }

    fn check(&self, samples: &DisplaySamples) -> Result<(), PhotoError> {
        let expected = self.size.area() * self.channels.count();
        let found = match samples {
            DisplaySamples::U8(v) => v.len(),
            DisplaySamples::U16(v) => v.len(),
        } as u64;
        if found != expected {
            return Err(damaged(format!("{expected} samples were expected, {found} decoded")));
        }
        Ok(())
    }
}

fn damaged(what: impl std::fmt::Display) -> PhotoError {
    PhotoError::Damaged { what: what.to_string() }
}

fn unsupported(format: &str, what: impl std::fmt::Display) -> PhotoError {
    PhotoError::Unsupported { format: format.into(), what: what.to_string() }
}
