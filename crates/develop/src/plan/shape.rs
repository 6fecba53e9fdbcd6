//! Which part of the stored picture is shown, and how it lies.

use crate::{
    geometry::{FixVignette, Frame, Mapping, Oriented, Warp, content, crop_region},
    render::Job,
    stage::Stage,
};
use photo::{LensCorrection, Photo, Picture, Rect, Size, Strip, resample::Region};

/// The part to show, upright, in pixels of the upright active area (of the whole picture where there is no sensor).
pub fn upright_crop(photo: &Photo) -> Rect {
    let (stored, rect) = match &photo.picture {
        Picture::Mosaic(m) => {
            (m.active.size(), Rect { x: photo.crop.x - m.active.x, y: photo.crop.y - m.active.y, ..photo.crop })
        }
        other => (other.size(), photo.crop),
    };
    photo.orientation.upright_rect(stored, rect)
}

/// The upright frame that the file's lens corrections are written for, seen from the source's rows, whose size is `size`
/// and whose first pixel is that of `crop`.
pub fn frame(photo: &Photo, crop: Rect, size: Size) -> Frame {
    let stored = match &photo.picture {
        Picture::Mosaic(m) => m.active.size(),
        other => other.size(),
    };
    let upright = photo.orientation.upright_size(stored);
    let (sx, sy) = (f64::from(size.width) / f64::from(crop.width), f64::from(size.height) / f64::from(crop.height));
    Frame {
        x: -f64::from(crop.x) * sx,
        y: -f64::from(crop.y) * sy,
        width: f64::from(upright.width) * sx,
        height: f64::from(upright.height) * sy,
    }
}

/// The file's corrections of light fall-off, in their order.
pub fn vignettes(job: &Job, frame: Frame) -> impl Iterator<Item = FixVignette> {
    let upright = move |c: &LensCorrection| match c.oriented(job.photo.orientation) {
        LensCorrection::FixVignetteRadial { k, center } => Some(FixVignette::new(job.simd, k, center, frame)),
        LensCorrection::WarpRectilinear { .. } => None,
    };
    job.photo.lens.iter().filter_map(upright)
}

/// The part of the straightened picture that the recipe keeps: its crop, then what trim finds in that.
pub fn part(job: &Job, mapping: &Mapping, thumbnail: &Strip) -> Region {
    let (geometry, size) = (&job.recipe.geometry, mapping.target());
    let cropped = geometry.crop.map_or(Region::full(size), |crop| crop_region(size, crop));
    let Some(trim) = geometry.trim else { return cropped };
    let straight = straightened(thumbnail, job);
    let seen = cut(&straight, cropped, size);
    match content(&seen, trim) {
        None => cropped,
        Some(c) => {
            let [x, y, w, h] = [c.x, c.y, c.width, c.height].map(f64::from);
            let (width, height) = (cropped.width, cropped.height);
            Region::new(cropped.x + x * width, cropped.y + y * height, w * width, h * height)
        }
    }
}

/// The thumbnail, turned like the picture; lens corrections are too small to see in it.
fn straightened(thumbnail: &Strip, job: &Job) -> Strip {
    let degrees = job.recipe.geometry.straighten;
    let frame = Frame::full(thumbnail.size());
    let mapping = Mapping::new(thumbnail.size(), degrees, &[], photo::Orientation::UPRIGHT, frame);
    if mapping.is_identity() || thumbnail.rows == 0 {
        return thumbnail.clone();
    }
    let mut turned = Strip::new(mapping.target().width as usize, 0);
    let (mut warp, mut source) = (Warp::new(mapping), thumbnail.clone());
    let mut collect = |strip: &mut Strip| {
        turned.rows += strip.rows;
        turned.planes.iter_mut().zip(&strip.planes).for_each(|(to, from)| to.extend_from_slice(from));
        Ok(())
    };
    let done = warp.push(&mut source, &mut collect).and_then(|()| warp.finish(&mut collect));
    if done.is_ok() { turned } else { thumbnail.clone() }
}

/// The thumbnail's pixels of the region `part` of a picture of size `size`.
fn cut(thumbnail: &Strip, part: Region, size: Size) -> Strip {
    let scale = |at: f64, side: u32, pixels: usize| (at / f64::from(side) * pixels as f64).round() as usize;
    let (x, y) = (scale(part.x, size.width, thumbnail.width), scale(part.y, size.height, thumbnail.rows));
    let width = scale(part.width, size.width, thumbnail.width).min(thumbnail.width - x.min(thumbnail.width));
    let rows = scale(part.height, size.height, thumbnail.rows).min(thumbnail.rows - y.min(thumbnail.rows));
    let mut out = Strip::new(width, rows);
    for row in 0..rows {
        for c in 0..3 {
            out.row_mut(c, row).copy_from_slice(&thumbnail.row(c, y + row)[x..x + width]);
        }
    }
    out
}
