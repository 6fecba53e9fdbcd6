//! White balance: the recipe's words become multipliers.

use crate::recipe::WhiteBalance;
use photo::Strip;
use photo::color::{Balance, temperature::Temperature};

/// Pixels darker than this are noise.
const DARKEST: f32 = 0.01;
/// Pixels nearer to their clip level than this are not believed.
const BRIGHTEST: f32 = 0.9;
/// Distance from the present estimate, in natural logarithms, at which a pixel counts half.
const HALF_WEIGHT: f32 = 0.2;
/// Most that automatic balance changes a channel against green, either way.
const MOST: f32 = 4.0;

/// The balance that a recipe asks for. `auto` holds the multipliers of [`auto_multipliers`], where they were found.
pub fn balance(recipe: WhiteBalance, auto: Option<[f32; 3]>) -> Balance {
    match recipe {
        WhiteBalance::AsShot => Balance::AsShot,
        WhiteBalance::Auto => auto.map_or(Balance::AsShot, Balance::Multipliers),
        WhiteBalance::Kelvin { kelvin, tint } => {
            Balance::Temperature(Temperature { kelvin: f64::from(kelvin), tint: f64::from(tint) })
        }
        WhiteBalance::Multipliers { multipliers } => Balance::Multipliers(multipliers),
    }
}

/// Grey-world: the multipliers that make the thumbnail grey in the mean, green = 1. `thumbnail` is camera RGB already
/// multiplied by `applied`, the levels at which its channels clip. Colours far from the rest count little, so that a
/// large lawn does not make the picture pink. `None` where too few pixels are usable.
pub fn auto_multipliers(thumbnail: &Strip, applied: [f32; 3]) -> Option<[f32; 3]> {
    let ratios: Vec<[f32; 2]> = usable(thumbnail, applied).map(|[r, g, b]| [(g / r).ln(), (g / b).ln()]).collect();
    if ratios.len() < 16 {
        return None;
    }
    let start = [0, 1].map(|i| median(ratios.iter().map(|r| r[i]).collect()));
    let [red, blue] = (0..8).fold(start, |at, _| weighted_mean(&ratios, at)).map(|v| v.exp().clamp(1.0 / MOST, MOST));
    Some([red * applied[0] / applied[1], 1.0, blue * applied[2] / applied[1]])
}

fn usable(thumbnail: &Strip, clip: [f32; 3]) -> impl Iterator<Item = [f32; 3]> {
    let [r, g, b] = &thumbnail.planes;
    let pixels = r.iter().zip(g).zip(b).map(|((r, g), b)| [*r, *g, *b]);
    pixels.filter(move |p| (0..3).all(|c| p[c] > DARKEST && p[c] < BRIGHTEST * clip[c]))
}

fn median(mut values: Vec<f32>) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

fn weighted_mean(ratios: &[[f32; 2]], at: [f32; 2]) -> [f32; 2] {
    let mut sums = [0.0f64; 3];
    for ratio in ratios {
        let (dr, db) = (ratio[0] - at[0], ratio[1] - at[1]);
        let weight = f64::from(1.0 / (1.0 + (dr * dr + db * db) / (HALF_WEIGHT * HALF_WEIGHT)));
        sums[0] += weight * f64::from(ratio[0]);
        sums[1] += weight * f64::from(ratio[1]);
        sums[2] += weight;
    }
    [(sums[0] / sums[2]) as f32, (sums[1] / sums[2]) as f32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Greys of many levels under a light, with a share of one strong colour and some clipped pixels.
    fn scene(light: [f32; 3], lawn: usize) -> Strip {
        let mut strip = Strip::new(100, 10);
        for i in 0..1000 {
            let level = 0.05 + 0.6 * (i as f32 * 0.618).fract();
            let color = if i % 100 < lawn { [0.3, 1.0, 0.2] } else { [1.0; 3] };
            (0..3).for_each(|c| strip.planes[c][i] = if i % 50 == 49 { 1.0 } else { level * color[c] * light[c] });
        }
        strip
    }

    proptest! {
        #[test]
        fn the_light_is_found_also_over_a_lawn(red in 0.4f32..1.0, blue in 0.4f32..1.0, lawn in 0usize..35) {
            let got = auto_multipliers(&scene([red, 1.0, blue], lawn), [1.0; 3]).expect("a scene");
            prop_assert!((got[0] * red - 1.0).abs() < 0.06 && (got[2] * blue - 1.0).abs() < 0.06, "{got:?}");
        }
    }

    #[test]
    fn what_was_already_applied_is_counted() {
        let got = auto_multipliers(&scene([1.0; 3], 0), [2.0, 1.0, 1.5]).expect("a scene");
        assert!((got[0] - 2.0).abs() < 1e-3 && (got[2] - 1.5).abs() < 1e-3, "{got:?}");
    }

    #[test]
    fn a_black_or_blown_picture_has_no_balance() {
        for level in [0.0, 1.0, f32::NAN] {
            let mut strip = Strip::new(10, 10);
            strip.planes.iter_mut().for_each(|p| p.fill(level));
            assert_eq!(auto_multipliers(&strip, [1.0; 3]), None);
        }
    }
}
