//! The best linear estimates of the colours of a pixel, for a picture that runs along a given direction.
//!
//! Ordinary cokriging (N. Cressie, "Statistics for Spatial Data", 1993, chapter 3): the three colours are taken for
//! random fields, a luminance that they share plus a colour difference of each, whose covariances fall with the
//! distance, slower along the direction than across it. The weights of the 7 × 7 samples around the pixel follow from
//! the covariances alone; those of the wanted colour sum to 1, those of the others to 0, so that flat areas stay flat.
//! Leaving the pixel's own sample out takes no second solution: the error of its estimate is the sample's row of the
//! inverse, divided by its diagonal (O. Dubrule, "Cross Validation of Kriging in a Unique Neighborhood", 1983).

use crate::Cfa;
use std::array::from_fn;

/// Samples from the pixel to the edge of the window.
pub const RADIUS: usize = 3;
/// Side of the window.
pub const SIDE: usize = 2 * RADIUS + 1;
/// Samples of the window.
pub const TAPS: usize = SIDE * SIDE;

/// A covariance that falls with the distance as `variance · exp(-(distance / reach) ^ power)`.
struct Field {
    variance: f64,
    /// Across the direction, in pixels.
    reach: f64,
    power: f64,
    /// How many times farther it reaches along the direction.
    stretch: f64,
}

// Found by a search for the best pictures; flat optima, no value is critical.
const LUMINANCE: Field = Field { variance: 1.0, reach: 2.0, power: 1.87, stretch: 4.0 };
const DIFFERENCE: Field = Field { variance: 0.06, reach: 5.0, power: 1.2, stretch: 3.7 };
/// Variance of a sample's own error; keeps the equations well conditioned.
const NOISE: f64 = 5e-4;

impl Field {
    /// Covariance at the offset (`dx`, `dy`), for a picture that runs along the unit vector (`ux`, `uy`).
    fn at(&self, (dx, dy): (f64, f64), (ux, uy): (f64, f64)) -> f64 {
        let along = (dx * ux + dy * uy) / self.stretch;
        let across = dy * ux - dx * uy;
        let distance = (along * along + across * across).sqrt();
        self.variance * (-(distance / self.reach).powf(self.power)).exp()
    }
}

/// Weights of the 7 × 7 samples around a pixel, row by row.
pub struct Windows {
    /// The estimate of each colour.
    pub colors: [[f64; TAPS]; 3],
    /// The pixel's sample less its estimate from the other samples.
    pub residual: [f64; TAPS],
}

/// Unknowns: the weights, and a multiplier for the sum of each colour's weights.
const UNKNOWNS: usize = TAPS + 3;
/// Right sides: the three colours, and the pixel's own sample.
const COLUMNS: usize = UNKNOWNS + 4;
/// Offsets between two samples of a window, along one axis.
const OFFSETS: usize = 2 * SIDE - 1;

/// The covariances of a picture that runs along one direction.
pub struct Model {
    /// Of samples of two colours and of one, by the offset between them, row by row.
    covariance: [Vec<f64>; 2],
}

impl Model {
    /// For a picture that runs along the unit vector `along`.
    pub fn new(along: (f64, f64)) -> Self {
        let offset = |k: usize| (k as f64) - (SIDE - 1) as f64;
        let at = |k: usize| (offset(k % OFFSETS), offset(k / OFFSETS));
        let shared: Vec<f64> = (0..OFFSETS * OFFSETS).map(|k| LUMINANCE.at(at(k), along)).collect();
        let own = shared.iter().enumerate().map(|(k, v)| v + DIFFERENCE.at(at(k), along)).collect();
        Self { covariance: [shared, own] }
    }

    /// The weights of the window around column `x`, row `y` of the pattern.
    pub fn windows(&self, cfa: &Cfa, x: usize, y: usize) -> Windows {
        let mut equations = self.equations(cfa, x, y);
        solve(&mut equations);
        let solution = |c: usize| from_fn(|k| equations[k][UNKNOWNS + c]);
        let own: [f64; TAPS] = solution(3);
        Windows { colors: [0, 1, 2].map(solution), residual: own.map(|w| w / own[TAPS / 2]) }
    }

    fn equations(&self, cfa: &Cfa, x: usize, y: usize) -> Vec<[f64; COLUMNS]> {
        let back = 6 - RADIUS;
        let color: [usize; TAPS] = from_fn(|k| cfa.color_at(x + back + k % SIDE, y + back + k / SIDE) as usize);
        let mut equations = vec![[0.0f64; COLUMNS]; UNKNOWNS];
        for a in 0..TAPS {
            for b in 0..TAPS {
                let noise = if a == b { NOISE } else { 0.0 };
                equations[a][b] = self.between(a, b, color[a] == color[b]) + noise;
            }
            equations[a][TAPS + color[a]] = 1.0;
            equations[TAPS + color[a]][a] = 1.0;
            for c in 0..3 {
                equations[a][UNKNOWNS + c] = self.between(a, TAPS / 2, color[a] == c);
            }
        }
        for c in 0..3 {
            equations[TAPS + c][UNKNOWNS + c] = 1.0;
        }
        equations[TAPS / 2][UNKNOWNS + 3] = 1.0;
        equations
    }

