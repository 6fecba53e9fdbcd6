//! The rows that came in earlier strips and are still needed.

use crate::{Size, Strip};

/// Old rows in a ring; the rows of the strip at hand are read where they are.
#[derive(Debug)]
pub(super) struct History {
    /// Row `y` of the picture lies at row `y % ring.rows`.
    ring: Strip,
    /// Rows of the picture that came before the strip at hand.
    seen: usize,
}

impl History {
    /// For a picture of this size, of which at most `rows` old rows are needed at once.
    pub fn new(size: Size, rows: usize) -> Self {
        Self { ring: Strip::new(size.width as usize, rows.min(size.height as usize)), seen: 0 }
    }

    /// Number of rows of the picture up to the end of `strip`.
    pub fn until(&self, strip: &Strip) -> usize {
        self.seen + strip.rows
    }

    /// Row `y` of the picture, in `strip` or before it.
    pub fn row<'a>(&'a self, strip: &'a Strip, c: usize, y: usize) -> &'a [f32] {
        match y.checked_sub(self.seen) {
            Some(y) => strip.row(c, y),
            None => self.ring.row(c, y % self.ring.rows),
        }
    }

    /// Ends the strip at hand; keeps its rows from row `from` of the picture on.
    pub fn keep(&mut self, strip: &Strip, from: usize) {
        let until = self.until(strip);
        for y in from.max(self.seen)..until {
            for c in 0..3 {
                let slot = y % self.ring.rows;
                self.ring.row_mut(c, slot).copy_from_slice(strip.row(c, y - self.seen));
            }
        }
        self.seen = until;
    }
}
