//! The plan as stages, in the order in which they work.

use super::{OutputPlan, Plan, shape};
use crate::{
    DevelopError, Stage,
    denoise::DenoiseStage,
    filter,
    geometry::{Pad, Warp},
    lut::LookStage,
    profile::ProfileStage,
    recipe::Rgb8,
    render::{Job, asset},
    tone::ToneStage,
    watermark::Overlay,
    window::Cut,
};
use photo::color::{OutputColor, OutputSpace};

/// Stages in order.
pub type Stages<'a> = Vec<Box<dyn Stage + 'a>>;

impl<'a> Plan<'a> {
    /// What is done to the picture before it is resampled: denoise, vignette, straighten and lens.
    pub fn picture_stages(&self, job: &Job<'a>) -> Stages<'a> {
        let mut stages: Stages<'a> = Vec::new();
        if let Some(settings) = self.denoise {
            stages.push(Box::new(DenoiseStage::new(job.simd, settings)));
        }
        stages.extend(shape::vignettes(job, self.frame).map(|fix| Box::new(fix) as Box<dyn Stage>));
        if !self.mapping.is_identity() {
            stages.push(Box::new(Warp::new(self.mapping.clone())));
        }
        stages
    }

    /// What is done to a rendition between resampling and its file: colours, filters, and what follows them.
    ///
    /// # Errors
    /// A watermark that cannot be made, an unusable profile.
    pub fn rendition_stages(&self, job: &Job<'a>, output: &OutputPlan<'a>) -> Result<Stages<'a>, DevelopError> {
        let (rendition, placement) = (output.rendition, &output.placement);
        let (space, size) = (rendition.color, placement.scaling.target);
        let mut stages = self.color_stages(job, space);
        let around = filter::Surroundings { space, size, simd: job.simd, tools: job.tools };
        stages.extend(job.recipe.filters_of(rendition).map(|f| filter::stage(f, &around)));
        stages.extend(self.layout_stages(job, output)?);
        Ok(stages)
    }

    /// The first of them, which give linear working RGB its colours in `space`: tone, look-up table.
    pub fn color_stages(&self, job: &Job<'a>, space: OutputSpace) -> Stages<'a> {
        let toned = self.lut.as_ref().map_or(space, |look| look.space);
        let tone: Box<dyn Stage> = Box::new(ToneStage::new(job.simd, self.tone(job, toned)));
        let look = self.lut.clone().map(|look| Box::new(LookStage::new(job.simd, look, space)) as Box<dyn Stage>);
        std::iter::once(tone).chain(look).collect()
    }

    /// The last of them, which end at the file's pixels: pad, watermark, window, profile.
    ///
    /// # Errors
    /// A watermark that cannot be made, an unusable profile.
    pub fn layout_stages(&self, job: &Job<'a>, output: &OutputPlan<'a>) -> Result<Stages<'a>, DevelopError> {
        let (rendition, placement) = (output.rendition, &output.placement);
        let (space, size) = (rendition.color, placement.scaling.target);
        let mut stages: Stages<'a> = Vec::new();
        if placement.canvas != size {
            stages.push(Box::new(Pad::new(placement, encoded(rendition.background, space))));
        }
        if let Some(mark) = job.recipe.watermark_of(rendition) {
            stages.push(Box::new(Overlay::new(mark, job.assets, placement.canvas, space, job.simd)?));
        }
        stages.extend(output.window().map(|window| Box::new(Cut::new(window)) as Box<dyn Stage>));
        if let Some(id) = &rendition.profile {
            let color = OutputColor::new(space, asset(job.assets, id)?, rendition.intent)?;
            stages.push(Box::new(ProfileStage(color)));
        }
        Ok(stages)
    }
}

/// An sRGB colour in the encoding of `space`.
fn encoded(Rgb8(color): Rgb8, space: OutputSpace) -> [f32; 3] {
    let linear = color.map(|v| OutputSpace::Srgb.transfer().decode(f64::from(v) / 255.0));
    let working = photo::color::matrix::apply(&OutputSpace::Srgb.to_working(), linear);
    let there = photo::color::matrix::apply(&space.from_working(), working);
    there.map(|v| space.transfer().encode(v) as f32)
}
