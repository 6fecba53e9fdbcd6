//! Every filter against its plain version, and against what it should do.

use super::*;
use crate::render::ToolPicture;
use proptest::prelude::*;

fn no_tool(_: &str, picture: ToolPicture) -> Result<ToolPicture, DevelopError> {
    Ok(picture)
}

fn around(picture: &Strip, simd: Simd) -> Surroundings<'static> {
    Surroundings { space: OutputSpace::Srgb, size: picture.size(), simd, tools: &no_tool }
}

/// Pushes the picture through the stage of `filter` in strips of so many rows.
fn fast(filter: &Filter, picture: &Strip, rows: usize, simd: Simd) -> Strip {
    let mut stage = stage(filter, &around(picture, simd));
    let mut out = Strip::new(picture.width, 0);
    let mut down = |s: &mut Strip| {
        out.rows += s.rows;
        (0..3).for_each(|c| out.planes[c].extend_from_slice(&s.planes[c]));
        Ok(())
    };
    for y in (0..picture.rows).step_by(rows) {
        let mut strip = Strip::new(picture.width, rows.min(picture.rows - y));
        let span = y * picture.width..(y + strip.rows) * picture.width;
        (0..3).for_each(|c| strip.planes[c].copy_from_slice(&picture.planes[c][span.clone()]));
        stage.push(&mut strip, &mut down).expect("no error");
    }
    stage.finish(&mut down).expect("no error");
    out
}

fn plainly(filter: &Filter, picture: &Strip) -> Strip {
    plain(filter, &around(picture, Simd::PLAIN), picture).expect("no error")
}

fn same_bits(a: &Strip, b: &Strip) -> bool {
    let bits = |s: &Strip| s.planes.iter().flatten().map(|v| v.to_bits()).collect::<Vec<_>>();
    a.size() == b.size() && bits(a) == bits(b)
}

fn unsharp(sigma: f32, amount: f32, threshold: f32) -> Filter {
    Filter::UnsharpMask { sigma, amount, threshold }
}

/// One of each kind.
fn filters() -> Vec<Filter> {
    let kernel = vec![0.0, -1.0, 0.5, -1.0, 5.0, -1.0, 0.0, -1.0, -0.5];
    vec![
        Filter::GaussianBlur { sigma: 0.7 },
        Filter::GaussianBlur { sigma: 5.0 },
        unsharp(2.0, 1.0, 0.0),
        unsharp(1.0, 3.0, 0.05),
        Filter::Sharpen { amount: 1.5 },
        Filter::Convolve { kernel, divisor: None, bias: 0.01 },
        Filter::Median { radius: 1 },
        Filter::Median { radius: 2 },
        Filter::Vignette { strength: 0.6, radius: 0.3 },
        Filter::Vignette { strength: -0.6, radius: 1.0 },
        Filter::Grayscale,
        Filter::Exec { tool: "none".into() },
    ]
}

/// Deterministic values of 0 to 1 without order.
fn noise(width: usize, rows: usize, seed: u32) -> Strip {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_215.0
    };
    let mut strip = Strip::new(width, rows);
    strip.planes.iter_mut().flatten().for_each(|v| *v = next());
    strip
}

fn constant(width: usize, rows: usize, color: [f32; 3]) -> Strip {
    let mut strip = Strip::new(width, rows);
    (0..3).for_each(|c| strip.planes[c].fill(color[c]));
    strip
}

/// A light point of linear value 1 in the middle of black.
fn point(side: usize) -> Strip {
    let mut strip = Strip::new(side, side);
    (0..3).for_each(|c| strip.row_mut(c, side / 2)[side / 2] = 1.0);
    strip
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn fast_and_plain_give_the_same_bits_for_every_size_and_cut(
        width in prop_oneof![1usize..70, 500usize..660], rows in 1usize..24, cut in 1usize..9, seed in any::<u32>(), which in 0usize..12
    ) {
        let (filter, picture) = (&filters()[which], noise(width, rows, seed));
        let plain = plainly(filter, &picture);
        prop_assert!(same_bits(&plain, &fast(filter, &picture, cut, Simd::PLAIN)), "plain kernel of {filter:?}");
        prop_assert!(same_bits(&plain, &fast(filter, &picture, cut, Simd::detect())), "wide kernel of {filter:?}");
    }
}

#[test]
fn a_constant_stays_constant() {
    let color = [0.2, 0.7, 0.9];
    let kept = filters().into_iter().filter(|f| !matches!(f, Filter::Vignette { .. } | Filter::Grayscale));
    for filter in kept.chain([Filter::GaussianBlur { sigma: 100.0 }]) {
        let bias = if let Filter::Convolve { bias, .. } = filter { bias } else { 0.0 };
        let made = fast(&filter, &constant(37, 9, color), 4, Simd::detect());
        for (plane, value) in made.planes.iter().zip(color) {
            assert!(plane.iter().all(|v| (v - value - bias).abs() < 2e-5), "{filter:?} {:?}", &plane[..3]);
        }
    }
}

#[test]
fn a_blurred_point_keeps_its_light() {
    for sigma in [0.1, 0.5, 1.0, 3.0] {
        let made = fast(&Filter::GaussianBlur { sigma }, &point(41), 5, Simd::detect());
        let light = |v: f32| OutputSpace::Srgb.transfer().decode(f64::from(v));
        let sum: f64 = made.planes[1].iter().map(|v| light(*v)).sum();
        assert!((sum - 1.0).abs() < 2e-3, "sigma {sigma}: {sum}");
    }
}

