//! A part of a finished picture, for those who look at it closely.

use crate::error::DevelopError;
use crate::stage::{Down, Stage};
use photo::{Rect, Size, Strip};
use serde::{Deserialize, Serialize};

/// Pixels between places where a window may begin: the largest blocks that a JPEG has, so that a window's blocks are those
/// of the whole picture.
const GRID: u32 = 16;

/// A part of a rendition, by its middle in fractions of the finished picture, and by its sides in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Middle, from left (0) to right (1).
    pub x: f32,
    /// Middle, from top (0) to bottom (1).
    pub y: f32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Window {
    /// Its pixels in a picture of this size. It lies wholly inside, and begins on a grid; so it may have 15 pixels more
    /// than were asked for, and has fewer where there are no more.
    pub fn of(self, size: Size) -> Rect {
        let (x, width) = span(self.x, self.width, size.width);
        let (y, height) = span(self.y, self.height, size.height);
        Rect::new(x, y, width, height)
    }
}

/// Begin and length of so many pixels around a middle, of `all`.
fn span(middle: f32, wanted: u32, all: u32) -> (u32, u32) {
    let length = wanted.clamp(1, all.max(1));
    let begin = f64::from(middle) * f64::from(all) - f64::from(length) / 2.0;
    let begin = (begin.round().max(0.0) as u32).min(all - length);
    let on_grid = begin / GRID * GRID;
    (on_grid, length + (begin - on_grid))
}

/// Lets the pixels of a window through and no others.
#[derive(Debug)]
pub struct Cut {
    window: Rect,
    /// Rows seen.
    seen: usize,
    out: Strip,
}

impl Cut {
    /// A stage for this part of the picture.
    pub fn new(window: Rect) -> Self {
        Self { window, seen: 0, out: Strip::default() }
    }
}

impl Stage for Cut {
    fn name(&self) -> &'static str {
        "window"
    }

    fn output_size(&self, _input: Size) -> Size {
        self.window.size()
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        let (top, bottom) = (self.window.y as usize, self.window.bottom() as usize);
        let inside = |row: usize| row.clamp(self.seen, self.seen + strip.rows) - self.seen;
        let rows = inside(top)..inside(bottom);
        self.seen += strip.rows;
        if rows.is_empty() {
            return Ok(());
        }
        let columns = self.window.x as usize..self.window.right() as usize;
        self.out.reshape(columns.len(), rows.len());
        for c in 0..3 {
            for (to, from) in rows.clone().enumerate() {
                self.out.row_mut(c, to).copy_from_slice(&strip.row(c, from)[columns.clone()]);
            }
        }
        down(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn window(x: f32, y: f32, width: u32, height: u32) -> Window {
        Window { x, y, width, height }
    }

    #[test]
    fn a_window_lies_inside_and_begins_on_the_grid() {
        let size = Size::new(1000, 600);
        assert_eq!(window(0.5, 0.5, 200, 100).of(size), Rect::new(400, 240, 200, 110));
        assert_eq!(window(0.0, 0.0, 200, 100).of(size), Rect::new(0, 0, 200, 100));
        assert_eq!(window(1.0, 1.0, 200, 100).of(size), Rect::new(800, 496, 200, 104), "to the last row");
        assert_eq!(window(0.9, 0.1, 5000, 5000).of(size), Rect::full(size));
    }

    proptest! {
        #[test]
        fn it_shows_what_was_asked_for((x, y) in (0.0f32..=1.0, 0.0f32..=1.0), sides in (1u32..300, 1u32..300), of in (1u32..500, 1u32..500)) {
            let size = Size::new(of.0, of.1);
            let found = window(x, y, sides.0, sides.1).of(size);
            prop_assert!(Rect::full(size).contains(found));
            prop_assert!(found.x.is_multiple_of(GRID) && found.y.is_multiple_of(GRID));
            prop_assert!((sides.0.min(of.0)..sides.0 + GRID).contains(&found.width));
            prop_assert!((sides.1.min(of.1)..sides.1 + GRID).contains(&found.height));
        }

        /// However the rows come, those of the window leave, each once and in order.
        #[test]
        fn strips_of_any_height_give_the_same_part(heights in prop::collection::vec(1usize..7, 1..12), at in (0u32..5, 0u32..9), sides in (1u32..5, 1u32..9)) {
            let all: usize = heights.iter().sum();
            let part = Rect::new(at.0, at.1.min(all as u32 - 1), sides.0, sides.1.min(all as u32 - at.1.min(all as u32 - 1)));
            let (mut cut, mut found, mut row) = (Cut::new(part), Vec::new(), 0);
            for rows in heights {
                let mut strip = Strip::new(10, rows);
                for y in 0..rows {
                    (0..10).for_each(|x| strip.row_mut(1, y)[x] = ((row + y) * 10 + x) as f32);
                }
                row += rows;
                cut.push(&mut strip, &mut |out| { found.extend_from_slice(&out.planes[1]); Ok(()) }).unwrap();
            }
            let expected: Vec<f32> = (part.y..part.bottom()).flat_map(|y| (part.x..part.right()).map(move |x| (y * 10 + x) as f32)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
