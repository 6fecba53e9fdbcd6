//! Background around a picture.

use super::Placement;
use crate::error::DevelopError;
use crate::stage::{Down, Stage};
use photo::{Size, Strip};

/// Rows of background that are sent at once.
const ROWS: usize = 16;

/// Lays rows onto a canvas of even colour. Works on encoded values, as the colour is given.
#[derive(Debug)]
pub struct Pad {
    canvas: Size,
    x: usize,
    y: usize,
    color: [f32; 3],
    /// Canvas rows sent.
    sent: usize,
    out: Strip,
}

impl Pad {
    /// A stage for the canvas of `placement`; `color` is R, G, B as the rows are encoded.
    pub fn new(placement: &Placement, color: [f32; 3]) -> Self {
        let Placement { canvas, x, y, .. } = *placement;
        Self { canvas, x: x as usize, y: y as usize, color, sent: 0, out: Strip::default() }
    }

    /// Background up to canvas row `until`.
    fn fill(&mut self, until: usize, down: Down) -> Result<(), DevelopError> {
        while self.sent < until {
            let rows = ROWS.min(until - self.sent);
            self.blank(rows);
            self.sent += rows;
            down(&mut self.out)?;
        }
        Ok(())
    }

    fn blank(&mut self, rows: usize) {
        self.out.reshape(self.canvas.width as usize, rows);
        self.out.planes.iter_mut().zip(self.color).for_each(|(plane, color)| plane.fill(color));
    }
}

impl Stage for Pad {
    fn name(&self) -> &'static str {
        "pad"
    }

    fn output_size(&self, _input: Size) -> Size {
        self.canvas
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        self.fill(self.y, down)?;
        self.blank(strip.rows);
        let span = self.x..self.x + strip.width;
        for c in 0..3 {
            for y in 0..strip.rows {
                self.out.row_mut(c, y)[span.clone()].copy_from_slice(strip.row(c, y));
            }
        }
        self.sent += strip.rows;
        down(&mut self.out)
    }

    fn finish(&mut self, down: Down) -> Result<(), DevelopError> {
        self.fill(self.canvas.height as usize, down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::resample::{Region, Scaling};

    #[test]
    fn the_picture_lies_where_planned_and_the_rest_is_background() {
        let size = Size::new(3, 2);
        let scaling = Scaling::new(size, Region::full(size), size);
        let placement = Placement { scaling, canvas: Size::new(6, 40), x: 2, y: 18 };
        let mut pad = Pad::new(&placement, [0.25, 0.5, 0.75]);
        let mut planes: [Vec<f32>; 3] = Default::default();
        let mut down = |s: &mut Strip| {
            planes.iter_mut().zip(&s.planes).for_each(|(to, from)| to.extend_from_slice(from));
            Ok(())
        };
        for _ in 0..2 {
            pad.push(&mut Strip::new(3, 1), &mut down).expect("no error");
        }
        pad.finish(&mut down).expect("no error");
        for (plane, color) in planes.iter().zip([0.25, 0.5, 0.75]) {
            let inside = |i: usize| (2..5).contains(&(i % 6)) && (18..20).contains(&(i / 6));
            assert_eq!(plane.len(), 240);
            assert!(plane.iter().enumerate().all(|(i, &v)| v == if inside(i) { 0.0 } else { color }));
        }
    }
}
