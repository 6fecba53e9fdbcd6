//! The filters of a pattern: for each of its 36 places and each direction, the weights of the two missing colours.

use super::kriging::{self, TAPS};
use crate::Cfa;
use std::array::from_fn;
use std::sync::{Arc, OnceLock};

/// Directions along which a picture may run: rows, columns, falling to the right, rising to the right.
pub const DIRECTIONS: usize = 4;
/// Estimates of a pixel: two colours in each direction.
pub const ESTIMATES: usize = 2 * DIRECTIONS;

/// The weights of the window's samples for each estimate: colour `k` in direction `d` is estimate `2 d + k`.
pub type Filter = [[f32; TAPS]; ESTIMATES];

/// The filters of the 36 places, row by row.
#[derive(Debug)]
pub struct Bank(Vec<Filter>);

impl Bank {
    /// The filters for `cfa`; those of Fujifilm's pattern are computed once, whatever its phase.
    pub fn of(cfa: &Cfa) -> (Arc<Self>, (usize, usize)) {
        static FUJIFILM: OnceLock<Arc<Bank>> = OnceLock::new();
        let shifts = (0..36).map(|k| (k % 6, k / 6));
        match shifts.into_iter().find(|&(dx, dy)| super::PATTERN.shifted(dx, dy) == *cfa) {
            Some(shift) => (FUJIFILM.get_or_init(|| Arc::new(Self::new(&super::PATTERN))).clone(), shift),
            None => (Arc::new(Self::new(cfa)), (0, 0)),
        }
    }

    fn new(cfa: &Cfa) -> Self {
        Self((0..36).map(|k| filter(cfa, k % 6, k / 6)).collect())
    }

    /// The filter of place (`x`, `y`) of the bank's own pattern.
    pub fn at(&self, x: usize, y: usize) -> &Filter {
        &self.0[y % 6 * 6 + x % 6]
    }
}

fn filter(cfa: &Cfa, x: usize, y: usize) -> Filter {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let directions = [(1.0, 0.0), (0.0, 1.0), (half, half), (half, -half)];
    let weights = directions.map(|along| kriging::weights(cfa, x, y, along));
    let missing = missing(cfa.color_at(x, y) as usize);
    from_fn(|e| weights[e / 2][missing[e % 2]])
}

/// The two colours that a sample of colour `c` lacks.
pub fn missing(c: usize) -> [usize; 2] {
    [[1, 2], [0, 2], [0, 1]][c]
}
