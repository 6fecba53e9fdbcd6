//! The properties of every demosaicing method.

use photo::demosaic::{Method, Rolling, border_index, plain};
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

fn any_cfa() -> impl Strategy<Value = Cfa> {
    let base = prop_oneof![3 => Just(Cfa::RGGB), 2 => Just(XTRANS), 1 => Just(Cfa::Mono)];
    (base, 0usize..6, 0usize..6).prop_map(|(cfa, dx, dy)| cfa.shifted(dx, dy))
}

fn any_method() -> impl Strategy<Value = Method> {
    prop_oneof![Just(Method::Rcd), Just(Method::Best), Just(Method::Bilinear), Just(Method::Half)]
}

/// Noise with some structure, negative and saturated samples included.
fn scene(seed: u64, width: usize, height: usize) -> Vec<f32> {
    let mut state = seed | 1;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let edge = random() * width as f32;
    let sample = |i: usize, noise: f32| {
        let (x, y) = ((i % width) as f32, (i / width) as f32);
        let base = if x + 0.5 * y > edge { 0.9 } else { 0.05 };
        if noise > 0.97 { 0.0 } else { base + 0.3 * (noise - 0.5) }
    };
    (0..width * height).map(|i| sample(i, random())).collect()
}

/// The picture through [`Rolling`], in bands of at most `band` columns.
fn rolled(method: Method, cfa: &Cfa, src: &[f32], (w, h): (usize, usize), band: usize, simd: Simd) -> [Vec<f32>; 3] {
    let scale = method.scale(cfa);
    let (out_w, out_h) = (w / scale, h / scale);
    let mut planes = [(); 3].map(|_| vec![0.0; out_w * out_h]);
    for x0 in (0..w).step_by(band * scale) {
        let width = (band * scale).min(w - x0);
        let mut rolling = Rolling::new(method, &cfa.shifted(x0, 0), width, simd);
        let halo = rolling.halo() as isize;
        let at = |x: isize, y: isize| src[border_index(y, h, cfa.period()) * w + border_index(x, w, cfa.period())];
        let mut line = [(); 3].map(|_| vec![0.0; rolling.output_width()]);
        let mut row = 0;
        for y in -halo..h as isize + halo {
            let samples: Vec<f32> = (-halo..width as isize + halo).map(|x| at(x0 as isize + x, y)).collect();
            if rolling.push(&samples, line.each_mut().map(|l| &mut l[..])) {
                for (plane, line) in planes.iter_mut().zip(&line) {
                    plane[row * out_w + x0 / scale..][..line.len()].copy_from_slice(line);
                }
                row += 1;
            }
        }
        assert_eq!(row, out_h);
    }
    planes
}

fn bits(planes: &[Vec<f32>; 3]) -> Vec<u32> {
    planes.iter().flatten().map(|v| v.to_bits()).collect()
}

fn mirrored(plane: &[f32], width: usize) -> Vec<f32> {
    plane.chunks(width).flat_map(|row| row.iter().rev().copied()).collect()
}

