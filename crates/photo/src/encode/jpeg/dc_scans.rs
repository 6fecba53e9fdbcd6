//! DC levels of a progressive file (T.81, G.1.2.1): interleaved, without their lowest bits at first, then these.

use super::entropy::Coder;
use super::frame::Frame;
use super::markers::Part;
use super::runs::Runs;
use std::io::{self, Write};

/// Codes one scan of all components, whose blocks `runs` has row by row.
pub(super) fn code(
    frame: &Frame,
    runs: &[Runs; 3],
    part: Part,
    coder: &mut impl Coder,
    out: &mut dyn Write,
) -> io::Result<()> {
    let levels = runs.each_ref().map(|runs| runs.blocks().map(|b| b.dc).collect::<Vec<i16>>());
    let mut before = [0; 3];
    for row in 0..frame.mcus.1 {
        for column in 0..frame.mcus.0 {
            for (c, at) in frame.mcu(row, column) {
                let component = &frame.components[c];
                let above = row * component.factors.1 * component.blocks.0;
                // Beyond the edge the level before is repeated.
                let level = at.map_or(before[c], |at| i32::from(levels[c][above + at] >> part.after));
                match part.before {
                    0 => coder.level(component.table, 0, level - before[c]),
                    _ => coder.bits(level as u32 & 1, 1),
                }
                before[c] = level;
            }
        }
        coder.pass_on(out)?;
    }
    Ok(())
}
