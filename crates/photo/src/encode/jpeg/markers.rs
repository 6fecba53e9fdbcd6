//! The marker segments of a file (T.81, annex B).

use super::entropy::{AC, TABLES};
use super::frame::Frame;
use super::huffman::Table;
use super::tables::NATURAL;
use crate::encode::Attachments;
use std::io::{self, Write};

/// End of image.
pub(super) const EOI: [u8; 2] = [0xff, 0xd9];
const SOI: [u8; 2] = [0xff, 0xd8];
const APP0: u8 = 0xe0;
const DQT: u8 = 0xdb;
const DHT: u8 = 0xc4;
const SOS: u8 = 0xda;

/// Which scans follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// SOF0.
    Baseline,
    /// SOF2.
    Progressive,
}

/// Everything before the frame: JFIF 1.02, then the metadata.
pub(super) fn start(attach: &Attachments) -> Vec<u8> {
    let (unit, dpi) = attach.dpi.map_or((0, 1), |dpi| (1, dpi.min(65_535) as u16));
    let [high, low] = dpi.to_be_bytes();
    let jfif = segment(APP0, &[b"JFIF\0\x01\x02", &[unit, high, low, high, low, 0, 0][..]].concat());
    let apps = super::segments::all(attach);
    let apps = apps.iter().flat_map(|(number, data)| segment(APP0 + number, data));
    SOI.into_iter().chain(jfif).chain(apps).collect()
}

/// Quantisation tables, given in natural order, and the frame.
pub(super) fn frame(frame: &Frame, process: Process, steps: &[[u8; 64]; 2]) -> Vec<u8> {
    let tables = [0, 1].map(|i| [&[i as u8][..], &NATURAL.map(|n| steps[i][usize::from(n)])].concat());
    let sof = if process == Process::Baseline { 0xc0 } else { 0xc2 };
    let [width, height] = [frame.size.width, frame.size.height].map(|v| (v as u16).to_be_bytes());
    let mut header = [&[8][..], &height, &width, &[frame.components.len() as u8]].concat();
    for (id, c) in (1..).zip(&frame.components) {
        header.extend([id, (c.factors.0 << 4 | c.factors.1) as u8, c.table as u8]);
    }
    [segment(DQT, &tables.concat()), segment(sof, &header)].concat()
}

/// Which coefficients a scan holds, and which of their bits (T.81, G.1.1.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// First and last zigzag position.
    pub band: (u8, u8),
    /// Bits that were left out so far; 0 in the first scan of a band.
    pub before: u8,
    /// Bits that this scan leaves out.
    pub after: u8,
}

/// Huffman tables and the head of a scan of these components.
pub(super) fn scan(
    frame: &Frame,
    components: &[usize],
    part: Part,
    tables: &[Option<Table>; TABLES],
    out: &mut dyn Write,
) -> io::Result<()> {
    let tables = tables.iter().enumerate().filter_map(|(i, table)| {
        let id = (((i / AC) << 4) | (i % AC)) as u8;
        Some([&[id][..], &table.as_ref()?.definition()].concat())
    });
    let tables: Vec<u8> = tables.flatten().collect();
    if !tables.is_empty() {
        out.write_all(&segment(DHT, &tables))?;
    }
    let mut header = vec![components.len() as u8];
    for &c in components {
        let table = frame.components[c].table as u8;
        // A progressive scan has one kind of table and says 0 for the other.
        let (dc, ac) = (if part.band.0 == 0 { table } else { 0 }, if part.band.1 > 0 { table } else { 0 });
        header.extend([c as u8 + 1, dc << 4 | ac]);
    }
    header.extend([part.band.0, part.band.1, part.before << 4 | part.after]);
    out.write_all(&segment(SOS, &header))
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker][..], &length, data].concat()
}
