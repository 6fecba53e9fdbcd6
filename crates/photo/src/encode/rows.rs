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

/// R, G, B, R, G, B … of planes.
pub(super) fn interleaved([r, g, b]: [&[u8]; 3]) -> Vec<u8> {
    let pixels = r.iter().zip(g).zip(b);
    pixels.flat_map(|((r, g), b)| [*r, *g, *b]).collect()
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

    /// Refuses another depth, parts of rows and rows too many.
    fn check(&self, depth: Depth, samples: usize) -> Result<(), PhotoError> {
        let (format, row, left) = (self.format, self.row, self.left);
        if depth != self.depth {
            let (wanted, found) = (u8::from(self.depth), u8::from(depth));
            return Err(refused(format, format!("expected {wanted}-bit rows, found {found}-bit ones")));
        }
        if !samples.is_multiple_of(row) || samples / row > left {
            let what = format!("expected up to {left} rows of {row} samples, found {samples} samples");
            return Err(refused(format, what));
        }
        Ok(())
    }
}

impl RowEncoder for Checked {
    fn rows(&mut self, rows: Rows) -> Result<(), PhotoError> {
        self.check(rows.depth(), rows.len())?;
        self.inner.rows(rows)?;
        self.left -= rows.len() / self.row;
        Ok(())
    }

    fn planes(&mut self, planes: [&[u8]; 3]) -> Result<(), PhotoError> {
        let [r, g, b] = planes.map(<[u8]>::len);
        if r != g || g != b {
            return Err(refused(self.format, format!("expected equal planes, found {r}, {g} and {b} samples")));
        }
        self.check(Depth::Eight, 3 * r)?;
        self.inner.planes(planes)?;
        self.left -= 3 * r / self.row;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), PhotoError> {
        match self.left {
            0 => self.inner.finish(),
            left => Err(refused(self.format, format!("{left} rows are missing"))),
        }
    }
}
