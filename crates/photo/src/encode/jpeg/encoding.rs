//! Coefficients become a file of one quality.

use super::dct::Block;
use super::frame::Frame;
use super::markers::Process;
use super::quantise::{Divisors, Levels, quantise};
use super::scans::{Band, Scans, scans};
use super::tables;
use crate::Simd;
use std::io::{self, Write};

/// What is known before the first row.
pub(super) struct Picture {
    pub simd: Simd,
    pub frame: Frame,
    pub process: Process,
    /// The wanted quality, 1 to 100.
    pub quality: u8,
    /// Everything before the frame.
    pub start: Vec<u8>,
}

/// A file being written.
pub(super) struct Encoding {
    /// Of luma and chroma.
    divisors: [Divisors; 2],
    band: Band,
    scans: Box<dyn Scans>,
}

impl Encoding {
    pub fn new(picture: &Picture, quality: u8) -> Self {
        let steps = tables::steps(quality);
        let band = picture.frame.components.map(|c| vec![Levels::ZERO; c.factors.1 * c.blocks.0]);
        Self {
            divisors: steps.map(|s| Divisors::new(&s)),
            band,
            scans: scans(picture.simd, &picture.frame, picture.process, &steps),
        }
    }

    /// Takes the blocks of MCU row `row`; rows come from top to bottom.
    pub fn row(&mut self, picture: &Picture, row: usize, blocks: [&[Block]; 3], out: &mut dyn Write) -> io::Result<()> {
        if row == 0 {
            out.write_all(&picture.start)?;
        }
        for ((blocks, levels), c) in blocks.iter().zip(&mut self.band).zip(&picture.frame.components) {
            quantise(picture.simd, blocks, &self.divisors[c.table], levels);
        }
        self.scans.band(row, &self.band, out)
    }

    /// Writes what is left.
    pub fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        self.scans.finish(out)
    }
}
