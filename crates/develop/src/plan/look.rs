//! A quick look at the sensor's samples: a thumbnail in camera colours, and how noisy they are.

use super::Plan;
use crate::{
    DevelopError, auto,
    denoise::{self, Noise, NoiseMeter},
    recipe::{Tone, WhiteBalance},
    render::Job,
    source::{FinishRow, MosaicRows, thumbnail},
    white_balance,
};
use photo::{
    Picture, Plane, Rect, Strip,
    color::{Balance, camera_transform},
    decode,
};

/// Rows of the mosaic whose noise is measured.
const NOISE_ROWS: u32 = 64;

/// What the samples tell before any decision.
pub struct Look {
    /// Camera RGB multiplied by `applied`; empty where nobody asks for it.
    camera: Strip,
    applied: [f32; 3],
    wants_auto: bool,
    /// Noise of the mosaic, where measured.
    pub noise: Option<Noise>,
}

impl Look {
    /// Looks at what the recipe's automatic parts need.
    pub fn new(job: &Job, crop: Rect) -> Self {
        let (photo, develop) = (job.photo, &job.recipe.develop);
        let applied = camera_transform(&photo.color, Balance::AsShot).multipliers;
        let wants_auto = develop.white_balance == WhiteBalance::Auto;
        let preview = develop.tone == Tone::Neutral && job.preview.is_some();
        let wanted = wants_auto || preview || job.recipe.geometry.trim.is_some();
        let mut look = Self { camera: Strip::default(), applied, wants_auto, noise: None };
        match &photo.picture {
            Picture::Mosaic(mosaic) => {
                if wanted {
                    let rows = MosaicRows::new(mosaic, photo.orientation, applied, job.simd);
                    look.camera = thumbnail::of_mosaic(&rows, crop);
                }
                if denoise::strength(develop.denoise, true, photo.capture.iso).is_some() {
                    look.noise = noise(&MosaicRows::new(mosaic, photo.orientation, [1.0; 3], job.simd), crop);
                }
            }
            Picture::Linear(linear) if wanted => {
                look.camera = thumbnail::of_linear(linear, photo.orientation, crop, applied);
            }
            _ => {}
        }
        look
    }

    /// The multipliers of automatic white balance, where asked for and found.
    pub fn auto_multipliers(&self) -> Option<[f32; 3]> {
        self.wants_auto.then(|| white_balance::auto_multipliers(&self.camera, self.applied)).flatten()
    }
}

/// The noise of rows spread over the crop.
fn noise(rows: &MosaicRows, crop: Rect) -> Option<Noise> {
    let mut meter = NoiseMeter::default();
    let mut line = vec![0.0; crop.width as usize];
    for y in (crop.y..crop.bottom()).step_by((crop.height / NOISE_ROWS).max(1) as usize) {
        rows.load(y, crop.x as usize, &mut line);
        meter.row(&line, rows.cfa().period());
    }
    meter.finish()
}

impl Plan<'_> {
    /// The thumbnail in working RGB under the chosen balance; empty where nobody asks for it.
    pub(super) fn working_thumbnail(&self, job: &Job, look: &Look) -> Result<Strip, DevelopError> {
        if matches!(job.photo.picture, Picture::Display(_)) {
            return self.sampled(job);
        }
        let mut small = look.camera.clone();
        for c in 0..3 {
            let by = self.transform.multipliers[c] / look.applied[c];
            small.planes[c].iter_mut().for_each(|v| *v *= by);
        }
        let finish = FinishRow::new(job.simd, job.recipe.develop.highlights, &self.transform);
        finish.apply(small.planes.each_mut().map(Plane::as_mut_slice));
        Ok(small)
    }

    /// Finished pixels have no quicker look than all their rows; only trim needs one.
    fn sampled(&self, job: &Job) -> Result<Strip, DevelopError> {
        if job.recipe.geometry.trim.is_none() {
            return Ok(Strip::default());
        }
        let (mut source, mut strip) = (self.source(job)?, Strip::default());
        let mut sampler = thumbnail::Sampler::new(source.size());
        while source.next(&mut strip)? {
            sampler.push(&strip);
        }
        Ok(sampler.finish())
    }

    /// Exposure that makes the neutral tone as light as the camera's own picture. A preview that cannot be read counts as
    /// none.
    pub(super) fn auto_exposure(&self, job: &Job, thumbnail: &Strip) -> f32 {
        if !super::is_raw(&job.photo.picture) {
            return 0.0;
        }
        let settings = self.tone(job, photo::color::OutputSpace::Srgb);
        let lightness = job.preview.and_then(|jpeg| {
            let preview = decode::decode(jpeg, "preview.jpg", &decode::Limits::default()).ok()?;
            match &preview.picture {
                Picture::Display(display) => auto::mean_lightness(display),
                _ => None,
            }
        });
        auto::exposure_ev(&thinned(thumbnail), settings, lightness)
    }
}

/// Every third pixel of every third row: enough for a mean.
fn thinned(strip: &Strip) -> Strip {
    let mut out = Strip::new(strip.width.div_ceil(3), strip.rows.div_ceil(3));
    for (y, c) in (0..out.rows).flat_map(|y| (0..3).map(move |c| (y, c))) {
        let from = strip.row(c, 3 * y).iter().step_by(3);
        out.row_mut(c, y).iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
    out
}
