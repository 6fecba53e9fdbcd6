//! What takes the levels of a picture and writes its scans.

use super::baseline::Baseline;
use super::frame::Frame;
use super::markers::Process;
use super::progressive::Progressive;
use super::quantise::Levels;
use crate::Simd;
use std::io::{self, Write};

/// The blocks of one MCU row: of each component, its rows of blocks one after another.
pub(super) type Band = [Vec<Levels>; 3];

/// Writes frame and scans.
pub(super) trait Scans {
    /// Takes MCU row `row`; they come from top to bottom.
    fn band(&mut self, row: usize, band: &Band, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what is left, up to the end of the image.
    fn finish(self: Box<Self>, out: &mut dyn Write) -> io::Result<()>;
}

/// Scans of a picture whose quantisation steps, in natural order, are these.
pub(super) fn scans(simd: Simd, frame: &Frame, process: Process, steps: &[[u8; 64]; 2]) -> Box<dyn Scans> {
    match process {
        Process::Baseline => Box::new(Baseline::new(simd, frame, steps)),
        Process::Progressive => Box::new(Progressive::new(frame, steps)),
    }
}