#[test]
fn half_a_gaussian_is_one_with_its_mirror() {
    for sigma in [0.1, 0.3, 2.0, 33.3, 100.0] {
        let half = kernel::gaussian(sigma);
        let sum: f64 = f64::from(half[0]) + 2.0 * half[1..].iter().map(|w| f64::from(*w)).sum::<f64>();
        assert!((sum - 1.0).abs() < 1e-6, "sigma {sigma}: {sum}");
    }
    assert_eq!(kernel::gaussian(2.0).len(), 7);
}

#[test]
fn unsharp_overshoots_by_the_amount_and_spares_what_is_below_the_threshold() {
    let mut edge = constant(40, 3, [0.4; 3]);
    (0..3).for_each(|c| (0..3).for_each(|y| edge.row_mut(c, y)[20..].fill(0.6)));
    let blurred_at_edge = 0.6 - 0.2 * kernel::gaussian(2.0)[1..].iter().sum::<f32>();
    let made = fast(&unsharp(2.0, 1.0, 0.0), &edge, 2, Simd::detect());
    assert!((made.row(0, 1)[20] - (2.0 * 0.6 - blurred_at_edge)).abs() < 1e-5);
    assert!(same_bits(&fast(&unsharp(2.0, 1.0, 0.2), &edge, 2, Simd::detect()), &edge));
}

#[test]
fn sharpen_never_leaves_the_range_of_the_edge_and_keeps_colour_differences() {
    let mut ramp = constant(9, 3, [0.2, 0.4, 0.3]);
    for c in 0..3 {
        (0..3).for_each(|y| {
            [0.0, 0.0, 0.0, 0.1, 0.3, 0.4, 0.4, 0.4, 0.4].iter().zip(ramp.row_mut(c, y)).for_each(|(d, v)| *v += d)
        });
    }
    let made = fast(&Filter::Sharpen { amount: 2.0 }, &ramp, 3, Simd::detect());
    let red = made.row(0, 1);
    assert!(red.iter().all(|v| (0.2 - 1e-6..=0.6 + 1e-6).contains(v)), "{red:?}");
    assert!(red[3] < 0.3 - 0.01 && red[4] > 0.5 + 0.01, "{red:?}");
    assert!((0..9).all(|x| (made.row(1, 1)[x] - red[x] - 0.2).abs() < 1e-5));
}

#[test]
fn convolve_is_written_as_it_is_seen() {
    let mut kernel = vec![0.0; 9];
    kernel[0] = 1.0;
    let picture = noise(5, 4, 7);
    let made = fast(&Filter::Convolve { kernel, divisor: None, bias: 0.0 }, &picture, 2, Simd::detect());
    assert_eq!(made.row(2, 3)[4], picture.row(2, 2)[3]);
    assert_eq!(made.row(2, 0)[0], picture.row(2, 0)[0]);
}

#[test]
fn median_removes_a_hot_pixel() {
    let mut picture = constant(9, 9, [0.25; 3]);
    picture.row_mut(0, 4)[4] = 1.0;
    assert!(same_bits(&fast(&Filter::Median { radius: 1 }, &picture, 9, Simd::detect()), &constant(9, 9, [0.25; 3])));
}

#[test]
fn a_vignette_halves_the_light_of_the_corner_and_spares_the_middle() {
    let made =
        fast(&Filter::Vignette { strength: 0.5, radius: 0.5 }, &constant(101, 101, [0.5; 3]), 10, Simd::detect());
    let light = |v: f32| OutputSpace::Srgb.transfer().decode(f64::from(v));
    assert!((light(made.row(0, 0)[0]) / light(0.5) - 0.5).abs() < 0.01);
    assert!((made.row(0, 50)[50] - 0.5).abs() < 1e-4);
}

#[test]
fn gray_has_the_luminance_of_the_colour() {
    let made = fast(&Filter::Grayscale, &constant(2, 1, [0.0, 1.0, 0.0]), 1, Simd::detect());
    // sRGB green has a luminance of 0.7152 (IEC 61966-2-1), encoded 0.8625.
    assert!(made.planes.iter().flatten().all(|v| (v - 0.8625).abs() < 1e-4), "{:?}", made.planes);
}

#[test]
fn a_tool_sees_16_bits_and_must_keep_the_size() {
    let picture = constant(3, 2, [1.0, 0.5, 0.0]);
    let run = |tools: ToolRunner| {
        plain(&Filter::Exec { tool: "t".into() }, &Surroundings { tools, ..around(&picture, Simd::PLAIN) }, &picture)
    };
    let invert = |name: &str, mut p: ToolPicture| {
        assert_eq!((name, &p.samples[..3]), ("t", &[65535, 32768, 0][..]));
        p.samples.iter_mut().for_each(|v| *v = 65535 - *v);
        Ok(p)
    };
    assert_eq!(run(&invert).expect("same size").planes[2][..], [1.0; 6]);
    let shrink = |_: &str, mut p: ToolPicture| {
        p.samples.pop();
        Ok(p)
    };
    let error = run(&shrink).expect_err("another size").to_string();
    assert_eq!(error, "tool `t` failed: expected 3 × 2 pixels, 18 samples, found 3 × 2 pixels, 17 samples");
}
