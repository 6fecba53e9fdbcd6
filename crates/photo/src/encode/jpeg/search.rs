//! The best quality whose file fits: coefficients are kept and quantised again for each try; the transform is done once.

use super::dct::Block;
use super::encoding::{Encoding, Picture};
use crate::PhotoError;
use crate::encode::{refused, write_error};
use std::io::{self, Write};

/// The coefficients of a picture.
pub(super) struct Search {
    /// Of each component, its blocks row by row.
    kept: [Vec<Block>; 3],
    /// Largest file in bytes.
    max: u64,
}

impl Search {
    /// Room for all of them.
    pub fn new(picture: &Picture, max: u64) -> Self {
        Self { kept: picture.frame.components.map(|c| Vec::with_capacity(c.area())), max }
    }

    /// Takes the blocks of the next MCU row.
    pub fn push(&mut self, blocks: [&[Block]; 3]) {
        self.kept.iter_mut().zip(blocks).for_each(|(kept, blocks)| kept.extend_from_slice(blocks));
    }

    /// Writes the file of the best quality that fits, up to the wanted one.
    pub fn finish(&self, picture: &Picture, out: &mut dyn Write) -> Result<(), PhotoError> {
        let length = |quality| {
            let mut length = Length(0);
            self.encode(picture, quality, &mut length).map_err(write_error)?;
            Ok(length.0)
        };
        let quality = best(picture.quality, self.max, length)?;
        self.encode(picture, quality, out).map_err(write_error)
    }

    fn encode(&self, picture: &Picture, quality: u8, out: &mut dyn Write) -> io::Result<()> {
        let mut encoding = Encoding::new(picture, quality);
        for row in 0..picture.frame.mcus.1 {
            let blocks = std::array::from_fn(|i| {
                let c = &picture.frame.components[i];
                &self.kept[i][row * c.factors.1 * c.blocks.0..][..c.block_rows(row) * c.blocks.0]
            });
            encoding.row(picture, row, blocks, out)?;
        }
        encoding.finish(out)
    }
}

/// The best quality up to `wanted` whose `length` is at most `max`.
fn best(wanted: u8, max: u64, length: impl Fn(u8) -> Result<u64, PhotoError>) -> Result<u8, PhotoError> {
    if length(wanted)? <= max {
        return Ok(wanted);
    }
    let least = length(1)?;
    if least > max {
        return Err(refused("JPEG", format!("max_bytes is {max}, the smallest file has {least} bytes at quality 1")));
    }
    let (mut low, mut high) = (1, wanted);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if length(middle)? <= max { low = middle } else { high = middle }
    }
    Ok(low)
}

/// Counts bytes.
struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
