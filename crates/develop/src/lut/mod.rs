//! A look: colours looked up in a table that somebody else has made, after the tone.
//!
//! The picture is brought to the space that the table is made for, looked up there in encoded values, and goes on to the
//! rendition's space.

mod cube;
mod table;
#[cfg(test)]
mod tests;

pub use table::Table;

use crate::recipe::Lut;
use crate::render::{Assets, asset};
use crate::stage::Down;
use crate::tone::Recode;
use crate::{DevelopError, Stage};
use photo::color::{OutputSpace, transfer::unit};
use photo::{Plane, Simd, Strip};
use std::sync::Arc;

/// The recipe's look, ready for all renditions of a photo.
#[derive(Debug, Clone)]
pub struct Look {
    table: Arc<Table>,
    /// 0 to 1.
    strength: f32,
    /// The space of the table.
    pub space: OutputSpace,
}

impl Look {
    /// Reads the table that a recipe names. It holds at most two bytes for each byte of its file.
    ///
    /// # Errors
    /// A missing asset; what is wrong with it, and in which line.
    pub fn new(lut: &Lut, assets: &Assets) -> Result<Self, DevelopError> {
        let bytes = asset(assets, &lut.file)?;
        let unusable = |why| DevelopError::Step { step: "lut", why: format!("asset `{}`: {why}", lut.file) };
        let table = Arc::new(cube::parse(bytes).map_err(unusable)?);
        Ok(Self { table, strength: lut.strength / 100.0, space: lut.space })
    }

    /// The colour that takes the place of this one; encoded, 0 to 1.
    fn of(&self, rgb: [f32; 3]) -> [f32; 3] {
        let looked_up = self.table.at(rgb);
        std::array::from_fn(|c| unit(rgb[c] + self.strength * (looked_up[c] - rgb[c])))
    }
}

/// Looks up each pixel by itself.
pub struct LookStage {
    look: Look,
    recode: Option<Recode>,
}

impl LookStage {
    /// From encoded values of the look's space to those of `space`.
    pub fn new(simd: Simd, look: Look, space: OutputSpace) -> Self {
        let recode = (look.space != space).then(|| Recode::new(simd, look.space, space));
        Self { look, recode }
    }
}

impl Stage for LookStage {
    fn name(&self) -> &'static str {
        "lut"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        let [r, g, b] = strip.planes.each_mut().map(Plane::as_mut_slice);
        for ((r, g), b) in r.iter_mut().zip(&mut *g).zip(&mut *b) {
            [*r, *g, *b] = self.look.of([*r, *g, *b]);
        }
        self.recode.iter().for_each(|recode| recode.rows([&mut *r, &mut *g, &mut *b]));
        down(strip)
    }
}
