//! The filters of a recipe, one operation a file.
//!
//! Each takes and gives rows of ENCODED RGB in the rendition's space, 0 to 1; those that need linear light decode and
//! encode inside. Beyond the picture its edge pixels repeat. Each has a plain version over the whole picture, written
//! pixel by pixel in the same order of operations: it gives the same bits and is the oracle of the fast one.

pub mod convolve;
pub mod exec;
pub mod gaussian_blur;
pub mod grayscale;
mod kernel;
pub mod median;
pub mod sharpen;
pub mod unsharp_mask;
pub mod vignette;
mod windowed;

#[cfg(test)]
mod tests;

use crate::recipe::Filter;
use crate::render::ToolRunner;
use crate::{DevelopError, Stage};
use photo::color::OutputSpace;
use photo::{Simd, Size, Strip};
use windowed::Windowed;

/// What a filter must know of the rendition.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Colour space of the rows.
    pub space: OutputSpace,
    /// Size of the picture.
    pub size: Size,
    /// Instruction set.
    pub simd: Simd,
    /// Runs `exec` filters.
    pub tools: ToolRunner<'a>,
}

/// The stage of a filter whose values the recipe's check has allowed.
pub fn stage<'a>(filter: &Filter, around: &Surroundings<'a>) -> Box<dyn Stage + 'a> {
    let Surroundings { space, size, simd, tools } = *around;
    match filter {
        Filter::GaussianBlur { sigma } => Windowed::boxed(gaussian_blur::GaussianBlur::new(*sigma, space, simd)),
        Filter::UnsharpMask { sigma, amount, threshold } => {
            Windowed::boxed(unsharp_mask::UnsharpMask::new(*sigma, *amount, *threshold, simd))
        }
        Filter::Sharpen { amount } => Windowed::boxed(sharpen::Sharpen::new(*amount, simd)),
        Filter::Convolve { kernel, divisor, bias } => {
            Windowed::boxed(convolve::Convolve::new(kernel, *divisor, *bias, simd))
        }
        Filter::Median { radius } => Windowed::boxed(median::Median::new(*radius as usize, simd)),
        Filter::Vignette { strength, radius } => {
            Box::new(vignette::Vignette::new(*strength, *radius, size, space, simd))
        }
        Filter::Grayscale => Box::new(grayscale::Grayscale::new(space, simd)),
        Filter::Exec { tool } => Box::new(exec::Exec::new(tool.clone(), size, tools)),
    }
}

/// The same over a whole picture, pixel by pixel.
///
/// # Errors
/// Those of the tool of an `exec` filter.
pub fn plain(filter: &Filter, around: &Surroundings, picture: &Strip) -> Result<Strip, DevelopError> {
    let Surroundings { space, tools, .. } = *around;
    Ok(match filter {
        Filter::GaussianBlur { sigma } => gaussian_blur::plain(picture, *sigma, space),
        Filter::UnsharpMask { sigma, amount, threshold } => unsharp_mask::plain(picture, *sigma, *amount, *threshold),
        Filter::Sharpen { amount } => sharpen::plain(picture, *amount),
        Filter::Convolve { kernel, divisor, bias } => convolve::plain(picture, kernel, *divisor, *bias),
        Filter::Median { radius } => median::plain(picture, *radius as usize),
        Filter::Vignette { strength, radius } => vignette::plain(picture, *strength, *radius, space),
        Filter::Grayscale => grayscale::plain(picture, space),
        Filter::Exec { tool } => exec::plain(picture, tool, tools)?,
    })
}

/// The value at column `x`, row `y` of plane `c`; beyond the picture the nearest pixel's.
fn at(picture: &Strip, c: usize, x: isize, y: isize) -> f32 {
    let inside = |v: isize, len: usize| v.clamp(0, len as isize - 1) as usize;
    picture.row(c, inside(y, picture.rows))[inside(x, picture.width)]
}

/// A picture of the same size whose pixels `make` gives for plane, column and row.
fn map(picture: &Strip, make: impl Fn(usize, isize, isize) -> f32) -> Strip {
    let mut out = Strip::new(picture.width, picture.rows);
    for c in 0..3 {
        for y in 0..picture.rows {
            let row = out.row_mut(c, y).iter_mut().enumerate();
            row.for_each(|(x, v)| *v = make(c, x as isize, y as isize));
        }
    }
    out
}
