//! The last step of a rendition whose file has a profile of somebody else.

use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::Strip;
use photo::color::OutputColor;

/// Encoded values of the rendition's space become those of the profile.
pub struct ProfileStage(pub OutputColor);

impl Stage for ProfileStage {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        (0..strip.rows).try_for_each(|y| self.0.row(strip.rows3_mut(y)))?;
        down(strip)
    }
}