fn cropped(plane: &[f32], width: usize, margin: usize) -> Vec<f32> {
    let height = plane.len() / width;
    let rows = plane.chunks(width).skip(margin).take(height - 2 * margin);
    rows.flat_map(|row| row[margin..width - margin].iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn rolling_equals_plain_bit_by_bit_in_bands_of_any_width(
        method in any_method(), cfa in any_cfa(), w in 6usize..70, h in 6usize..40, band in 1usize..80, seed: u64
    ) {
        let src = scene(seed, w, h);
        let expected = bits(&plain(method, &cfa, &src, w, h));
        for simd in [Simd::PLAIN, Simd::detect()] {
            prop_assert_eq!(&bits(&rolled(method, &cfa, &src, (w, h), band, simd)), &expected);
        }
    }

    #[test]
    fn a_constant_stays_constant(method in any_method(), cfa in any_cfa(), value in 0.0f32..1.2) {
        for plane in plain(method, &cfa, &[value; 24 * 18], 24, 18) {
            prop_assert!(plane.iter().all(|v| (v - value).abs() <= 2e-6));
        }
    }

    #[test]
    fn a_neutral_ramp_stays_neutral_and_straight(method in any_method(), cfa in any_cfa(), dx in -6i32..=6, dy in -6i32..=6) {
        prop_assume!(method != Method::Half);
        let (w, h) = (48, 48);
        let ramp = |i: usize| 0.5 + ((i % w) as f32 - 24.0) * dx as f32 / 1000.0 + ((i / w) as f32 - 24.0) * dy as f32 / 1000.0;
        let src: Vec<f32> = (0..w * h).map(ramp).collect();
        let expected = cropped(&src, w, 16);
        for plane in plain(method, &cfa, &src, w, h) {
            let seen = cropped(&plane, w, 16);
            for (a, b) in seen.iter().zip(&expected) {
                prop_assert!((a - b).abs() < 0.005, "{} instead of {}", a, b);
            }
        }
    }

    #[test]
    fn the_crop_of_the_picture_is_the_picture_of_the_crop(
        method in any_method(), cfa in any_cfa(), dx in 0usize..6, dy in 0usize..6, seed: u64
    ) {
        prop_assume!(method != Method::Half);
        let (w, h, margin) = (64, 60, 20);
        let src = scene(seed, w, h);
        let part: Vec<f32> = src.chunks(w).skip(dy).take(h - 6).flat_map(|r| r[dx..dx + w - 6].to_vec()).collect();
        let whole = plain(method, &cfa, &src, w, h);
        let small = plain(method, &cfa.shifted(dx, dy), &part, w - 6, h - 6);
        for (whole, small) in whole.iter().zip(&small) {
            let inner: Vec<f32> = whole.chunks(w).skip(dy).take(h - 6).flat_map(|r| r[dx..dx + w - 6].to_vec()).collect();
            prop_assert_eq!(cropped(&inner, w - 6, margin), cropped(small, w - 6, margin));
        }
    }

    #[test]
    fn the_mirrored_mosaic_gives_the_mirrored_picture(cfa in any_cfa(), method in any_method(), half_w in 4usize..20, seed: u64) {
        prop_assume!(matches!(cfa, Cfa::Bayer(_)) && method != Method::Half);
        let (w, h) = (2 * half_w, 20);
        let src = scene(seed, w, h);
        let mirror_cfa = cfa.shifted(1, 0);
        let expected = plain(method, &cfa, &src, w, h).map(|p| mirrored(&p, w));
        let seen = plain(method, &mirror_cfa, &mirrored(&src, w), w, h);
        prop_assert_eq!(seen, expected);
    }
}

#[test]
fn stripes_in_four_directions_are_seen_far_better_than_by_linear_interpolation() {
    for (dx, dy) in [(0.0f32, 1.0f32), (1.0, 0.0), (0.7, 0.7), (0.7, -0.7)] {
        for cfa in [Cfa::RGGB, XTRANS] {
            let (w, h) = (60, 60);
            let stripe = |i: usize| 0.5 + 0.4 * (1.8 * ((i % w) as f32 * dx + (i / w) as f32 * dy)).sin();
            let src: Vec<f32> = (0..w * h).map(stripe).collect();
            let error = |method| -> f32 {
                let planes = plain(method, &cfa, &src, w, h).map(|p| cropped(&p, w, 12));
                planes.iter().flat_map(|p| p.iter().zip(cropped(&src, w, 12))).map(|(a, b)| (a - b).powi(2)).sum()
            };
            let linear = error(Method::Bilinear);
            for method in [Method::Rcd, Method::Best] {
                let ours = error(method);
                assert!(ours < 0.1 * linear, "{method:?} {cfa}, stripes across {dx}, {dy}: {ours} of {linear}");
            }
        }
    }
}

#[test]
fn best_sees_neutral_texture_and_coloured_edges_better_than_rcd() {
    // waves of many directions and lengths over a border between two colours
    let (w, h) = (96, 96);
    let wave =
        |x: f32, y: f32| (0..9).map(|k| (x * (0.3 + 0.2 * k as f32) + y * (1.9 - 0.2 * k as f32)).sin()).sum::<f32>();
    let light = |i: usize| 0.3 + 0.03 * wave((i % w) as f32, (i / w) as f32);
    let tint = |i: usize, c: usize| if i % w + i / w / 3 > 60 { [1.0, 0.4, 0.2][c] } else { [0.5, 0.9, 1.0][c] };
    let truth = [0, 1, 2].map(|c| (0..w * h).map(|i| light(i) * tint(i, c)).collect::<Vec<f32>>());
    for cfa in [Cfa::RGGB, Cfa::GRBG, Cfa::GBRG, Cfa::BGGR] {
        let src: Vec<f32> = (0..w * h).map(|i| truth[cfa.color_at(i % w, i / w) as usize][i]).collect();
        let error = |method| -> f32 {
            let planes = plain(method, &cfa, &src, w, h);
            let errors = planes.iter().zip(&truth).flat_map(|(a, b)| a.iter().zip(b));
            errors.map(|(a, b)| (a.max(0.0).sqrt() - b.sqrt()).powi(2)).sum()
        };
        let (best, rcd) = (error(Method::Best), error(Method::Rcd));
        assert!(best < 0.8 * rcd, "{cfa}: {best} of {rcd}");
    }
}

#[test]
fn half_leaves_no_coloured_rim_on_a_neutral_ramp() {
    for cfa in [Cfa::RGGB, Cfa::GBRG, XTRANS, XTRANS.shifted(2, 1)] {
        let (w, h) = (36, 36);
        let src: Vec<f32> = (0..w * h).map(|i| (i % w) as f32 * 0.01 + (i / w) as f32 * 0.005).collect();
        let [r, g, b] = plain(Method::Half, &cfa, &src, w, h).map(|p| cropped(&p, w / Method::Half.scale(&cfa), 2));
        for ((r, g), b) in r.iter().zip(&g).zip(&b) {
            assert!((r - g).abs() < 1e-6 && (b - g).abs() < 1e-6, "{cfa}: {r} {g} {b}");
        }
    }
}

#[test]
fn a_picture_of_one_pixel_is_no_reason_to_fail() {
    for (w, h) in [(1, 1), (1, 9), (9, 1), (2, 2), (5, 3)] {
        for method in [Method::Rcd, Method::Best, Method::Bilinear, Method::Half] {
            for cfa in [Cfa::GRBG, XTRANS, Cfa::Mono] {
                let planes = rolled(method, &cfa, &vec![0.5; w * h], (w, h), 64, Simd::detect());
                assert_eq!(bits(&planes), bits(&plain(method, &cfa, &vec![0.5; w * h], w, h)));
            }
        }
    }
}
