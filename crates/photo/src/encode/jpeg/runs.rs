//! Blocks as the entropy coders see them: the DC level, then every level that is not zero with the zeros before it. A
//! photograph at quality 85 takes less than half a byte a pixel in this form, and no picture more than 132 bytes a block.

use super::quantise::Levels;
use super::tables::NATURAL;

/// The most words of a block: two of its head, 63 of AC levels, one spare.
pub(super) const MOST: usize = 66;

/// Sixteen zeros.
pub(super) const ZEROS: u16 = 0xf000;
/// Nothing but zeros follow.
pub(super) const END: u16 = 0;

/// Room for a number of blocks, taken at once; the system supplies the pages as they are filled.
pub(super) struct Runs {
    /// For each block: the number of its runs with the table in the highest bit, the DC level, the runs.
    words: Vec<u16>,
    len: usize,
}

/// One block.
pub(super) struct Coded<'a> {
    /// Which Huffman tables.
    pub table: usize,
    /// DC level, or its difference.
    pub dc: i16,
    /// See [`run`].
    pub runs: &'a [u16],
}

impl Runs {
    /// Room for so many words.
    pub fn new(words: usize) -> Self {
        Self { words: vec![0; words], len: 0 }
    }

    /// Words in use.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends a block.
    #[inline(always)]
    pub fn push(&mut self, table: usize, dc: i16, levels: &Levels) {
        let Some(block) = self.words[self.len..].first_chunk_mut::<MOST>() else { return };
        // DC stands by itself.
        let mut present = levels.present & !1;
        let (mut count, mut after) = (2, 1);
        while present != 0 {
            let k = present.trailing_zeros();
            present &= present - 1;
            let level = levels.values[usize::from(NATURAL[k as usize & 63])] as u16 & 0xfff;
            let mut zeros = k - after;
            while zeros > 15 {
                (block[count], count, zeros) = (ZEROS, count + 1, zeros - 16);
            }
            (block[count], count, after) = ((zeros << 12) as u16 | level, count + 1, k + 1);
        }
        if after < 64 {
            (block[count], count) = (END, count + 1);
        }
        (block[0], block[1]) = ((count - 2) as u16 | (table << 15) as u16, dc as u16);
        self.len += count;
    }

    /// All blocks, in the order of their coming.
    pub fn blocks(&self) -> impl Iterator<Item = Coded<'_>> {
        let mut rest = &self.words[..self.len];
        std::iter::from_fn(move || {
            let [head, dc, words @ ..] = rest else { return None };
            let (runs, after) = words.split_at(usize::from(head & 0x7fff));
            rest = after;
            Some(Coded { table: usize::from(head >> 15), dc: *dc as i16, runs })
        })
    }
}

/// Zeros before the level, and the level.
#[inline(always)]
pub(super) fn run(word: u16) -> (u32, i32) {
    (u32::from(word >> 12), i32::from((word << 4) as i16 >> 4))
}
