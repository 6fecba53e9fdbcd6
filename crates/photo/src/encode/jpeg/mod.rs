//! JPEG (ITU-T T.81), 8 bits, Huffman coded: sequential with one scan or progressive.
//!
//! Rows become samples ([`samples`], [`color`]), these become coefficients as soon as a row of MCUs is full ([`dct`]),
//! levels ([`quantise`]), runs ([`runs`]) and, with tables made for the picture ([`huffman`]), the bits of its scans
//! ([`baseline`], [`progressive`]).

mod ac_scans;
mod baseline;
mod color;
mod dc_scans;
mod dct;
mod encoding;
mod entropy;
mod frame;
mod huffman;
mod markers;
mod progressive;
mod quantise;
mod runs;
mod samples;
mod scans;
mod search;
mod segments;
mod tables;
mod transpose;

use super::{Attachments, Jpeg as Options, Out, RowEncoder, Rows, write_error};
use crate::{PhotoError, Simd, Size};
use baseline::Baseline;
use dct::Block;
use encoding::{Encoding, Picture};
use frame::Frame;
use markers::Process;
use quantise::Levels;
use samples::Samples;
use search::Search;
use std::io::Write;

/// Words of runs that a block of a photograph takes, up to quality 90 and above it; noise takes up to [`runs::MOST`].
const WORDS: [usize; 2] = [22, 40];
/// Tenths of that for a block of luma and of the two colour differences, which are smoother.
const SHARE: [usize; 3] = [13, 4, 4];

/// Bytes that an encoder of such a picture takes for a photograph: the rows being collected, and what waits for tables or
/// for a quality. Noise may take four times as much, sequential no more than some 10 MB (more only for very wide
/// pictures).
pub(super) fn memory(options: &Options, size: Size) -> u64 {
    let frame = Frame::new(size, options.subsampling);
    let all: usize = frame.components.iter().map(|c| c.area()).sum();
    let row = frame.mcus.0 * frame.mcu_blocks();
    let rows = row * (size_of::<Block>() + size_of::<Levels>() + 64) + 4 * size.width as usize;
    let words = WORDS[usize::from(options.quality > 90)];
    let words: usize = frame.components.iter().zip(SHARE).map(|(c, share)| c.area() * words * share / 10).sum();
    let runs = match options.progressive {
        // Every block, and the DC levels side by side for their scans.
        true => 2 * words + 2 * all,
        false => 2 * Baseline::room(&frame).min(words),
    };
    let searched = if options.max_bytes.is_some() { all * size_of::<Block>() } else { 0 };
    (rows + runs + searched) as u64
}

/// Transforms each row of MCUs as it fills.
pub(super) struct Jpeg {
    picture: Picture,
    samples: Samples,
    /// Coefficients of one row of MCUs, by component.
    blocks: [Vec<Block>; 3],
    /// Rows of MCUs done.
    done: usize,
    target: Target,
    out: Out,
}

/// Where coefficients go.
enum Target {
    /// Into the file.
    File(Box<Encoding>),
    /// Into memory, until the quality is known.
    Search(Search),
}

impl Jpeg {
    pub fn new(simd: Simd, options: &Options, size: Size, attach: &Attachments, out: Out) -> Self {
        let frame = Frame::new(size, options.subsampling);
        let process = if options.progressive { Process::Progressive } else { Process::Baseline };
        let samples = Samples::new(simd, &frame);
        let blocks = frame.components.map(|c| vec![[0; 64]; c.factors.1 * c.blocks.0]);
        let picture = Picture { simd, frame, process, quality: options.quality, start: markers::start(attach) };
        let target = match options.max_bytes {
            None => Target::File(Box::new(Encoding::new(&picture, picture.quality))),
            Some(max) => Target::Search(Search::new(&picture, max)),
        };
        Self { picture, samples, blocks, done: 0, target, out }
    }

    /// Transforms the samples of a full row of MCUs and hands them on.
    fn transform(&mut self) -> Result<(), PhotoError> {
        let mut blocks: [&[Block]; 3] = [&[]; 3];
        let components = self.picture.frame.components.iter().enumerate();
        for (((i, c), buffer), blocks) in components.zip(&mut self.blocks).zip(&mut blocks) {
            let rows = self.samples.plane(i).chunks_exact(64 * c.blocks.0).zip(buffer.chunks_exact_mut(c.blocks.0));
            rows.for_each(|(samples, out)| dct::forward(self.picture.simd, samples, out));
            *blocks = &buffer[..c.block_rows(self.done) * c.blocks.0];
        }
        self.samples.clear();
        self.done += 1;
        match &mut self.target {
            Target::Search(search) => search.push(blocks),
            Target::File(encoding) => {
                encoding.row(&self.picture, self.done - 1, blocks, &mut self.out).map_err(write_error)?
            }
        }
        Ok(())
    }
}

impl RowEncoder for Jpeg {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        let planes = [0, 1, 2].map(|c| rows.u8().as_chunks::<3>().0.iter().map(|pixel| pixel[c]).collect::<Vec<_>>());
        self.planes(planes.each_ref().map(Vec::as_slice))
    }

    fn planes(&mut self, [r, g, b]: [&[u8]; 3]) -> Result<(), PhotoError> {
        let width = self.picture.frame.size.width as usize;
        for ((r, g), b) in r.chunks_exact(width).zip(g.chunks_exact(width)).zip(b.chunks_exact(width)) {
            if self.samples.push([r, g, b]) {
                self.transform()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), PhotoError> {
        if !self.samples.is_empty() {
            self.samples.fill();
            self.transform()?;
        }
        let Self { picture, target, mut out, .. } = *self;
        match target {
            Target::File(encoding) => encoding.finish(&mut out).map_err(write_error)?,
            Target::Search(search) => search.finish(&picture, &mut out)?,
        }
        out.flush().map_err(write_error)
    }
}
