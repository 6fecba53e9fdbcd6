//! A photo and a recipe become files: the one entrance to the pipeline.

use crate::{
    DevelopError, Recipe,
    fan_out::FanOut,
    meter::{Clock, Meter},
    plan::{OutputPlan, Plan},
    recipe::Rendition,
    sink::FileSink,
    stage::{Chain, Sink},
};
use photo::{
    Photo, Simd, Size, Strip,
    encode::{self, Attachments, Output, RowEncoder},
    metadata,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Pictures, fonts, profiles and look-up tables that a recipe names, by id.
pub type Assets = BTreeMap<String, Vec<u8>>;

/// The bytes of an asset.
///
/// # Errors
/// It was not supplied.
pub fn asset<'a>(assets: &'a Assets, id: &str) -> Result<&'a [u8], DevelopError> {
    assets.get(id).map(Vec::as_slice).ok_or_else(|| DevelopError::AssetMissing { id: id.to_owned() })
}

/// A picture handed to a tool: interleaved 16-bit RGB in the rendition's colour space.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolPicture {
    /// Its size.
    pub size: Size,
    /// R, G, B, R, G, B …; `3 * size.area()` samples.
    pub samples: Vec<u16>,
}

/// Runs the tool of this name over a picture; supplied by whoever may start programs.
pub type ToolRunner<'a> = &'a dyn Fn(&str, ToolPicture) -> Result<ToolPicture, DevelopError>;

/// Opens the file of a rendition; called once for each, in the order of the recipe.
pub type OpenOutput<'a> = &'a mut dyn FnMut(&Rendition) -> Result<Box<dyn Output>, DevelopError>;

/// One photo to develop.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The decoded photo.
    pub photo: &'a Photo,
    /// The recipe, overrides already merged in.
    pub recipe: &'a Recipe,
    /// Names of the renditions to make; the others of the recipe are left out.
    pub wanted: &'a [String],
    /// Files that the recipe names.
    pub assets: &'a Assets,
    /// The camera's embedded preview (JPEG), for the brightness of the neutral tone.
    pub preview: Option<&'a [u8]>,
    /// Runs `exec` filters.
    pub tools: ToolRunner<'a>,
    /// Times the stages.
    pub clock: Clock<'a>,
    /// Instruction set.
    pub simd: Simd,
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rendered {
    /// One entry a rendition: name and size in pixels, of the whole picture where a part of it was made.
    pub renditions: Vec<(String, Size)>,
    /// Seconds by stage, in the order in which they first worked.
    pub stages_s: Vec<(String, f64)>,
    /// What a user should know, one sentence each.
    pub notes: Vec<String>,
}

/// Makes the wanted renditions, strip by strip: rows of the source pass through every rendition's chain before the next
/// ones are made.
pub fn render(job: &Job, open: OpenOutput) -> Result<Rendered, DevelopError> {
    let meter = Meter::new(job.clock, "analyse");
    let plan = Plan::new(job)?;
    let mut source = plan.source(job)?;
    let mut chain = picture_chain(job, &plan, &meter, open)?;
    let mut strip = Strip::default();
    meter.enter("demosaic");
    while source.next(&mut strip)? {
        chain.push(&mut strip)?;
    }
    chain.finish()?;
    drop(chain);
    let renditions = plan.outputs.iter().map(|o| (o.rendition.name.clone(), o.final_size())).collect();
    Ok(Rendered { renditions, stages_s: meter.totals_s(), notes: plan.notes.clone() })
}

/// Everything after the source: what is done to the whole picture, then the renditions.
fn picture_chain<'a>(
    job: &Job<'a>,
    plan: &'a Plan<'a>,
    meter: &'a Meter<'a>,
    open: OpenOutput,
) -> Result<Chain<'a>, DevelopError> {
    let branches = plan
        .outputs
        .iter()
        .map(|output| Ok((output.placement.scaling, rendition_chain(job, plan, output, meter, open)?)));
    let branches = branches.collect::<Result<Vec<_>, DevelopError>>()?;
    let sink = Box::new(FanOut::new(job.simd, plan.picture_size(), branches));
    Ok(Chain { stages: plan.picture_stages(job), sink, meter })
}

/// What follows the resampling of one rendition, up to its file.
fn rendition_chain<'a>(
    job: &Job<'a>,
    plan: &'a Plan<'a>,
    output: &'a OutputPlan<'a>,
    meter: &'a Meter<'a>,
    open: OpenOutput,
) -> Result<Chain<'a>, DevelopError> {
    let encoder = encoder_for(job, output, open)?;
    let sink = Box::new(FileSink::new(encoder, encode::depth(&output.rendition.encode), job.simd));
    Ok(Chain { stages: plan.rendition_stages(job, output)?, sink, meter })
}

/// Opens the file of a rendition and begins it.
pub(crate) fn encoder_for<'a>(
    job: &Job,
    output: &OutputPlan,
    open: OpenOutput,
) -> Result<Box<dyn RowEncoder + 'a>, DevelopError> {
    let rendition = output.rendition;
    let blocks = metadata::blocks(&job.photo.capture, &job.recipe.metadata, output.described());
    let icc = match &rendition.profile {
        Some(id) => Cow::Borrowed(asset(job.assets, id)?),
        None => Cow::Owned(photo::color::icc_profile(rendition.color)),
    };
    let attach = Attachments { space: output.space(), icc: Some(&icc), blocks: Some(&blocks), dpi: rendition.dpi };
    Ok(encode::encoder(job.simd, &rendition.encode, output.file_size(), &attach, open(rendition)?)?)
}