    /// Covariance of the window's samples `a` and `b`.
    fn between(&self, a: usize, b: usize, same_color: bool) -> f64 {
        let (dx, dy) = (SIDE - 1 + a % SIDE - b % SIDE, SIDE - 1 + a / SIDE - b / SIDE);
        self.covariance[usize::from(same_color)][dy * OFFSETS + dx]
    }
}

/// Solves linear equations in place (Gauss and Jordan, largest pivot): the right sides become the solutions. A
/// variable that nothing determines, such as the constraint of a colour that the window lacks, becomes 0.
fn solve(rows: &mut [[f64; COLUMNS]]) {
    let n = rows.len();
    for i in 0..n {
        let size = |r: &usize| rows[*r][i].abs();
        let pivot = (i..n).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(i);
        rows.swap(i, pivot);
        let scale = if rows[i][i].abs() > 1e-12 { 1.0 / rows[i][i] } else { 0.0 };
        rows[i][i..].iter_mut().for_each(|v| *v *= scale);
        let row = rows[i];
        for (k, other) in rows.iter_mut().enumerate() {
            let factor = other[i];
            if k != i && factor != 0.0 {
                other[i..].iter_mut().zip(&row[i..]).for_each(|(v, r)| *v -= factor * r);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demosaic::kriged::FUJIFILM;

    fn sums(cfa: &Cfa, x: usize, y: usize, weights: &[f64; TAPS]) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for (k, w) in weights.iter().enumerate() {
            sums[cfa.color_at(x + 3 + k % SIDE, y + 3 + k / SIDE) as usize] += w;
        }
        sums
    }

    #[test]
    fn the_weights_of_the_wanted_colour_sum_to_one_and_of_the_others_to_zero() {
        for (cfa, x, y) in [(FUJIFILM, 0, 0), (FUJIFILM, 2, 0), (FUJIFILM, 5, 3), (Cfa::RGGB, 0, 0), (Cfa::RGGB, 1, 0)]
        {
            let windows = Model::new((0.6, 0.8)).windows(&cfa, x, y);
            for (c, weights) in windows.colors.iter().enumerate() {
                for (other, sum) in sums(&cfa, x, y, weights).iter().enumerate() {
                    assert!((sum - if other == c { 1.0 } else { 0.0 }).abs() < 1e-9, "{x} {y} {c}: {sum}");
                }
            }
            assert!(sums(&cfa, x, y, &windows.residual).iter().all(|sum| sum.abs() < 1e-9));
        }
    }

    #[test]
    fn a_sample_is_estimated_by_itself_and_missed_where_it_stands_out() {
        let windows = Model::new((1.0, 0.0)).windows(&Cfa::RGGB, 0, 0);
        assert!((windows.colors[0][TAPS / 2] - 1.0).abs() < 0.05);
        assert!((windows.residual[TAPS / 2] - 1.0).abs() < 1e-12);
        assert!(windows.residual[TAPS / 2 + 1] < -0.1);
    }

    #[test]
    fn leaving_one_out_is_the_estimate_of_equations_that_lack_the_sample() {
        let model = Model::new((0.6, 0.8));
        let mut without = model.equations(&FUJIFILM, 1, 2);
        let own = FUJIFILM.color_at(1, 2) as usize;
        // a sample of endless error says nothing
        without[TAPS / 2][TAPS / 2] += 1e9;
        solve(&mut without);
        let residual = model.windows(&FUJIFILM, 1, 2).residual;
        for k in (0..TAPS).filter(|k| *k != TAPS / 2) {
            assert!((residual[k] + without[k][UNKNOWNS + own]).abs() < 1e-6, "{k}");
        }
    }

    #[test]
    fn a_stripe_is_followed_along_its_direction() {
        // rows of alternating light: seen along the rows they are exact, across they are not
        let stripes = |k: usize| if (k / SIDE).is_multiple_of(2) { 0.2 } else { 0.8 };
        let seen = |along| -> f64 {
            Model::new(along).windows(&FUJIFILM, 2, 0).colors[1].iter().enumerate().map(|(k, w)| w * stripes(k)).sum()
        };
        assert!((seen((1.0, 0.0)) - 0.8).abs() < 0.1);
        assert!((seen((0.0, 1.0)) - 0.8).abs() > 0.2);
    }
}
