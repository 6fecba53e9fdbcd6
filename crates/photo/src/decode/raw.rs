//! Camera files: one trait in front of the libraries, and what they all deliver.

use super::{Kind, Levels, Limits, Probe, SampleFormat};
use crate::{
    BlackLevel, CameraColor, Capture, Cfa, LensCorrection, LinearRaw, Mosaic, Orientation, Photo, PhotoError, Picture,
    Rect, Samples, Size,
};

/// A library that reads camera files.
pub(super) trait RawDecoder {
    /// Its name, for `inspect`.
    fn name(&self) -> &'static str;
    /// Everything but the samples.
    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError>;
    /// Header and samples; levels may be more exact than [`RawDecoder::header`] gives (measured on masked borders).
    fn decode(&self, bytes: &[u8], limits: &Limits) -> Result<(Header, Samples), PhotoError>;
}

/// What is known of a camera file without its samples.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Container and coding, for people.
    pub format: String,
    pub size: Size,
    pub pixels: Pixels,
    pub samples: SampleFormat,
    pub bits: u8,
    pub white: [f32; 3],
    pub active: Rect,
    pub crop: Rect,
    pub orientation: Orientation,
    pub pixel_aspect: f32,
    pub color: CameraColor,
    pub baseline_exposure_ev: f32,
    pub lens: Vec<LensCorrection>,
    pub capture: Capture,
    pub working_bytes: u64,
    pub notes: Vec<String>,
}

/// One sample a pixel, or three.
#[derive(Debug, Clone)]
pub(super) enum Pixels {
    Mosaic { cfa: Cfa, black: BlackLevel },
    Linear { black: [f32; 3], balanced: bool },
}

pub(super) fn probe(bytes: &[u8]) -> Result<Probe, PhotoError> {
    let decoder = decoder_for(bytes);
    Ok(decoder.header(bytes)?.into_probe(decoder.name()))
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Photo, PhotoError> {
    let (header, samples) = decoder_for(bytes).decode(bytes, limits)?;
    header.into_photo(samples)
}

fn decoder_for(_bytes: &[u8]) -> &'static dyn RawDecoder {
    &super::flashraw::FlashRaw
}

impl Header {
    pub(super) fn channels(&self) -> u64 {
        match self.pixels {
            Pixels::Mosaic { .. } => 1,
            Pixels::Linear { .. } => 3,
        }
    }

    fn black(&self) -> [f32; 3] {
        match &self.pixels {
            Pixels::Mosaic { cfa, black } => black.mean_by_color(cfa),
            Pixels::Linear { black, .. } => *black,
        }
    }

    fn decoded_bytes(&self) -> u64 {
        let sample = match self.samples {
            SampleFormat::Integer => 2,
            SampleFormat::Float => 4,
        };
        self.size.area() * self.channels() * sample
    }

    fn into_probe(self, decoder: &'static str) -> Probe {
        Probe {
            kind: Kind::Raw,
            decoder,
            upright: Probe::upright_size(self.crop, self.orientation, self.pixel_aspect),
            levels: Some(Levels { black: self.black(), white: self.white }),
            cfa: match self.pixels {
                Pixels::Mosaic { cfa, .. } => Some(cfa),
                Pixels::Linear { .. } => None,
            },
            decoded_bytes: self.decoded_bytes(),
            format: self.format,
            stored: self.size,
            active: self.active,
            crop: self.crop,
            orientation: self.orientation,
            pixel_aspect: self.pixel_aspect,
            samples: self.samples,
            bits: self.bits,
            color: Some(self.color),
            baseline_exposure_ev: self.baseline_exposure_ev,
            lens: self.lens,
            capture: self.capture,
            working_bytes: self.working_bytes,
            notes: self.notes,
        }
    }

    /// Joins header and samples; refuses what would break the invariants of [`Photo`].
    fn into_photo(self, samples: Samples) -> Result<Photo, PhotoError> {
        self.check(&samples)?;
        let (size, white, active) = (self.size, self.white, self.active);
        let picture = match self.pixels {
            Pixels::Mosaic { cfa, black } => Picture::Mosaic(Mosaic { size, samples, cfa, black, white, active }),
            Pixels::Linear { black, balanced } => Picture::Linear(LinearRaw { size, samples, black, white, balanced }),
        };
        Ok(Photo {
            picture,
            crop: self.crop,
            orientation: self.orientation,
            pixel_aspect: self.pixel_aspect,
            color: self.color,
            baseline_exposure_ev: self.baseline_exposure_ev,
            lens: self.lens,
            capture: self.capture,
            notes: self.notes,
        })
    }

    fn check(&self, samples: &Samples) -> Result<(), PhotoError> {
        let expected = self.size.area() * self.channels();
        if samples.len() as u64 != expected {
            return damaged(format!("{expected} samples were expected, {} decoded", samples.len()));
        }
        let whole = Rect::full(self.size);
        if !whole.contains(self.active) || !self.active.contains(self.crop) || self.crop.size().is_empty() {
            return damaged("the crop does not lie inside the picture".into());
        }
        let black = self.black();
        match (0..3).find(|&c| !(black[c].is_finite() && black[c] < self.white[c])) {
            Some(c) => damaged(format!("white level {} does not exceed black level {}", self.white[c], black[c])),
            None => Ok(()),
        }
    }
}

fn damaged(what: String) -> Result<(), PhotoError> {
    Err(PhotoError::Damaged { what })
}
