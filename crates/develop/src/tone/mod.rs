//! Tone: from linear working RGB to encoded RGB of an output space.
//!
//! Exposure, tone curve, saturation, matrix to the output space, gamut mapping, transfer curve; each pixel by itself.

mod curve;
mod gamut;
mod recode;
mod saturation;

pub use curve::Curve;
pub use recode::Recode;

use crate::recipe::Tone;
use crate::stage::{Down, Stage};
use crate::{DevelopError, recipe::Develop};
use gamut::Gamut;
use photo::color::{OutputSpace, encode_row, matrix};
use photo::{Plane, Simd, Strip};
use saturation::Saturation;

/// Pixels that pass through all steps together, so that they stay in the nearest cache.
const CHUNK: usize = 512;

/// What the tone stage shall do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToneSettings {
    /// Tone curve.
    pub tone: Tone,
    /// All exposure together, in EV: the recipe's, the file's baseline, the automatic one.
    pub exposure_ev: f32,
    /// Working level, before exposure, that the neutral curve shows as white.
    pub white: f32,
    /// −100 to 100.
    pub saturation: f32,
    /// −100 to 100.
    pub vibrance: f32,
    /// Space of the output.
    pub space: OutputSpace,
}

impl ToneSettings {
    /// The settings of a recipe for one photo. `extra_ev` is added to the recipe's exposure.
    pub fn new(develop: &Develop, extra_ev: f32, white: f32, space: OutputSpace) -> Self {
        Self {
            tone: develop.tone,
            exposure_ev: develop.exposure + extra_ev,
            white,
            saturation: develop.saturation,
            vibrance: develop.vibrance,
            space,
        }
    }
}

/// The stage; also its own plain version, under [`Simd::PLAIN`].
#[derive(Debug, Clone)]
pub struct ToneStage {
    simd: Simd,
    curve: Curve,
    saturation: Saturation,
    gamut: Gamut,
    space: OutputSpace,
}

impl ToneStage {
    /// Sets up for one rendition.
    pub fn new(simd: Simd, settings: ToneSettings) -> Self {
        let saturation = Saturation::new(settings.saturation, settings.vibrance);
        let to_output = matrix::multiply(&settings.space.from_working(), &saturation.matrix());
        Self {
            simd,
            curve: Curve::new(settings.tone, settings.exposure_ev, settings.white),
            saturation,
            gamut: Gamut::new(settings.space, &to_output),
            space: settings.space,
        }
    }

    /// Three rows of working RGB become encoded RGB, in place.
    pub fn rows(&self, [r, g, b]: [&mut [f32]; 3]) {
        for ((r, g), b) in r.chunks_mut(CHUNK).zip(g.chunks_mut(CHUNK)).zip(b.chunks_mut(CHUNK)) {
            self.curve.rows(self.simd, [&mut *r, &mut *g, &mut *b]);
            self.saturation.vibrance_rows(self.simd, [&mut *r, &mut *g, &mut *b]);
            self.gamut.rows(self.simd, [&mut *r, &mut *g, &mut *b]);
            [r, g, b].into_iter().for_each(|row| encode_row(self.simd, self.space.transfer(), row));
        }
    }
}

impl Stage for ToneStage {
    fn name(&self) -> &'static str {
        "tone"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        let [r, g, b] = strip.planes.each_mut().map(Plane::as_mut_slice);
        self.rows([r, g, b]);
        down(strip)
    }
}

#[cfg(test)]
mod tests;
