//! The last rows of a plane.

use crate::Plane;

/// Samples before and behind each row that kernels may read; their values never reach the picture. So many that rows
/// begin a cache line where their length allows it.
pub const PAD: usize = 16;

/// The last `ROWS` rows of one plane, each between two pads. `ROWS` is a power of two.
#[derive(Debug, Clone)]
pub struct Ring<const ROWS: usize> {
    data: Plane,
    len: usize,
}

impl<const ROWS: usize> Ring<ROWS> {
    /// Rows of `len` zeros.
    pub fn new(len: usize) -> Self {
        const { assert!(ROWS.is_power_of_two()) };
        Self { data: Plane::new(ROWS * (len + 2 * PAD)), len }
    }

    #[inline]
    fn start(&self, y: usize) -> usize {
        (y & (ROWS - 1)) * (self.len + 2 * PAD) + PAD
    }

    /// Row `y` moved by `by` samples, at most [`PAD`] either way: element `i` is sample `i + by`.
    #[inline]
    pub fn at(&self, y: usize, by: isize) -> &[f32] {
        &self.data[self.start(y).wrapping_add_signed(by)..][..self.len]
    }

    /// Row `y`.
    #[inline]
    pub fn row(&self, y: usize) -> &[f32] {
        self.at(y, 0)
    }

    /// Row `y`, in place of row `y - ROWS`.
    #[inline]
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let start = self.start(y);
        &mut self.data[start..][..self.len]
    }
}
