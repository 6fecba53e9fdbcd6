//! How much memory a photo needs beside what a worker holds already: the peak, known from its header and the recipe.
//!
//! It follows the buffers of the stages that this photo passes through, in rows of the width that they have there. Two
//! tests compare it with what is measured: `tests/estimate.rs` with the bytes that are allocated,
//! `tests/oracles/memory.py` with the resident set of workers. An encoder counts as for a photograph; noise without end
//! may take more, up to what it keeps at most.

mod rendition;
mod source;

use crate::work::Settings;
use develop::Recipe;
use develop::geometry::{Mapping, crop_region, place, upright_aspect};
use develop::recipe::Rendition;
use photo::Size;
use photo::decode::{Preview, Probe};
use photo::resample::{Region, Scaling};

/// Bytes of a pixel on its way: three planes of f32.
const PIXEL: u64 = 12;
/// Small things: names, metadata, profiles, lists of rows, and the ends of pages that they lie on.
const SMALL: u64 = 9 << 17;
/// One of so many bytes goes to pages that are begun and not filled.
const PAGES: u64 = 64;

/// Peak memory in bytes: the decoded picture with the most of what comes one after the other: the file with what
/// decoding needs, the camera's preview, the stages.
pub fn peak(probe: &Probe, file_bytes: u64, preview: Option<&Preview>, recipe: &Recipe, settings: &Settings) -> u64 {
    let jpeg = preview.map_or(0, |p| p.jpeg.len() as u64);
    let decoding = file_bytes + probe.working_bytes;
    // What a decoder of finished pictures keeps beside its samples is rows.
    let looking = preview.map_or(0, |p| p.size.area() * 3 + u64::from(p.size.width) * 64);
    let source = source::size(probe, recipe);
    let mapping = source::mapping(probe, recipe, source);
    let renditions = Renditions::new(probe, recipe, &mapping, settings);
    let developing = source::memory(probe, recipe, source) + source::picture_stages(probe, recipe, &mapping);
    let developing = developing + renditions.memory() + look(recipe, settings);
    let peak = probe.decoded_bytes + jpeg + SMALL + decoding.max(looking).max(developing);
    peak + peak / PAGES
}

/// The recipe's look-up table: 12 bytes an entry, of which a line of its file says one.
fn look(recipe: &Recipe, settings: &Settings) -> u64 {
    let file = recipe.develop.lut.as_ref().and_then(|lut| settings.assets.get(&lut.file));
    file.map_or(0, |bytes| 2 * bytes.len() as u64)
}

/// The renditions that can be placed; what cannot is refused before it takes memory.
struct Renditions<'a> {
    recipe: &'a Recipe,
    settings: &'a Settings,
    placed: Vec<(&'a Rendition, Scaling, Size)>,
}

impl<'a> Renditions<'a> {
    fn new(probe: &Probe, recipe: &'a Recipe, mapping: &Mapping, settings: &'a Settings) -> Self {
        let (size, aspect) = (mapping.target(), upright_aspect(probe.pixel_aspect, probe.orientation));
        let part = recipe.geometry.crop.map_or(Region::full(size), |crop| crop_region(size, crop));
        let placed = |r: &'a Rendition| place(size, aspect, part, r).ok().map(|p| (r, p.scaling, p.canvas));
        Self { recipe, settings, placed: recipe.renditions.iter().filter_map(placed).collect() }
    }

    /// The half levels, which they share, and what each has for itself.
    fn memory(&self) -> u64 {
        let deepest = self.placed.iter().map(|(_, scaling, _)| scaling).max_by_key(|scaling| scaling.levels());
        let own = |(r, scaling, canvas): &(&Rendition, Scaling, Size)| {
            rendition::memory(self.recipe, r, scaling, *canvas, &self.settings.assets)
        };
        deepest.map_or(0, rendition::half_levels) + self.placed.iter().map(own).sum::<u64>()
    }
}
