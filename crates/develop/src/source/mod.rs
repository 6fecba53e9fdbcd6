//! Where the rows come from: a decoded picture becomes upright rows of linear working RGB.

mod demosaiced;
mod display;
mod finish;
mod levels;
mod linear;
mod mosaic;
mod repaired;
pub mod thumbnail;

pub use demosaiced::DemosaicSource;
pub use display::DisplaySource;
pub use finish::FinishRow;
pub use levels::Levels;
pub use linear::LinearSource;
pub use mosaic::MosaicRows;
pub use repaired::RepairedRows;

use crate::DevelopError;
use photo::{Size, Strip};

/// Rows of a strip; a multiple of every CFA's period. Results do not depend on it. So few, that what passes from stage to
/// stage stays in the cache, also where several workers share it.
pub const STRIP_ROWS: usize = 12;

/// Upright rows of the photo's crop in linear working RGB (BT.2020 primaries, D65), from top to bottom.
pub trait Source {
    /// Size of the whole picture that the rows make.
    fn size(&self) -> Size;

    /// Fills `strip` with the next rows, at most [`STRIP_ROWS`]; false when there are none left.
    fn next(&mut self, strip: &mut Strip) -> Result<bool, DevelopError>;
}
