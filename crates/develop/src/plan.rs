//! What must be known of the whole picture before its first row: white balance, shape, brightness.

use crate::{
    DevelopError, Stage, filter, highlights,
    recipe::Rendition,
    render::Job,
    source::{DemosaicSource, FinishRow, LinearSource, MosaicRows, Source},
    tone::{ToneSettings, ToneStage},
};
use photo::{
    Orientation, Photo, Picture, Rect, Size,
    color::{Balance, CameraTransform, camera_transform},
    metadata::Described,
    resample::{Region, Scaling},
};

/// Decisions about one photo.
pub struct Plan<'a> {
    /// Upright part to develop, in pixels of the upright active area.
    crop: Rect,
    transform: CameraTransform,
    /// Size of the picture that the renditions are resampled from.
    pub picture_size: Size,
    /// One entry a wanted rendition.
    pub outputs: Vec<OutputPlan<'a>>,
    /// What a user should know.
    pub notes: Vec<String>,
}

/// Decisions about one rendition.
pub struct OutputPlan<'a> {
    /// The rendition.
    pub rendition: &'a Rendition,
    /// Which part of the picture becomes how many pixels.
    pub scaling: Scaling,
}

impl<'a> Plan<'a> {
    /// Decides.
    pub fn new(job: &Job<'a>) -> Result<Self, DevelopError> {
        let photo = job.photo;
        let transform = camera_transform(&photo.color, Balance::AsShot);
        let crop = upright_crop(photo);
        let mut plan = Self { crop, transform, picture_size: crop.size(), outputs: Vec::new(), notes: Vec::new() };
        plan.notes.extend(plan.transform.note.map(str::to_owned));
        plan.picture_size = plan.source(job)?.size();
        let wanted = |r: &&Rendition| job.wanted.contains(&r.name);
        plan.outputs = job.recipe.renditions.iter().filter(wanted).map(|r| plan.output(photo, r)).collect();
        Ok(plan)
    }

    fn output(&self, photo: &Photo, rendition: &'a Rendition) -> OutputPlan<'a> {
        let target = fit_inside(square(self.picture_size, photo), rendition);
        OutputPlan { rendition, scaling: Scaling::new(self.picture_size, Region::full(self.picture_size), target) }
    }

    /// The rows of the picture.
    pub fn source(&self, job: &Job<'a>) -> Result<Box<dyn Source + 'a>, DevelopError> {
        let (photo, develop) = (job.photo, &job.recipe.develop);
        let finish = FinishRow::new(job.simd, develop.highlights, &self.transform);
        Ok(match &photo.picture {
            Picture::Mosaic(mosaic) => {
                let rows = MosaicRows::new(mosaic, photo.orientation, self.transform.multipliers, job.simd);
                Box::new(DemosaicSource::new(rows, self.crop, develop.demosaic, job.simd, finish))
            }
            Picture::Linear(linear) => {
                let multipliers = if linear.balanced { [1.0; 3] } else { self.transform.multipliers };
                Box::new(LinearSource::new(linear, photo.orientation, self.crop, multipliers, finish))
            }
            Picture::Display(_) => {
                let why = "finished pictures (JPEG, PNG, TIFF, WebP) are not supported yet".into();
                return Err(DevelopError::Step { step: "develop", why });
            }
        })
    }

    /// What is done to the picture before it is resampled.
    pub fn picture_stages(&self, _job: &Job<'a>) -> Vec<Box<dyn Stage + 'a>> {
        Vec::new()
    }

    /// What is done to a rendition between resampling and its file.
    pub fn rendition_stages(
        &self,
        job: &Job<'a>,
        output: &OutputPlan<'a>,
    ) -> Result<Vec<Box<dyn Stage + 'a>>, DevelopError> {
        let develop = &job.recipe.develop;
        let (space, size) = (output.rendition.color, output.scaling.target);
        let white = highlights::white_level(develop.highlights, self.transform.multipliers);
        let tone = ToneSettings::new(develop, job.photo.baseline_exposure_ev, white, space);
        let around = filter::Surroundings { space, size, simd: job.simd, tools: job.tools };
        let mut stages: Vec<Box<dyn Stage + 'a>> = vec![Box::new(ToneStage::new(job.simd, tone))];
        stages.extend(job.recipe.filters_of(output.rendition).map(|f| filter::stage(f, &around)));
        Ok(stages)
    }
}

impl OutputPlan<'_> {
    /// Size of the file's picture.
    pub fn final_size(&self) -> Size {
        self.scaling.target
    }

    /// What the metadata says of the picture.
    pub fn described(&self) -> Described {
        Described { size: self.final_size(), space: self.rendition.color, dpi: self.rendition.dpi }
    }
}

/// The part to show, upright, in pixels of the upright active area (of the whole picture where there is no sensor).
fn upright_crop(photo: &Photo) -> Rect {
    let (stored, rect) = match &photo.picture {
        Picture::Mosaic(m) => {
            (m.active.size(), Rect { x: photo.crop.x - m.active.x, y: photo.crop.y - m.active.y, ..photo.crop })
        }
        other => (other.size(), photo.crop),
    };
    photo.orientation.upright_rect(stored, rect)
}

/// Size with square pixels: the side whose pixels are too long grows.
fn square(size: Size, photo: &Photo) -> Size {
    let aspect = if transposes(photo.orientation) { photo.pixel_aspect.recip() } else { photo.pixel_aspect };
    let grow = |side: u32, by: f32| (f64::from(side) * f64::from(by.max(1.0))).round() as u32;
    Size::new(grow(size.width, aspect), grow(size.height, aspect.recip()))
}

fn transposes(orientation: Orientation) -> bool {
    orientation.transpose
}

fn fit_inside(size: Size, rendition: &Rendition) -> Size {
    let by = |limit: Option<u32>, side: u32| limit.map_or(1.0, |l| f64::from(l) / f64::from(side));
    let scale = by(rendition.width, size.width).min(by(rendition.height, size.height)).min(1.0);
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    Size::new(side(size.width), side(size.height))
}
