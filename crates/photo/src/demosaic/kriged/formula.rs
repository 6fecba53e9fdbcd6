//! The arithmetic of one pixel. Where the samples come from, the callers know.

/// Directions along which a picture may run: rows, columns, falling to the right, rising to the right.
pub const DIRECTIONS: usize = 4;

/// Below about its square, roots fade to a straight line, so that noise around black keeps its shape.
const TOE: f32 = 0.05;
/// Keeps the trust finite; the square of weak noise's root.
const ENERGY_FLOOR: f32 = 1e-6;
/// Weights of five values in a row: binomial, deviation one pixel.
const SMOOTH: [f32; 3] = [0.0625, 0.25, 0.375];

/// `v`, or 0 when it is negative.
#[inline(always)]
fn positive(v: f32) -> f32 {
    if v > 0.0 { v } else { 0.0 }
}

/// The root of a sample: smooth, increasing, straight below 0.
#[inline(always)]
pub fn root(v: f32) -> f32 {
    let above = positive(v);
    ((above + TOE * TOE).sqrt() - TOE) + (v - above) * (0.5 / TOE)
}

/// The sample that has this root.
#[inline(always)]
pub fn square(u: f32) -> f32 {
    let above = positive(u);
    above * (above + 2.0 * TOE) + (u - above) * (2.0 * TOE)
}

/// Adds two weighted samples to the sums of the directions.
#[inline(always)]
pub fn add(sum: f32, [ws, wt]: [f32; 2], [s, t]: [f32; 2]) -> f32 {
    sum + (ws * s + wt * t)
}

/// Weighted mean of five values.
#[inline(always)]
pub fn smooth([a, b, c, d, e]: [f32; 5]) -> f32 {
    (SMOOTH[0] * (a + e) + SMOOTH[1] * (b + d)) + SMOOTH[2] * c
}

/// Trust in each direction from the mean square by which it misses: the square of one over it. Their sum is 1.
#[inline(always)]
pub fn trust(energy: [f32; DIRECTIONS]) -> [f32; DIRECTIONS] {
    let of = |energy: f32| {
        let one = 1.0 / (energy + ENERGY_FLOOR);
        one * one
    };
    let [row, column, falling, rising] = [of(energy[0]), of(energy[1]), of(energy[2]), of(energy[3])];
    let share = 1.0 / ((row + column) + (falling + rising));
    [row * share, column * share, falling * share, rising * share]
}

/// The estimates of the directions, each as far as it is trusted.
#[inline(always)]
pub fn blend(estimates: [f32; DIRECTIONS], trust: [f32; DIRECTIONS]) -> f32 {
    let [a, b, c, d] = estimates;
    (trust[0] * a + trust[1] * b) + (trust[2] * c + trust[3] * d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_square_of_the_root_is_the_sample(v in -0.5f32..8.0) {
            prop_assert!((square(root(v)) - v).abs() <= 1e-6 * (1.0 + v.abs()), "{}", square(root(v)));
        }

        #[test]
        fn roots_increase(v in -0.5f32..8.0, more in 0.001f32..1.0) {
            prop_assert!(root(v + more) > root(v));
        }
    }

    #[test]
    fn a_direction_that_misses_less_is_trusted_more() {
        let [row, column, falling, rising] = trust([1e-4, 1e-2, 1e-3, 1e-3]);
        assert!(row > 0.9 && column < falling && falling == rising);
        assert!((row + column + falling + rising - 1.0).abs() < 1e-6);
    }
}
