//! The shape of a picture: straight, what part of it is shown, how large, and with what around it.
//!
//! [`FixVignette`] and [`Warp`] correct the lens and straighten, [`content`] finds what to trim, [`place`] plans one
//! rendition, and after resampling [`Pad`] lays it on its canvas.

mod pad;
mod place;
mod trim;
mod vignette;
mod warp;

pub use pad::Pad;
pub use place::{Placement, crop_region, place, upright_aspect};
pub use trim::content;
pub use vignette::FixVignette;
pub use warp::{Frame, Mapping, Oriented, Warp};
