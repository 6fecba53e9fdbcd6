//! Hot pixels go, pictures stay.

use photo::demosaic::border_index;
use photo::demosaic::hot::{HALO, HotPixels};
use photo::{Cfa, Color, Simd};
use proptest::prelude::*;

use Color::{B, G, R};

const XTRANS: Cfa = Cfa::XTrans([
    [G, G, R, G, G, B],
    [G, G, B, G, G, R],
    [B, R, G, R, B, G],
    [G, G, B, G, G, R],
    [G, G, R, G, G, B],
    [R, B, G, B, R, G],
]);

/// The whole plane repaired in bands of `band` columns, and the number of replaced samples.
fn repaired(cfa: &Cfa, src: &[f32], width: usize, band: usize, simd: Simd) -> (Vec<f32>, usize) {
    let height = src.len() / width;
    let at =
        |x: isize, y: isize| src[border_index(y, height, cfa.period()) * width + border_index(x, width, cfa.period())];
    let hot = HotPixels::new(cfa, simd);
    let (mut out, mut count) = (src.to_vec(), 0);
    for (y, x0) in (0..height).flat_map(|y| (0..width).step_by(band).map(move |x| (y, x))) {
        let n = band.min(width - x0);
        let (first, last) = (x0 as isize - HALO as isize, (x0 + n + HALO) as isize);
        let row = |k: usize| (first..last).map(|x| at(x, (y + k) as isize - 2)).collect::<Vec<f32>>();
        let rows: [Vec<f32>; 5] = std::array::from_fn(row);
        count += hot.repair(rows.each_ref().map(|r| &r[..]), x0, y, &mut out[y * width + x0..][..n]);
    }
    (out, count)
}

/// Sum of twelve uniform numbers: nearly Gaussian, mean 0, deviation 1.
fn gaussian(state: &mut u64) -> f32 {
    let mut uniform = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 40) as f32 / (1u64 << 24) as f32
    };
    (0..12).map(|_| uniform()).sum::<f32>() - 6.0
}

fn any_cfa() -> impl Strategy<Value = Cfa> {
    prop_oneof![Just(Cfa::RGGB), Just(Cfa::GBRG), Just(Cfa::Mono), Just(XTRANS)]
}

proptest! {
    #[test]
    fn a_hot_or_dead_sample_in_quiet_surroundings_is_replaced(
        cfa in any_cfa(), x in 3usize..21, y in 3usize..21, base in 0.2f32..0.5, hot: bool, seed: u64
    ) {
        let mut state = seed | 1;
        let mut src: Vec<f32> = (0..24 * 24).map(|_| base + 0.002 * gaussian(&mut state)).collect();
        src[y * 24 + x] = if hot { 0.95 } else { 0.0 };
        let (out, count) = repaired(&cfa, &src, 24, 24, Simd::detect());
        prop_assert_eq!(count, 1);
        prop_assert!((out[y * 24 + x] - base).abs() < 0.01);
    }

    #[test]
    fn noise_stays(cfa in any_cfa(), base in 0.0f32..0.9, sigma in 0.0f32..0.05, seed: u64) {
        let mut state = seed | 1;
        let src: Vec<f32> = (0..48 * 48).map(|_| base + sigma * gaussian(&mut state)).collect();
        // two of a million are expected at the worst
        prop_assert!(repaired(&cfa, &src, 48, 48, Simd::detect()).1 <= 2);
    }

    #[test]
    fn stars_and_edges_stay(cfa in any_cfa(), cx in 10.0f32..14.0, cy in 10.0f32..14.0, radius in 0.65f32..3.0, angle in 0.0f32..6.3) {
        let star = |x: f32, y: f32| 0.9 * (-((x - cx).powi(2) + (y - cy).powi(2)) / (2.0 * radius * radius)).exp();
        let edge = |x: f32, y: f32| if (x - cx) * angle.cos() + (y - cy) * angle.sin() > 0.0 { 0.9 } else { 0.05 };
        for scene in [&star as &dyn Fn(f32, f32) -> f32, &edge] {
            let src: Vec<f32> = (0..24 * 24).map(|i| scene((i % 24) as f32, (i / 24) as f32)).collect();
            prop_assert_eq!(repaired(&cfa, &src, 24, 24, Simd::detect()).1, 0);
        }
    }

    #[test]
    fn bands_and_instructions_change_nothing(cfa in any_cfa(), band in 1usize..90, seed: u64) {
        let mut state = seed | 1;
        let src: Vec<f32> = (0..80 * 12).map(|i| if i % 37 == 0 { 0.9 } else { 0.2 + 0.01 * gaussian(&mut state) }).collect();
        let whole = repaired(&cfa, &src, 80, 80, Simd::PLAIN);
        prop_assert!(whole.1 > 0);
        prop_assert_eq!(repaired(&cfa, &src, 80, band, Simd::detect()), whole);
    }
}
