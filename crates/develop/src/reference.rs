//! The plain whole-image path: the oracle of the fast one. Slow and hungry, easy to follow, kept for ever.
//!
//! The decisions ([`Plan`]) are the same; then each step runs over the whole picture before the next begins: no strips,
//! no bands, no wide instructions, no shared half levels.

use crate::{
    DevelopError, Stage, filter,
    plan::{OutputPlan, Plan, Stages},
    render::{Job, OpenOutput, Rendered, encoder_for},
    sink::FileSink,
    source::{FinishRow, MosaicRows, RepairedRows},
    stage::Sink,
};
use photo::{Mosaic, Picture, Plane, Rect, Simd, Strip, demosaic, encode, resample};

/// Makes the wanted renditions like [`crate::render::render`], bit by bit.
///
/// # Errors
/// Those of the fast path.
pub fn render(job: &Job, open: OpenOutput) -> Result<Rendered, DevelopError> {
    let job = &Job { simd: Simd::PLAIN, ..*job };
    let plan = Plan::new(job)?;
    let picture = through(plan.picture_stages(job), picture(job, &plan)?)?;
    for output in &plan.outputs {
        let mut finished = rendition(job, &plan, output, &picture)?;
        let encoder = encoder_for(job, output, open)?;
        let mut sink = FileSink::new(encoder, encode::depth(&output.rendition.encode), job.simd);
        sink.push(&mut finished)?;
        sink.finish()?;
    }
    Ok(Rendered { notes: plan.notes.clone(), ..Rendered::default() })
}

/// The whole picture in linear working RGB, upright and cropped.
fn picture(job: &Job, plan: &Plan) -> Result<Strip, DevelopError> {
    match &job.photo.picture {
        Picture::Mosaic(mosaic) => Ok(demosaiced(job, plan, mosaic)),
        Picture::Linear(_) | Picture::Display(_) => {
            let (mut source, mut strip, mut whole) = (plan.source(job)?, Strip::default(), Strip::default());
            whole.reshape(source.size().width as usize, 0);
            while source.next(&mut strip)? {
                append(&mut whole, &strip);
            }
            Ok(whole)
        }
    }
}

fn demosaiced(job: &Job, plan: &Plan, mosaic: &Mosaic) -> Strip {
    let develop = &job.recipe.develop;
    let rows = MosaicRows::new(mosaic, job.photo.orientation, plan.transform().multipliers, job.simd);
    let (size, cfa) = (rows.size(), rows.cfa());
    let (width, height) = (size.width as usize, size.height as usize);
    let mut rows = RepairedRows::new(rows, develop.hot_pixels, job.simd);
    let mut light = vec![0.0; width * height];
    light.chunks_exact_mut(width).enumerate().for_each(|(y, row)| rows.load(y, 0, row));
    let crop = plan.crop();
    let scale = develop.demosaic.scale(&cfa);
    let light = if scale > 1 { cut(&light, width, crop) } else { light };
    let (cfa, width, height) = match scale {
        1 => (cfa, width, height),
        _ => (cfa.shifted(crop.x as usize, crop.y as usize), crop.width as usize, crop.height as usize),
    };
    let planes = demosaic::plain(develop.demosaic, &cfa, &light, width, height);
    let mut picture = match scale {
        1 => Strip {
            width: crop.width as usize,
            rows: crop.height as usize,
            planes: planes.map(|p| cut(&p, width, crop).into()),
        },
        n => Strip { width: width / n, rows: height / n, planes: planes.map(Plane::from) },
    };
    let finish = FinishRow::new(job.simd, develop.highlights, plan.transform());
    (0..picture.rows).for_each(|y| finish.apply(picture.rows3_mut(y)));
    picture
}

/// One rendition, encoded, before quantisation.
fn rendition(job: &Job, plan: &Plan, output: &OutputPlan, picture: &Strip) -> Result<Strip, DevelopError> {
    let space = output.rendition.color;
    let mut strip = resample::plain::resample(picture, &output.placement.scaling);
    strip = through(plan.color_stages(job, space), strip)?;
    let around = filter::Surroundings { space, size: strip.size(), simd: job.simd, tools: job.tools };
    for filter in job.recipe.filters_of(output.rendition) {
        strip = filter::plain(filter, &around, &strip)?;
    }
    through(plan.layout_stages(job, output)?, strip)
}

/// A whole picture through stages, as one strip each.
fn through(stages: Stages, picture: Strip) -> Result<Strip, DevelopError> {
    stages.into_iter().try_fold(picture, |strip, stage| through_one(stage, strip))
}

fn through_one(mut stage: Box<dyn Stage + '_>, mut strip: Strip) -> Result<Strip, DevelopError> {
    let mut whole = Strip::default();
    let mut collect = |rows: &mut Strip| {
        append(&mut whole, rows);
        Ok(())
    };
    stage.push(&mut strip, &mut collect)?;
    stage.finish(&mut collect)?;
    Ok(whole)
}

fn append(whole: &mut Strip, rows: &Strip) {
    (whole.width, whole.rows) = (rows.width, whole.rows + rows.rows);
    whole.planes.iter_mut().zip(&rows.planes).for_each(|(to, from)| to.extend_from_slice(from));
}

/// The pixels of `part` of a plane `width` wide.
fn cut(plane: &[f32], width: usize, part: Rect) -> Vec<f32> {
    let columns = part.x as usize..part.right() as usize;
    let rows = plane.chunks_exact(width).skip(part.y as usize).take(part.height as usize);
    rows.flat_map(|row| row[columns.clone()].iter().copied()).collect()
}
