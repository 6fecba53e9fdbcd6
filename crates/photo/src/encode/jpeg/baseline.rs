//! The sequential process: one interleaved scan with tables made for the picture.
//!
//! Runs are kept until the tables are known. That is at the end, or when the picture turns out to be large or noisy:
//! then tables are made from what was seen, any symbol that may still come gets a code, and the rest streams.

use super::entropy::{AC, Coder, Counts, Writer};
use super::frame::Frame;
use super::markers::{self, EOI, Part, Process};
use super::quantise::Levels;
use super::runs::{MOST, Runs, run};
use super::scans::{Band, Scans};
use crate::Simd;
use std::io::{self, Write};

/// Words of runs that are kept before tables are made: 8 MiB.
const KEPT: usize = 1 << 22;

pub(super) struct Baseline {
    simd: Simd,
    frame: Frame,
    steps: [[u8; 64]; 2],
    runs: Runs,
    /// The latest DC level of each component.
    dc: [i16; 3],
    /// Once tables are made.
    writer: Option<Writer>,
}

impl Baseline {
    pub fn new(simd: Simd, frame: &Frame, steps: &[[u8; 64]; 2]) -> Self {
        let runs = Runs::new(Self::room(frame));
        Self { simd, frame: frame.clone(), steps: *steps, runs, dc: [0; 3], writer: None }
    }

    /// Words of runs that may wait for tables: those of the whole picture, or [`KEPT`] and one row of MCUs.
    pub fn room(frame: &Frame) -> usize {
        let row = frame.mcus.0 * frame.mcu_blocks() * MOST;
        (row * frame.mcus.1).min(KEPT + row)
    }

    /// Makes the tables, with `counts` added, and writes everything up to the scan's data.
    fn settle(&mut self, counts: Counts, out: &mut dyn Write) -> io::Result<Writer> {
        let tables = count(self.simd, &self.runs, counts, out)?.tables();
        out.write_all(&markers::frame(&self.frame, Process::Baseline, &self.steps))?;
        markers::scan(&self.frame, &[0, 1, 2], Part { band: (0, 63), before: 0, after: 0 }, &tables, out)?;
        Ok(Writer::new(&tables))
    }
}

impl Scans for Baseline {
    fn band(&mut self, row: usize, band: &Band, out: &mut dyn Write) -> io::Result<()> {
        keep(self.simd, &self.frame, row, band, &mut self.dc, &mut self.runs);
        if self.writer.is_none() && self.runs.len() > KEPT {
            self.writer = Some(self.settle(any(), out)?);
        }
        if let Some(writer) = self.writer.take() {
            self.writer = Some(write(self.simd, &self.runs, writer, out)?);
            self.runs.clear();
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.settle(Counts::none(), out)?,
        };
        write(self.simd, &self.runs, writer, out)?.finish(out)?;
        out.write_all(&EOI)
    }
}

/// Appends the blocks of an MCU row in the order of the scan.
#[inline(always)]
fn keep_kernel(frame: &Frame, row: usize, band: &Band, dc: &mut [i16; 3], runs: &mut Runs) {
    for column in 0..frame.mcus.0 {
        for (c, at) in frame.mcu(row, column) {
            let levels = at.map_or(&Levels::ZERO, |at| &band[c][at]);
            // Beyond the edge the level before is repeated, which costs least.
            let level = if at.is_some() { levels.values[0] } else { dc[c] };
            runs.push(frame.components[c].table, level - dc[c], levels);
            dc[c] = level;
        }
    }
}

/// Blocks become symbols (T.81, F.1.2).
///
/// The coder is passed by value, so that its waiting bits stay in registers.
#[inline(always)]
fn code<C: Coder>(runs: &Runs, mut coder: C, out: &mut dyn Write) -> io::Result<C> {
    for block in runs.blocks() {
        coder.level(block.table, 0, block.dc.into());
        for word in block.runs {
            let (zeros, level) = run(*word);
            coder.level(AC + block.table, zeros, level);
        }
        coder.pass_on(out)?;
    }
    Ok(coder)
}

crate::dispatch!(fn keep(frame: &Frame, row: usize, band: &Band, dc: &mut [i16; 3], runs: &mut Runs) = keep_kernel);
crate::dispatch!(fn count(runs: &Runs, counts: Counts, out: &mut dyn Write) -> io::Result<Counts> = code);
crate::dispatch!(fn write(runs: &Runs, writer: Writer, out: &mut dyn Write) -> io::Result<Writer> = code);

/// One of each symbol that 8-bit samples can need.
fn any() -> Counts {
    let mut counts = Counts::none();
    for table in 0..AC {
        counts.0[table][..=11].fill(1);
        for zeros in 0..16 {
            counts.0[AC + table][16 * zeros + 1..][..10].fill(1);
        }
        // End of block; sixteen zeros.
        counts.0[AC + table][0] = 1;
        counts.0[AC + table][0xf0] = 1;
    }
    counts
}
