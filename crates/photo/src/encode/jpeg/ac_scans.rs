//! AC levels of a progressive file (T.81, G.1.2.2 and G.1.2.3): a band of one component, without the lowest bits at
//! first, then one more bit of each level.

use super::entropy::{AC, Coder};
use super::markers::Part;
use super::runs::{Runs, run};
use std::io::{self, Write};

/// Sixteen zeros.
const ZRL: u8 = 0xf0;
/// Most blocks that one symbol ends.
const MOST_ENDS: u32 = 0x7fff;
/// Correction bits after which a run of ends is cut, so that few wait.
const MOST_CORRECTIONS: usize = 900;

/// Blocks that end, which are told together before anything else is.
struct Ends<'a, C> {
    coder: &'a mut C,
    table: usize,
    /// Blocks that end and are not told yet.
    ends: u32,
    /// Correction bits of these blocks.
    corrections: Vec<u8>,
}

impl<'a, C: Coder> Ends<'a, C> {
    fn new(coder: &'a mut C, table: usize) -> Self {
        Self { coder, table: AC + table, ends: 0, corrections: Vec::new() }
    }

    /// One more block ends.
    fn end(&mut self, corrections: &[u8]) {
        self.ends += 1;
        self.corrections.extend_from_slice(corrections);
        if self.ends == MOST_ENDS || self.corrections.len() > MOST_CORRECTIONS {
            self.tell();
        }
    }

    fn tell(&mut self) {
        if self.ends > 0 {
            let size = self.ends.ilog2();
            self.coder.symbol(self.table, (size << 4) as u8, self.ends & ((1 << size) - 1), size);
            self.ends = 0;
            append(self.coder, &mut self.corrections);
        }
    }
}

/// Writes the bits, and forgets them.
fn append(coder: &mut impl Coder, bits: &mut Vec<u8>) {
    bits.drain(..).for_each(|bit| coder.bits(bit.into(), 1));
}

/// The levels of a block within the band that are not zero without the bits left out: position, size, sign.
fn levels(runs: &[u16], part: Part) -> impl Iterator<Item = (u32, u32, bool)> {
    let (first, last) = (u32::from(part.band.0), u32::from(part.band.1));
    let mut next = 1;
    let placed = runs.iter().map(move |word| {
        let (zeros, level) = run(*word);
        next += zeros + 1;
        (next - 1, level.unsigned_abs() >> part.after, level < 0)
    });
    placed.take_while(move |(k, ..)| *k <= last).filter(move |(k, level, _)| *k >= first && *level != 0)
}

/// The first scan of a band.
pub(super) fn first(
    runs: &Runs,
    table: usize,
    part: Part,
    coder: &mut impl Coder,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut ends = Ends::new(coder, table);
    for block in runs.blocks() {
        let mut after = u32::from(part.band.0);
        for (k, level, negative) in levels(block.runs, part) {
            ends.tell();
            let mut zeros = k - after;
            while zeros > 15 {
                ends.coder.symbol(ends.table, ZRL, 0, 0);
                zeros -= 16;
            }
            ends.coder.level(ends.table, zeros, if negative { -(level as i32) } else { level as i32 });
            after = k + 1;
        }
        if after <= u32::from(part.band.1) {
            ends.end(&[]);
        }
        ends.coder.pass_on(out)?;
    }
    ends.tell();
    Ok(())
}

/// A later scan: levels that become one now, and one more bit of those that were told before.
pub(super) fn refine(
    runs: &Runs,
    table: usize,
    part: Part,
    coder: &mut impl Coder,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut ends = Ends::new(coder, table);
    // Correction bits since the latest symbol.
    let mut corrections = Vec::new();
    for block in runs.blocks() {
        let last_new = levels(block.runs, part).filter(|(_, level, _)| *level == 1).map(|(k, ..)| k).last();
        // Zeros since the latest symbol; known levels do not count.
        let (mut after, mut zeros) = (u32::from(part.band.0), 0);
        for (k, level, negative) in levels(block.runs, part) {
            zeros += k - after;
            after = k + 1;
            while zeros > 15 && last_new.is_some_and(|last| k <= last) {
                ends.tell();
                ends.coder.symbol(ends.table, ZRL, 0, 0);
                append(ends.coder, &mut corrections);
                zeros -= 16;
            }
            if level > 1 {
                corrections.push((level & 1) as u8);
                continue;
            }
            ends.tell();
            ends.coder.symbol(ends.table, (zeros << 4 | 1) as u8, u32::from(!negative), 1);
            append(ends.coder, &mut corrections);
            zeros = 0;
        }
        if zeros > 0 || after <= u32::from(part.band.1) || !corrections.is_empty() {
            ends.end(&corrections);
            corrections.clear();
        }
        ends.coder.pass_on(out)?;
    }
    ends.tell();
    Ok(())
}
