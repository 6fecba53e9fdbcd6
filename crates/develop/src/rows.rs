//! A window of neighbouring rows, for stages whose output row needs rows above and below it.
//!
//! Every row that comes in is copied once, into a ring. Output row `y` is made when row `y + half` is there, a few rows at
//! a time so that a stage may read what they share once. The result does not depend on how the picture is cut into strips.

use crate::{error::DevelopError, stage::Down};
use photo::Strip;

/// Rows that are taken in before the next ones are made.
pub const TOGETHER: usize = 4;

/// Keeps the rows that a stage still needs, and the strip that it makes from them.
///
/// ```
/// use develop::rows::RowWindow;
/// let mut window = RowWindow::new(1);
/// let mut strip = photo::Strip::new(1, 3);
/// strip.planes[0] = vec![1.0, 2.0, 6.0].into();
/// let mean = |rows: &develop::rows::Rows, out: [&mut [f32]; 3]| {
///     out[0][0] = (rows.row(0, -1)[0] + rows.row(0, 0)[0] + rows.row(0, 1)[0]) / 3.0;
/// };
/// let mut made = Vec::new();
/// window.push(&strip, &mut |s| Ok(made.extend_from_slice(&s.planes[0])), mean)?;
/// window.finish(&mut |s| Ok(made.extend_from_slice(&s.planes[0])), mean)?;
/// assert_eq!(made, [4.0 / 3.0, 3.0, 14.0 / 3.0]);
/// # Ok::<(), develop::DevelopError>(())
/// ```
#[derive(Debug, Default)]
pub struct RowWindow {
    half: usize,
    /// Row `y` of the picture lies at row `y % (2 * half + TOGETHER)`.
    ring: Strip,
    seen: usize,
    made: usize,
    out: Strip,
}

/// The rows around one output row; rows beyond the picture repeat its first or last one.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    ring: &'a Strip,
    half: usize,
    /// The output row.
    y: usize,
    /// The last row that is there.
    last: usize,
}

impl<'a> Rows<'a> {
    /// Row `y() + dy` of plane `c`; `dy` is −half to half + `ahead()`.
    #[inline]
    pub fn row(&self, c: usize, dy: isize) -> &'a [f32] {
        let y = self.y.saturating_add_signed(dy).min(self.last);
        self.ring.row(c, y % self.ring.rows)
    }

    /// Index of the output row in the picture.
    pub fn y(&self) -> usize {
        self.y
    }

    /// How many of the next output rows have their neighbours too; fewer than [`TOGETHER`].
    pub fn ahead(&self) -> usize {
        self.last.saturating_sub(self.y + self.half)
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.ring.width
    }
}

impl RowWindow {
    /// A window of `half` rows above and `half` rows below.
    pub fn new(half: usize) -> Self {
        Self { half, ..Self::default() }
    }

    /// Takes the next rows. Calls `make` for each output row whose neighbours are there, with its window and the three
    /// rows to write (their contents are unspecified before); sends the made rows on as one strip.
    pub fn push(
        &mut self,
        strip: &Strip,
        down: Down,
        mut make: impl FnMut(&Rows, [&mut [f32]; 3]),
    ) -> Result<(), DevelopError> {
        if self.seen == 0 {
            self.ring.reshape(strip.width, 2 * self.half + TOGETHER);
        }
        let ready = (self.seen + strip.rows).saturating_sub(self.half);
        self.out.reshape(strip.width, ready.saturating_sub(self.made));
        let first = self.made;
        for from in (0..strip.rows).step_by(TOGETHER) {
            (from..strip.rows.min(from + TOGETHER)).for_each(|y| self.keep(strip, y));
            while self.made + self.half < self.seen {
                self.make_row(first, &mut make);
            }
        }
        self.send(down)
    }

    /// Makes the last rows, once the picture has ended.
    pub fn finish(&mut self, down: Down, mut make: impl FnMut(&Rows, [&mut [f32]; 3])) -> Result<(), DevelopError> {
        let first = self.made;
        self.out.reshape(self.ring.width, self.seen - first);
        while self.made < self.seen {
            self.make_row(first, &mut make);
        }
        self.send(down)
    }

    fn keep(&mut self, strip: &Strip, y: usize) {
        let slot = self.seen % self.ring.rows;
        for c in 0..3 {
            self.ring.row_mut(c, slot).copy_from_slice(strip.row(c, y));
        }
        self.seen += 1;
    }

    fn make_row(&mut self, first: usize, make: &mut impl FnMut(&Rows, [&mut [f32]; 3])) {
        let rows = Rows { ring: &self.ring, half: self.half, y: self.made, last: self.seen - 1 };
        make(&rows, self.out.rows3_mut(self.made - first));
        self.made += 1;
    }

    fn send(&mut self, down: Down) -> Result<(), DevelopError> {
        if self.out.rows == 0 { Ok(()) } else { down(&mut self.out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Weighs the window's rows so that every wrong row shows.
    fn weighted(rows: &Rows, half: isize, out: [&mut [f32]; 3]) {
        for (c, out) in out.into_iter().enumerate() {
            out.fill(rows.y() as f32);
            for dy in -half..=half {
                out.iter_mut().zip(rows.row(c, dy)).for_each(|(o, v)| *o += v * (dy + half + 1) as f32);
            }
        }
    }

    fn expected(picture: &Strip, half: isize) -> Vec<f32> {
        let at = |y: isize, x| picture.row(1, y.clamp(0, picture.rows as isize - 1) as usize)[x];
        let one = |y: usize, x| {
            (-half..=half).fold(y as f32, |sum, dy| sum + at(y as isize + dy, x) * (dy + half + 1) as f32)
        };
        (0..picture.rows).flat_map(|y| (0..picture.width).map(move |x| one(y, x))).collect()
    }

    proptest! {
        #[test]
        fn every_cut_into_strips_gives_the_clamped_window(
            half in 0isize..5, width in 1usize..4, cuts in prop::collection::vec(0usize..6, 1..8)
        ) {
            let mut picture = Strip::new(width, cuts.iter().sum());
            (0..3).for_each(|c| picture.planes[c].iter_mut().enumerate().for_each(|(i, v)| *v = (i * (c + 1)) as f32));
            let (mut window, mut made) = (RowWindow::new(half as usize), Vec::new());
            let mut down = |s: &mut Strip| { made.extend_from_slice(&s.planes[1]); Ok(()) };
            let mut y = 0;
            for rows in cuts {
                let mut strip = Strip::new(width, rows);
                (0..3).for_each(|c| strip.planes[c].copy_from_slice(&picture.planes[c][y * width..(y + rows) * width]));
                window.push(&strip, &mut down, |r, out| weighted(r, half, out)).expect("no error");
                y += rows;
            }
            window.finish(&mut down, |r, out| weighted(r, half, out)).expect("no error");
            prop_assert_eq!(made, expected(&picture, half));
        }
    }

    #[test]
    fn an_empty_picture_makes_nothing() {
        let mut down = |_: &mut Strip| panic!("no row was expected");
        RowWindow::new(3).finish(&mut down, |_, _| ()).expect("no error");
    }
}
