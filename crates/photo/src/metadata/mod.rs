//! EXIF, XMP and IPTC of the outputs, from the facts of the capture and the recipe's policy.

mod exif;
mod facts;
mod ifd;
mod iptc;
mod policy;
mod xmp;

pub(crate) use exif::set_resolution;
pub use ifd::{Entry, Exif, Ifd, Value};
pub use policy::*;

use crate::{Capture, Size, color::OutputSpace};
use facts::Facts;

/// What the metadata says of the picture that it goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// Size of the output.
    pub size: Size,
    /// Its colour space; none where it is of another profile.
    pub space: Option<OutputSpace>,
    /// Its resolution in pixels an inch.
    pub dpi: Option<u32>,
}

/// The three blocks of metadata of an output; an empty one is not written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blocks {
    /// EXIF 2.32.
    pub exif: Option<Exif>,
    /// An XMP packet (ISO 16684-1), UTF-8.
    pub xmp: Option<Vec<u8>>,
    /// IPTC-IIM 4 datasets, text in UTF-8.
    pub iptc: Option<Vec<u8>>,
}

/// Builds the blocks: what `policy` keeps of `capture`, and what it sets.
pub fn blocks(capture: &Capture, policy: &Metadata, picture: Described) -> Blocks {
    let facts = Facts::of(capture, policy);
    if facts.is_empty() {
        return Blocks::default();
    }
    Blocks { exif: Some(exif::build(&facts, picture)), xmp: xmp::build(&facts), iptc: iptc::build(&facts) }
}
