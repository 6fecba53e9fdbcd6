//! The recipe that makes a small picture of a finished one and changes nothing else about it.

use super::options::{Format, Picture};
use develop::Recipe;
use develop::recipe::{Denoise, Develop, Geometry, Keep, Metadata, Output, Rendition, Rgb8, Tone};
use photo::color::OutputSpace;
use photo::encode::{Avif, Encode, Jpeg, Webp};
use std::collections::BTreeMap;

/// Name of its only rendition.
const NAME: &str = "image";
/// How fast AVIF is made, 1 to 10. Somebody waits for it.
const AVIF_SPEED: u8 = 10;

/// Finished pixels keep their tone, and go through their profile to sRGB. Nothing but pixels is written.
pub fn recipe(picture: &Picture, format: Format, most_px: u32) -> Recipe {
    Recipe {
        version: develop::recipe::VERSION,
        develop: Develop { tone: Tone::Linear, denoise: Denoise::Off, ..Develop::default() },
        geometry: Geometry::default(),
        filters: Vec::new(),
        watermark: None,
        metadata: Metadata { keep: Keep::None, ..Metadata::default() },
        output: Output::default(),
        seats: BTreeMap::new(),
        renditions: vec![rendition(picture, format, most_px)],
    }
}

fn rendition(picture: &Picture, format: Format, most_px: u32) -> Rendition {
    Rendition {
        name: NAME.into(),
        fit: picture.fit,
        // A side that is free is not free to be longer than any may be.
        width: picture.width.or(Some(most_px)),
        height: picture.height.or(Some(most_px)),
        gravity: Default::default(),
        background: Rgb8::default(),
        enlarge: false,
        window: None,
        filters: Vec::new(),
        watermark: None,
        color: OutputSpace::Srgb,
        profile: None,
        intent: Default::default(),
        dpi: None,
        encode: encode(format, picture.quality),
    }
}

fn encode(format: Format, quality: Option<u8>) -> Encode {
    match format {
        Format::Jpeg => {
            let own = Jpeg::default();
            Encode::Jpeg(Jpeg { quality: quality.unwrap_or(own.quality), ..own })
        }
        Format::Webp => {
            let own = Webp::default();
            Encode::Webp(Webp { quality: quality.unwrap_or(own.quality), ..own })
        }
        Format::Avif => {
            let own = Avif::default();
            Encode::Avif(Avif { quality: quality.unwrap_or(own.quality), speed: AVIF_SPEED })
        }
    }
}
