//! The rows that encoders take, and the check that they are the promised ones.

use super::{Depth, Encode, RowEncoder, depth, name, refused};
use crate::{PhotoError, Size};

/// Whole rows, interleaved R, G, B, from top to bottom; 0 is black, the largest number is white.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// 8 bits a sample.
    U8(&'a [u8]),
    /// 16 bits a sample.
    U16(&'a [u16]),
}

impl<'a> Rows<'a> {
    /// Number of samples.
    fn len(&self) -> usize {
        match self {
            Self::U8(s) => s.len(),
            Self::U16(s) => s.len(),
        }
    }

    fn depth(&self) -> Depth {
        match self {
            Self::U8(_) => Depth::Eight,
            Self::U16(_) => Depth::Sixteen,
        }
    }

    /// 8-bit samples; empty for 16-bit rows, which [`Checked`] keeps away from encoders that want 8.
    pub(super) fn u8(self) -> &'a [u8] {
        match self {
            Self::U8(s) => s,
            Self::U16(_) => &[],
        }
    }
}

/// Lets only the promised rows through to an encoder.
pub(super) struct Checked {
    inner: Box<dyn RowEncoder>,
    format: &'static str,
    depth: Depth,
    row: usize,
    left: usize,
}

impl Checked {
    pub fn new(inner: Box<dyn RowEncoder>, options: &Encode, size: Size) -> Self {
        let (row, left) = (3 * size.width as usize, size.height as usize);
        Self { inner, format: name(options), depth: depth(options), row, left }
    }
}

impl RowEncoder for Checked {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        if rows.depth() != self.depth {
            let (wanted, found) = (u8::from(self.depth), u8::from(rows.depth()));
            return Err(refused(self.format, format!("expected {wanted}-bit rows, found {found}-bit ones")));
        }
        let count = rows.len() / self.row;
        if !rows.len().is_multiple_of(self.row) || count > self.left {
            let (found, row, left) = (rows.len(), self.row, self.left);
            return Err(refused(
                self.format,
                format!("expected up to {left} rows of {row} samples, found {found} samples"),
            ));
        }
        self.inner.rows(rows)?;
        self.left -= count;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), PhotoError> {
        match self.left {
            0 => self.inner.finish(),
            left => Err(refused(self.format, format!("{left} rows are missing"))),
        }
    }
}
