//! The best linear estimates of the colours of an X-Trans pixel, for a picture that runs along a given direction.
//!
//! Ordinary cokriging (N. Cressie, "Statistics for Spatial Data", 1993, chapter 3): the three colours are taken for
//! random fields, a luminance that they share plus a colour difference of each, whose covariances fall with the
//! distance, slower along the direction than across it. The weights of the 7 × 7 samples around the pixel follow from
//! the covariances alone; those of the wanted colour sum to 1, those of the others to 0, so that flat areas stay flat.

use crate::Cfa;

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
const LUMINANCE: Field = Field { variance: 1.0, reach: 2.0, power: 1.87, stretch: 5.2 };
const DIFFERENCE: Field = Field { variance: 0.055, reach: 5.0, power: 1.0, stretch: 3.7 };
/// Variance of a sample's own error; keeps the equations well conditioned.
const NOISE: f64 = 3e-4;

impl Field {
    /// Covariance at the offset (`dx`, `dy`), for a picture that runs along the unit vector (`ux`, `uy`).
    fn at(&self, (dx, dy): (f64, f64), (ux, uy): (f64, f64)) -> f64 {
        let along = (dx * ux + dy * uy) / self.stretch;
        let across = dy * ux - dx * uy;
        let distance = (along * along + across * across).sqrt();
        self.variance * (-(distance / self.reach).powf(self.power)).exp()
    }
}

/// Offset of window sample `k` from the pixel.
fn offset(k: usize) -> (f64, f64) {
    ((k % SIDE) as f64 - RADIUS as f64, (k / SIDE) as f64 - RADIUS as f64)
}

/// For each colour the weights of the window around pixel (`x`, `y`), row by row.
pub fn weights(cfa: &Cfa, x: usize, y: usize, along: (f64, f64)) -> [[f32; TAPS]; 3] {
    let back = 6 - RADIUS;
    let color: [usize; TAPS] = std::array::from_fn(|k| cfa.color_at(x + back + k % SIDE, y + back + k / SIDE) as usize);
    let mut equations = vec![[0.0f64; TAPS + 6]; TAPS + 3];
    for a in 0..TAPS {
        for b in 0..TAPS {
            let (oa, ob) = (offset(a), offset(b));
            let at = (oa.0 - ob.0, oa.1 - ob.1);
            let own = if a == b { NOISE } else { 0.0 };
            equations[a][b] = covariance(at, along, color[a] == color[b]) + own;
        }
        equations[a][TAPS + color[a]] = 1.0;
        equations[TAPS + color[a]][a] = 1.0;
        for c in 0..3 {
            equations[a][TAPS + 3 + c] = covariance(offset(a), along, color[a] == c);
        }
    }
    for c in 0..3 {
        equations[TAPS + c][TAPS + 3 + c] = 1.0;
    }
    solve(&mut equations);
    std::array::from_fn(|c| std::array::from_fn(|k| equations[k][TAPS + 3 + c] as f32))
}

fn covariance(at: (f64, f64), along: (f64, f64), same_color: bool) -> f64 {
    LUMINANCE.at(at, along) + if same_color { DIFFERENCE.at(at, along) } else { 0.0 }
}

/// Solves linear equations in place (Gauss and Jordan, largest pivot): the right sides become the solutions. A
/// variable that nothing determines, such as the constraint of a colour that the window lacks, becomes 0.
fn solve<const COLUMNS: usize>(rows: &mut [[f64; COLUMNS]]) {
    let n = rows.len();
    for i in 0..n {
        let size = |r: &usize| rows[*r][i].abs();
        let pivot = (i..n).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(i);
        rows.swap(i, pivot);
        let scale = if rows[i][i].abs() > 1e-12 { 1.0 / rows[i][i] } else { 0.0 };
        rows[i].iter_mut().for_each(|v| *v *= scale);
        let row = rows[i];
        for (k, other) in rows.iter_mut().enumerate() {
            let factor = other[i];
            if k != i && factor != 0.0 {
                other.iter_mut().zip(&row).for_each(|(v, r)| *v -= factor * r);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demosaic::xtrans::PATTERN;

    #[test]
    fn the_weights_of_the_wanted_colour_sum_to_one_and_of_the_others_to_zero() {
        for (x, y) in [(0, 0), (2, 0), (5, 3), (1, 5)] {
            for (c, weights) in weights(&PATTERN, x, y, (0.6, 0.8)).iter().enumerate() {
                let mut sums = [0.0f32; 3];
                for (k, w) in weights.iter().enumerate() {
                    sums[PATTERN.color_at(x + 3 + k % SIDE, y + 3 + k / SIDE) as usize] += w;
                }
                for (other, sum) in sums.iter().enumerate() {
                    assert!((sum - if other == c { 1.0 } else { 0.0 }).abs() < 1e-5, "{x} {y} {c}: {sums:?}");
                }
            }
        }
    }

    #[test]
    fn a_stripe_is_followed_along_its_direction() {
        // rows of alternating light: seen along the rows they are exact, across they are not
        let stripes = |k: usize| if (k / SIDE).is_multiple_of(2) { 0.2 } else { 0.8 };
        let seen =
            |along| -> f32 { weights(&PATTERN, 2, 0, along)[1].iter().enumerate().map(|(k, w)| w * stripes(k)).sum() };
        assert!((seen((1.0, 0.0)) - 0.8).abs() < 0.1);
        assert!((seen((0.0, 1.0)) - 0.8).abs() > 0.2);
    }
}
