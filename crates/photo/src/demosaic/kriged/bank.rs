//! The weights of a pattern: for each of its places the missing colours and the sample itself.

use super::formula::DIRECTIONS;
use super::kriging::{Model, RADIUS, SIDE, TAPS, Windows};
use super::stencil::{Offset, Stencil};
use crate::Cfa;
use std::array::from_fn;
use std::sync::{Arc, OnceLock};

/// The weights of a stencil's terms for each direction.
pub type Weights = Vec<[[f32; DIRECTIONS]; 2]>;

/// What is computed at one place of the pattern.
#[derive(Debug)]
pub struct Place {
    /// The estimates of the [`missing`] colours.
    pub missing: [Weights; 2],
    /// By how much the other samples miss the one at this place.
    pub residual: Weights,
}

/// The places of a pattern.
#[derive(Debug)]
pub struct Bank {
    /// Which samples the weights belong to.
    pub stencil: Stencil,
    period: usize,
    /// Row by row.
    places: Vec<Place>,
}

impl Bank {
    /// The bank for `cfa` and where the pattern begins in it. Those of the usual patterns are computed once.
    pub fn of(cfa: &Cfa) -> (Arc<Self>, (usize, usize)) {
        static BAYER: OnceLock<Arc<Bank>> = OnceLock::new();
        static FUJIFILM: OnceLock<Arc<Bank>> = OnceLock::new();
        for (cell, known) in [(&BAYER, Cfa::RGGB), (&FUJIFILM, super::FUJIFILM)] {
            let n = known.period();
            if let Some(k) = (0..n * n).find(|k| known.shifted(k % n, k / n) == *cfa) {
                return (cell.get_or_init(|| Arc::new(Self::new(&known))).clone(), (k % n, k / n));
            }
        }
        (Arc::new(Self::new(cfa)), (0, 0))
    }

    fn new(cfa: &Cfa) -> Self {
        let period = cfa.period();
        let stencil = if period == 2 { Stencil::folded() } else { Stencil::full() };
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let models = [(1.0, 0.0), (0.0, 1.0), (half, half), (half, -half)].map(Model::new);
        let place = |k| place(cfa, k % period, k / period, &models, &stencil);
        let places = (0..period * period).map(place).collect();
        Self { stencil, period, places }
    }

    /// What is computed at column `x`, row `y` of the bank's own pattern.
    pub fn at(&self, x: usize, y: usize) -> &Place {
        &self.places[y % self.period * self.period + x % self.period]
    }
}

/// The two colours that a sample of colour `c` lacks.
pub fn missing(c: usize) -> [usize; 2] {
    [[1, 2], [0, 2], [0, 1]][c]
}

fn place(cfa: &Cfa, x: usize, y: usize, models: &[Model; DIRECTIONS], stencil: &Stencil) -> Place {
    let windows = models.each_ref().map(|model| model.windows(cfa, x, y));
    let folds = cfa.period() == 2;
    let weights = |of: &dyn Fn(&Windows) -> [f64; TAPS]| {
        let windows = from_fn(|d| of(&windows[d]));
        let windows = if folds { symmetric(windows) } else { windows };
        stencil.weights(|offset| from_fn(|d| windows[d][tap(offset)] as f32))
    };
    let colors = missing(cfa.color_at(x, y) as usize);
    Place { missing: colors.map(|c| weights(&|w| w.colors[c])), residual: weights(&|w| w.residual) }
}

fn tap((dx, dy): Offset) -> usize {
    (dy + RADIUS as isize) as usize * SIDE + (dx + RADIUS as isize) as usize
}

/// The weights of a place whose surroundings are symmetric about its row and its column, without rounding errors.
fn symmetric([row, column, falling, _]: [[f64; TAPS]; DIRECTIONS]) -> [[f64; TAPS]; DIRECTIONS] {
    let turned = |w: [f64; TAPS]| from_fn(|k| 0.5 * (w[k] + w[TAPS - 1 - k]));
    let mirrored = |w: [f64; TAPS]| from_fn(|k| w[k / SIDE * SIDE + SIDE - 1 - k % SIDE]);
    let even = |w: [f64; TAPS]| {
        let (w, m): ([f64; TAPS], [f64; TAPS]) = (turned(w), mirrored(turned(w)));
        from_fn(|k| 0.5 * (w[k] + m[k]))
    };
    [even(row), even(column), turned(falling), mirrored(turned(falling))]
}
