//! Where the symbols of a scan go: into frequencies first, into bits then.

use super::huffman::{Code, Table};
use std::io::{self, Write};

/// Tables: DC of luma and chroma, AC of luma and chroma.
pub(super) const TABLES: usize = 4;
/// Number of the first AC table.
pub(super) const AC: usize = 2;

/// Takes what a scan is made of.
pub(super) trait Coder {
    /// A symbol of a table and the `count` bits that follow it, at most 16.
    fn symbol(&mut self, table: usize, symbol: u8, bits: u32, count: u32);

    /// Up to 16 bits without symbol.
    fn bits(&mut self, bits: u32, count: u32);

    /// Hands over what is ready, when that is much.
    fn pass_on(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// The symbol that tells a level's size, after `zeros`, and the bits that tell which of that size (T.81, F.1.2).
    #[inline(always)]
    fn level(&mut self, table: usize, zeros: u32, level: i32) {
        let size = (2 * level.unsigned_abs() + 1).ilog2();
        let bits = (level + (level >> 31)) as u32 & ((1 << size) - 1);
        self.symbol(table, (zeros << 4 | size) as u8, bits, size);
    }
}

/// How often each symbol comes.
pub(super) struct Counts(pub Box<[[u32; 256]; TABLES]>);

impl Counts {
    /// None yet.
    pub fn none() -> Self {
        Self(Box::new([[0; 256]; TABLES]))
    }

    /// The best tables; one without symbols is empty.
    pub fn tables(&self) -> [Option<Table>; TABLES] {
        std::array::from_fn(|i| self.0[i].iter().any(|f| *f > 0).then(|| Table::optimal(&self.0[i])))
    }
}

impl Coder for Counts {
    #[inline(always)]
    fn symbol(&mut self, table: usize, symbol: u8, _: u32, _: u32) {
        self.0[table][usize::from(symbol)] += 1;
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, _: u32) {}

    #[inline(always)]
    fn pass_on(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes that are collected before they are handed over.
const BATCH: usize = 1 << 15;

/// Bits of a scan.
pub(super) struct Writer {
    codes: Box<[[Code; 256]; TABLES]>,
    bytes: Vec<u8>,
    /// The latest bits, right-aligned, and how many of them wait; fewer than 32 between calls.
    latest: u64,
    waiting: u32,
}

impl Writer {
    pub fn new(tables: &[Option<Table>; TABLES]) -> Self {
        let codes = std::array::from_fn(|i| tables[i].as_ref().map_or([Code::default(); 256], Table::codes));
        Self { codes: Box::new(codes), bytes: Vec::with_capacity(2 * BATCH), latest: 0, waiting: 0 }
    }

    /// Up to 32 bits; those above `count` are zero.
    #[inline(always)]
    fn put(&mut self, bits: u32, count: u32) {
        self.latest = self.latest << count | u64::from(bits);
        self.waiting += count;
        if self.waiting >= 32 {
            self.waiting -= 32;
            append(&mut self.bytes, (self.latest >> self.waiting) as u32);
        }
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    /// Fills the last byte with ones and hands it over.
    pub fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        let padding = self.waiting.next_multiple_of(8) - self.waiting;
        let (bits, count) = (self.latest << padding | ((1 << padding) - 1), self.waiting + padding);
        (0..count / 8).rev().for_each(|i| stuffed(&mut self.bytes, (bits >> (8 * i)) as u8));
        self.flush(out)
    }
}

/// Four bytes, with a zero after each 0xff.
#[inline(always)]
fn append(bytes: &mut Vec<u8>, word: u32) {
    // Bytes of 0xff are zeros of the complement.
    if (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080 == 0 {
        bytes.extend_from_slice(&word.to_be_bytes());
    } else {
        word.to_be_bytes().iter().for_each(|byte| stuffed(bytes, *byte));
    }
}

fn stuffed(bytes: &mut Vec<u8>, byte: u8) {
    bytes.push(byte);
    if byte == 0xff {
        bytes.push(0);
    }
}

impl Coder for Writer {
    #[inline(always)]
    fn symbol(&mut self, table: usize, symbol: u8, bits: u32, count: u32) {
        let code = self.codes[table][usize::from(symbol)];
        self.put(u32::from(code.bits) << count | bits, u32::from(code.length) + count);
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, count: u32) {
        self.put(bits, count);
    }

    #[inline(always)]
    fn pass_on(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.bytes.len() < BATCH { Ok(()) } else { self.flush(out) }
    }
}
