//! A photo and a recipe become files: the one entrance to the pipeline.

use crate::{DevelopError, Recipe, recipe::Rendition};
use photo::{Photo, Simd, encode::Output};
use std::collections::BTreeMap;

/// Pictures and fonts that a recipe names, by id.
pub type Assets = BTreeMap<String, Vec<u8>>;

/// A picture handed to a tool: interleaved 16-bit RGB in the rendition's colour space.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolPicture {
    /// Its size.
    pub size: photo::Size,
    /// R, G, B, R, G, B …; `3 * size.area()` samples.
    pub samples: Vec<u16>,
}

/// Runs the tool of this name over a picture; supplied by whoever may start programs.
pub type ToolRunner<'a> = &'a dyn Fn(&str, ToolPicture) -> Result<ToolPicture, DevelopError>;

/// Opens the file of a rendition, to be written and sought in; called once for each, in the order of the recipe.
pub type OpenOutput<'a> = &'a mut dyn FnMut(&Rendition) -> Result<Box<dyn Output>, DevelopError>;

/// One photo to develop.
pub struct Job<'a> {
    /// The decoded photo.
    pub photo: Photo,
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
    /// Instruction set.
    pub simd: Simd,
    /// Use the plain whole-image reference path in place of the tiled one: the oracle, slow and hungry.
    pub reference: bool,
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rendered {
    /// One entry a rendition: name and size in pixels.
    pub renditions: Vec<(String, photo::Size)>,
    /// Seconds by stage name, measured by the caller's clock through [`Job`]; empty where no clock was given.
    pub stages_s: Vec<(String, f64)>,
}

/// Makes the wanted renditions.
pub fn render(_job: Job, _open: OpenOutput) -> Result<Rendered, DevelopError> {
    Err(DevelopError::Step { step: "render", why: "not supported yet".into() })
}
