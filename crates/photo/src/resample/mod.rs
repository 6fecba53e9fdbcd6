//! Resampling of linear light: Lanczos3 with antialiasing, separable, as rows pass by.
//!
//! A strong reduction first halves the picture, once or several times, with a short filter, and leaves the last factor
//! of 1.5 to 3 to Lanczos. How often depends on nothing but the [`Scaling`] asked for, so that renditions may share the
//! half levels and each still has the same bytes when it is made alone.
//!
//! Border rule: Lanczos leaves out what lies beyond the picture and lets the rest of the weights sum to 1; the halving
//! repeats the border pixel.
//!
//! [`plain`] is the straightforward whole-picture version, with identical bits.

mod halve;
mod history;
mod horizontal;
mod lanczos;
pub mod plain;
mod scaling;
mod taps;
mod transpose;
mod vertical;

pub use halve::Halver;
pub use lanczos::Lanczos;
pub use scaling::{Region, Scaling};

use crate::{Simd, Strip};

/// Takes the rows that are ready.
pub type Down<'a, E> = &'a mut dyn FnMut(&mut Strip) -> Result<(), E>;

/// One rendition's scaling by itself: the halvings that it needs, then Lanczos.
#[derive(Debug)]
pub struct Resampler {
    halvers: Vec<Halver>,
    last: Lanczos,
}

impl Resampler {
    /// A resampler for `scaling`.
    pub fn new(simd: Simd, scaling: &Scaling) -> Self {
        let levels = (0..scaling.levels()).scan(scaling.source, |size, _| {
            let halver = Halver::new(simd, *size);
            *size = halver.output_size();
            Some(halver)
        });
        Self { halvers: levels.collect(), last: Lanczos::new(simd, &scaling.at_last_level()) }
    }

    /// Takes the next rows of the source. Sends on the rows of the target that are ready, top to bottom; the last of
    /// them leave with the last row of the source.
    pub fn push<E>(&mut self, strip: &Strip, down: Down<E>) -> Result<(), E> {
        push_level(&mut self.halvers, &mut self.last, strip, down)
    }
}

fn push_level<E>(halvers: &mut [Halver], last: &mut Lanczos, strip: &Strip, down: Down<E>) -> Result<(), E> {
    match halvers.split_first_mut() {
        None => last.push(strip, down),
        Some((first, rest)) => first.push(strip, &mut |half| push_level(rest, last, half, down)),
    }
}

#[cfg(test)]
mod tests;
