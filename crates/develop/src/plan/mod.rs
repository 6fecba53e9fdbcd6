//! What must be known of the whole picture before its first row: white balance, brightness, shape, noise.

mod look;
mod shape;
mod stages;

use crate::{
    DevelopError,
    denoise::{self, DenoiseSettings, Noise},
    geometry::{Frame, Mapping, Placement},
    lut,
    recipe::{Rendition, Tone},
    render::Job,
    source::{DemosaicSource, DisplaySource, FinishRow, LinearSource, MosaicRows, RepairedRows, Source},
    tone::ToneSettings,
    white_balance,
};
use look::Look;
use photo::{
    Picture, Rect, Size,
    color::{CameraTransform, OutputSpace, camera_transform},
    metadata::Described,
};
pub use stages::Stages;

/// Decisions about one photo.
pub struct Plan<'a> {
    /// Upright part to develop, in pixels of the upright active area.
    crop: Rect,
    transform: CameraTransform,
    denoise: Option<DenoiseSettings>,
    /// The frame of the file's lens corrections.
    frame: Frame,
    /// Straightening and lens corrections.
    mapping: Mapping,
    /// The recipe's look-up table.
    lut: Option<lut::Look>,
    /// Automatic exposure plus the file's baseline, in EV.
    extra_ev: f32,
    /// One entry a wanted rendition.
    pub outputs: Vec<OutputPlan<'a>>,
    /// What a user should know.
    pub notes: Vec<String>,
}

/// Decisions about one rendition.
pub struct OutputPlan<'a> {
    /// The rendition.
    pub rendition: &'a Rendition,
    /// Where its pixels come from and go.
    pub placement: Placement,
}

impl<'a> Plan<'a> {
    /// Looks at a thumbnail and decides.
    ///
    /// # Errors
    /// An unusable colour profile or look-up table; a rendition that no picture can have.
    pub fn new(job: &Job<'a>) -> Result<Self, DevelopError> {
        let (photo, develop) = (job.photo, &job.recipe.develop);
        let crop = shape::upright_crop(photo);
        let look = Look::new(job, crop);
        let balance = white_balance::balance(develop.white_balance, look.auto_multipliers());
        let transform = camera_transform(&photo.color, balance);
        let noise = look.noise.unwrap_or_else(|| Noise::of_iso(photo.capture.iso.unwrap_or(100)));
        let strength = denoise::strength(develop.denoise, is_raw(&photo.picture), photo.capture.iso);
        let mut plan = Self {
            crop,
            denoise: strength.map(|strength| DenoiseSettings::new(strength, noise, &transform)),
            frame: Frame::full(crop.size()),
            mapping: Mapping::new(crop.size(), 0.0, &[], photo.orientation, Frame::full(crop.size())),
            lut: develop.lut.as_ref().map(|lut| lut::Look::new(lut, job.assets)).transpose()?,
            extra_ev: photo.baseline_exposure_ev,
            outputs: Vec::new(),
            notes: transform.note.filter(|_| is_raw(&photo.picture)).map(str::to_owned).into_iter().collect(),
            transform,
        };
        let size = plan.source(job)?.size();
        plan.frame = shape::frame(photo, crop, size);
        plan.mapping = Mapping::new(size, job.recipe.geometry.straighten, &photo.lens, photo.orientation, plan.frame);
        let thumbnail = plan.working_thumbnail(job, &look)?;
        plan.extra_ev += plan.auto_exposure(job, &thumbnail);
        let part = shape::part(job, &plan.mapping, &thumbnail);
        let aspect = crate::geometry::upright_aspect(photo.pixel_aspect, photo.orientation);
        for rendition in job.recipe.renditions.iter().filter(|r| job.wanted.contains(&r.name)) {
            let placement = crate::geometry::place(plan.picture_size(), aspect, part, rendition)?;
            plan.outputs.push(OutputPlan { rendition, placement });
        }
        Ok(plan)
    }

    /// The part to develop, in pixels of the upright active area.
    pub fn crop(&self) -> Rect {
        self.crop
    }

    /// From camera colours to working ones.
    pub fn transform(&self) -> &CameraTransform {
        &self.transform
    }

    /// Size of the picture that the renditions are resampled from.
    pub fn picture_size(&self) -> Size {
        self.mapping.target()
    }

    /// The rows of the picture, before denoising and straightening.
    ///
    /// # Errors
    /// An unusable colour profile.
    pub fn source(&self, job: &Job<'a>) -> Result<Box<dyn Source + 'a>, DevelopError> {
        let (photo, develop) = (job.photo, &job.recipe.develop);
        let finish = FinishRow::new(job.simd, develop.highlights, &self.transform);
        Ok(match &photo.picture {
            Picture::Mosaic(mosaic) => {
                let rows = MosaicRows::new(mosaic, photo.orientation, self.transform.multipliers, job.simd);
                let rows = RepairedRows::new(rows, develop.hot_pixels, job.simd);
                Box::new(DemosaicSource::new(rows, self.crop, develop.demosaic, job.simd, finish))
            }
            Picture::Linear(linear) => {
                let multipliers = if linear.balanced { [1.0; 3] } else { self.transform.multipliers };
                Box::new(LinearSource::new(linear, photo.orientation, self.crop, multipliers, finish))
            }
            Picture::Display(display) => Box::new(DisplaySource::new(display, photo.orientation, self.crop, job.simd)?),
        })
    }

    /// The tone of a rendition in `space`. Finished pixels keep their tone: only the recipe's exposure and colour act on them.
    pub fn tone(&self, job: &Job<'a>, space: OutputSpace) -> ToneSettings {
        let develop = &job.recipe.develop;
        let white = crate::highlights::white_level(develop.highlights, self.transform.multipliers);
        let settings = ToneSettings::new(develop, self.extra_ev, white, space);
        match is_raw(&job.photo.picture) {
            true => settings,
            false => ToneSettings { tone: Tone::Linear, ..settings },
        }
    }
}

impl OutputPlan<'_> {
    /// Size of the finished picture.
    pub fn final_size(&self) -> Size {
        self.placement.canvas
    }

    /// The part of it that is made, where not all is.
    pub fn window(&self) -> Option<Rect> {
        self.rendition.window.map(|window| window.of(self.final_size()))
    }

    /// Size of the file's picture.
    pub fn file_size(&self) -> Size {
        self.window().map_or(self.final_size(), Rect::size)
    }

    /// What the metadata says of the picture.
    pub fn described(&self) -> Described {
        Described { size: self.file_size(), space: self.space(), dpi: self.rendition.dpi }
    }

    /// The colour space of the file's picture; none where a profile tells.
    pub fn space(&self) -> Option<OutputSpace> {
        self.rendition.profile.is_none().then_some(self.rendition.color)
    }
}

/// Whether the picture is from a sensor and not yet finished by somebody.
fn is_raw(picture: &Picture) -> bool {
    !matches!(picture, Picture::Display(_))
}
