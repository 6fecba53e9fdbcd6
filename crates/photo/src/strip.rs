//! A strip: some whole rows of an RGB picture, the unit that travels through the pipeline.

use crate::{Plane, Size};

/// Consecutive rows of an RGB picture as three planes of f32. Which rows they are, the order of delivery tells.
#[derive(Debug, Clone, Default)]
pub struct Strip {
    /// Pixels in a row.
    pub width: usize,
    /// Number of rows.
    pub rows: usize,
    /// R, G and B; each holds `width * rows` values, row-major.
    pub planes: [Plane; 3],
}

impl Strip {
    /// A black strip.
    pub fn new(width: usize, rows: usize) -> Self {
        Self { width, rows, planes: std::array::from_fn(|_| Plane::new(width * rows)) }
    }

    /// Gives it a new shape, keeping its memory and as many values of each plane as fit; new ones are unspecified but
    /// initialised.
    pub fn reshape(&mut self, width: usize, rows: usize) {
        (self.width, self.rows) = (width, rows);
        self.planes.iter_mut().for_each(|p| p.resize(width * rows));
    }

    /// Row `y` of plane `c`.
    #[inline]
    pub fn row(&self, c: usize, y: usize) -> &[f32] {
        &self.planes[c][y * self.width..(y + 1) * self.width]
    }

    /// Row `y` of plane `c`.
    #[inline]
    pub fn row_mut(&mut self, c: usize, y: usize) -> &mut [f32] {
        &mut self.planes[c][y * self.width..(y + 1) * self.width]
    }

    /// Row `y` of the three planes.
    #[inline]
    pub fn rows3_mut(&mut self, y: usize) -> [&mut [f32]; 3] {
        let span = y * self.width..(y + 1) * self.width;
        self.planes.each_mut().map(|p| &mut p[span.clone()])
    }

    /// Its shape as a size.
    pub fn size(&self) -> Size {
        Size::new(self.width as u32, self.rows as u32)
    }
}
