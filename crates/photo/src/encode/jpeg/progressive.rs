//! The progressive process (T.81, annex G): ten scans with spectral selection and successive approximation, each with
//! tables of its own, in the order that libjpeg's authors found good.

use super::entropy::{Coder, Counts, Writer};
use super::frame::Frame;
use super::markers::{self, EOI, Part, Process};
use super::runs::{MOST, Runs};
use super::scans::{Band, Scans};
use super::{ac_scans, dc_scans};
use std::io::{self, Write};

/// Components, and what of them.
type Scan = (&'static [usize], Part);

const fn part(first: u8, last: u8, before: u8, after: u8) -> Part {
    Part { band: (first, last), before, after }
}

/// Rough colour, rough luma, then finer.
const SCRIPT: [Scan; 10] = [
    (&[0, 1, 2], part(0, 0, 0, 1)),
    (&[0], part(1, 5, 0, 2)),
    (&[2], part(1, 63, 0, 1)),
    (&[1], part(1, 63, 0, 1)),
    (&[0], part(6, 63, 0, 2)),
    (&[0], part(1, 63, 2, 1)),
    (&[0, 1, 2], part(0, 0, 1, 0)),
    (&[2], part(1, 63, 1, 0)),
    (&[1], part(1, 63, 1, 0)),
    (&[0], part(1, 63, 1, 0)),
];

/// Keeps the runs of every block, since every scan needs them.
pub(super) struct Progressive {
    frame: Frame,
    steps: [[u8; 64]; 2],
    /// Of each component, its blocks row by row.
    runs: [Runs; 3],
}

impl Progressive {
    pub fn new(frame: &Frame, steps: &[[u8; 64]; 2]) -> Self {
        let runs = frame.components.map(|c| Runs::new(c.area() * MOST));
        Self { frame: frame.clone(), steps: *steps, runs }
    }

    fn table(&self, component: usize) -> usize {
        self.frame.components[component].table
    }

    fn scan(&self, (components, part): Scan, out: &mut dyn Write) -> io::Result<()> {
        let mut counts = Counts::none();
        self.code((components, part), &mut counts, out)?;
        let tables = counts.tables();
        markers::scan(&self.frame, components, part, &tables, out)?;
        let mut writer = Writer::new(&tables);
        self.code((components, part), &mut writer, out)?;
        writer.finish(out)
    }

    fn code(&self, (components, part): Scan, coder: &mut impl Coder, out: &mut dyn Write) -> io::Result<()> {
        match (components, part) {
            (&[c], Part { before: 0, .. }) => ac_scans::first(&self.runs[c], self.table(c), part, coder, out),
            (&[c], _) => ac_scans::refine(&self.runs[c], self.table(c), part, coder, out),
            _ => dc_scans::code(&self.frame, &self.runs, part, coder, out),
        }
    }
}

impl Scans for Progressive {
    fn band(&mut self, row: usize, band: &Band, _: &mut dyn Write) -> io::Result<()> {
        for ((runs, blocks), c) in self.runs.iter_mut().zip(band).zip(&self.frame.components) {
            let blocks = &blocks[..c.block_rows(row) * c.blocks.0];
            blocks.iter().for_each(|levels| runs.push(c.table, levels.values[0], levels));
        }
        Ok(())
    }

    fn finish(self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&markers::frame(&self.frame, Process::Progressive, &self.steps))?;
        SCRIPT.iter().try_for_each(|scan| self.scan(*scan, out))?;
        out.write_all(&EOI)
    }
}
