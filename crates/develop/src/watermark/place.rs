//! Where a mark lies: once by gravity, or again and again on a diagonal grid.

use crate::recipe::{Gravity, Watermark};
use photo::Size;

/// The place of a mark in a picture.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    picture: Size,
    mark: Size,
    /// Top left pixel of the mark; may lie outside. A tiled mark has one there, too.
    corner: (i64, i64),
    /// Distance from one mark to the next, when tiled; every other row of marks is shifted by half.
    step: Option<(i64, i64)>,
}

/// A run of pixels in a row that a row of the mark covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First column of the picture.
    pub x: usize,
    /// First column of the mark.
    pub from: usize,
    /// Row of the mark.
    pub row: usize,
    /// Pixels.
    pub len: usize,
}

impl Place {
    /// The place of a rotated mark of size `mark` in a picture.
    pub fn new(watermark: &Watermark, mark: Size, picture: Size) -> Self {
        let shorter = picture.width.min(picture.height);
        let margin = (watermark.margin * shorter as f32).round() as i64;
        let (across, down) = sides(watermark.gravity);
        let corner = (
            offset(across, picture.width.into(), mark.width.into(), margin),
            offset(down, picture.height.into(), mark.height.into(), margin),
        );
        // Half of the mark between two of them, so that the picture stays visible; at least the margin.
        let step = |side: u32| i64::from(side) + (i64::from(side) / 2).max(margin).max(1);
        Self { picture, mark, corner, step: watermark.tile.then(|| (step(mark.width), step(mark.height))) }
    }

    /// The runs of row `y` that the mark covers, from left to right.
    pub fn spans(&self, y: usize) -> impl Iterator<Item = Span> {
        let Self { picture, mark, .. } = *self;
        let (row, first, step) = self.row(y as i64);
        let count = step.map_or(1, |s| (i64::from(picture.width) - first) / s + 1);
        (0..count).filter_map(move |i| {
            let row = row?;
            let left = first + i * step.unwrap_or(0);
            let (x, end) = (left.max(0), (left + i64::from(mark.width)).min(picture.width.into()));
            (x < end).then(|| Span { x: x as usize, from: (x - left) as usize, row, len: (end - x) as usize })
        })
    }

    /// The pixel of the mark that lies on column `x`, row `y` of the picture.
    pub fn mark_pixel(&self, x: usize, y: usize) -> Option<(usize, usize)> {
        let span = self.spans(y).find(|s| (s.x..s.x + s.len).contains(&x))?;
        Some((span.from + x - span.x, span.row))
    }

    /// For row `y`: the row of the mark, if any; the left edge of the first mark, and the distance to the next.
    fn row(&self, y: i64) -> (Option<usize>, i64, Option<i64>) {
        let inside = |row: i64| (0..i64::from(self.mark.height)).contains(&row).then_some(row as usize);
        let Some((step_x, step_y)) = self.step else { return (inside(y - self.corner.1), self.corner.0, None) };
        let nth = (y - self.corner.1).div_euclid(step_y);
        let shift = if nth.rem_euclid(2) == 1 { step_x / 2 } else { 0 };
        let first = (self.corner.0 + shift).rem_euclid(step_x) - step_x;
        (inside((y - self.corner.1).rem_euclid(step_y)), first, Some(step_x))
    }
}

/// −1, 0 or 1 for west, middle, east and for north, middle, south.
fn sides(gravity: Gravity) -> (i8, i8) {
    match gravity {
        Gravity::Center => (0, 0),
        Gravity::North => (0, -1),
        Gravity::South => (0, 1),
        Gravity::East => (1, 0),
        Gravity::West => (-1, 0),
        Gravity::NorthEast => (1, -1),
        Gravity::NorthWest => (-1, -1),
        Gravity::SouthEast => (1, 1),
        Gravity::SouthWest => (-1, 1),
    }
}

fn offset(side: i8, picture: i64, mark: i64, margin: i64) -> i64 {
    match side {
        -1 => margin,
        0 => (picture - mark).div_euclid(2),
        _ => picture - mark - margin,
    }
}
