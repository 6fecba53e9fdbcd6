use super::*;

use crate::Size;
use proptest::prelude::*;

mod pillow;

/// Deterministic noise in 0..1.
fn noise(width: usize, rows: usize) -> Strip {
    let mut picture = Strip::new(width, rows);
    let mut state = 0x9e37_79b9u32;
    for v in picture.planes.iter_mut().flatten() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *v = state as f32 / u32::MAX as f32;
    }
    picture
}

fn filled(width: usize, rows: usize, at: impl Fn(usize, usize) -> f32) -> Strip {
    let mut picture = Strip::new(width, rows);
    for plane in &mut picture.planes {
        plane.iter_mut().enumerate().for_each(|(i, v)| *v = at(i % width, i / width));
    }
    picture
}

/// Pushes the picture in strips of the given numbers of rows, over and over.
fn streamed(picture: &Strip, scaling: &Scaling, cuts: &[usize], simd: Simd) -> Strip {
    let mut resampler = Resampler::new(simd, scaling);
    let mut out = Strip::new(scaling.target.width as usize, 0);
    let mut cuts = cuts.iter().cycle();
    let mut y = 0;
    while y < picture.rows {
        let rows = (*cuts.next().expect("a cycle")).min(picture.rows - y);
        let mut strip = Strip::new(picture.width, rows);
        let span = y * picture.width..(y + rows) * picture.width;
        strip.planes.iter_mut().zip(&picture.planes).for_each(|(to, from)| to.copy_from_slice(&from[span.clone()]));
        resampler.push(&strip, &mut |ready| append(&mut out, ready)).expect("no error");
        y += rows;
    }
    out
}

fn append(out: &mut Strip, more: &Strip) -> Result<(), ()> {
    assert_eq!(out.width, more.width);
    out.rows += more.rows;
    out.planes.iter_mut().zip(&more.planes).for_each(|(to, from)| to.extend_from_slice(from));
    Ok(())
}

fn bits(picture: &Strip) -> Vec<u32> {
    picture.planes.iter().flatten().map(|v| v.to_bits()).collect()
}

fn full(source: (u32, u32), target: (u32, u32)) -> Scaling {
    let source = Size::new(source.0, source.1);
    Scaling::new(source, Region::full(source), Size::new(target.0, target.1))
}

fn any_scaling() -> impl Strategy<Value = Scaling> {
    (1u32..250, 1u32..70, 1u32..150, 1u32..60, prop::array::uniform4(0.0f64..1.0), prop::bool::ANY).prop_map(
        |(w, h, tw, th, [x, y, cw, ch], cropped)| {
            let source = Size::new(w, h);
            let (fw, fh) = (f64::from(w), f64::from(h));
            let part = Region::new(x * fw * 0.5, y * fh * 0.5, cw * fw * 0.5, ch * fh * 0.5);
            let region = if cropped { part } else { Region::full(source) };
            Scaling::new(source, region, Size::new(tw, th))
        },
    )
}

proptest! {
    #[test]
    fn streaming_equals_the_plain_version(scaling in any_scaling(), cuts in prop::collection::vec(1usize..20, 1..5)) {
        let picture = noise(scaling.source.width as usize, scaling.source.height as usize);
        let expected = plain::resample(&picture, &scaling);
        for simd in [Simd::PLAIN, Simd::detect()] {
            let found = streamed(&picture, &scaling, &cuts, simd);
            prop_assert_eq!(found.size(), scaling.target);
            prop_assert_eq!(bits(&found), bits(&expected));
        }
    }

    #[test]
    fn a_constant_stays(scaling in any_scaling(), level in 0.0f32..2.0) {
        let picture = filled(scaling.source.width as usize, scaling.source.height as usize, |_, _| level);
        let found = streamed(&picture, &scaling, &[7], Simd::detect());
        for v in found.planes.iter().flatten() {
            prop_assert!((v - level).abs() <= 2e-6 * level, "{level} became {v}");
        }
    }

    #[test]
    fn the_same_size_keeps_every_bit(w in 1u32..40, h in 1u32..40) {
        let picture = noise(w as usize, h as usize);
        prop_assert_eq!(bits(&streamed(&picture, &full((w, h), (w, h)), &[5], Simd::detect())), bits(&picture));
    }
}

/// In the corners, where the kernel is cut on both axes, it is 185 to 191.
#[test]
fn a_checkerboard_halved_is_grey_188_in_srgb() {
    let picture = filled(64, 64, |x, y| ((x + y) % 2) as f32);
    let found = streamed(&picture, &full((64, 64), (32, 32)), &[16], Simd::detect());
    let near_border = |i: usize| !(3..29).contains(&i);
    for (i, v) in found.planes[0].iter().enumerate() {
        if near_border(i % 32) && near_border(i / 32) {
            continue;
        }
        let encoded = 255.0 * (1.055 * v.powf(1.0 / 2.4) - 0.055);
        assert!((encoded - 188.0).abs() <= 1.0, "found {encoded}");
    }
}

#[test]
fn lanczos_agrees_with_pillow() {
    let at = |x: usize, y: usize| ((7 * x + 13 * y + x * y) % 32) as f32 / 31.0;
    for (source, region, target, expected) in pillow::CASES {
        let picture = filled(source.0 as usize, source.1 as usize, at);
        let region = Region::new(region[0], region[1], region[2], region[3]);
        let scaling = Scaling::new(Size::new(source.0, source.1), region, Size::new(target.0, target.1));
        let found = plain::lanczos(&picture, &scaling);
        assert_eq!(found.planes[0].len(), expected.len());
        for (found, expected) in found.planes[0].iter().zip(*expected) {
            assert!((found - expected).abs() < 3e-6, "expected {expected}, found {found}");
        }
    }
}

/// Rings that get finer outward, up to `finest` cycles per pixel at the corner.
fn zone_plate(side: usize, finest: f64) -> Strip {
    let mid = side as f64 / 2.0;
    let k = std::f64::consts::PI * finest / (mid * std::f64::consts::SQRT_2);
    filled(side, side, |x, y| {
        let r2 = (x as f64 + 0.5 - mid).powi(2) + (y as f64 + 0.5 - mid).powi(2);
        (0.5 + 0.5 * (k * r2).cos()) as f32
    })
}

fn psnr(a: &Strip, b: &Strip) -> f64 {
    let square: f64 = a.planes[0].iter().zip(&b.planes[0]).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    -10.0 * (square / a.planes[0].len() as f64).log10()
}

#[test]
fn halving_first_matches_lanczos_alone() {
    let picture = zone_plate(400, 0.12);
    for side in [133, 128, 100, 67, 21] {
        let scaling = full((400, 400), (side, side));
        assert!(scaling.levels() > 0);
        let found = psnr(&plain::resample(&picture, &scaling), &plain::lanczos(&picture, &scaling));
        assert!(found >= 50.0, "to {side}: {found:.1} dB");
    }
}

#[test]
fn halving_first_lets_no_more_alias_through() {
    let picture = filled(400, 400, |x, _| (0.5 + 0.5 * (2.0 * std::f64::consts::PI * 0.4 * x as f64).cos()) as f32);
    let scaling = full((400, 400), (128, 128));
    let found = plain::resample(&picture, &scaling);
    let inside = |v: &&f32| (*v - 0.5).abs() > 0.01;
    for y in [20, 64] {
        assert_eq!(found.row(0, y)[8..120].iter().filter(inside).count(), 0);
    }
}

#[test]
fn a_region_is_kept_inside_the_picture() {
    let size = Size::new(10, 8);
    assert_eq!(Region::new(-3.0, 2.0, 8.0, 20.0).clamped(size), Region::new(0.0, 2.0, 5.0, 6.0));
    assert_eq!(Region::new(f64::NAN, 0.0, 1.0, f64::INFINITY).clamped(size), Region::full(size));
    assert!(Region::new(50.0, 7.0, 1.0, 0.0).clamped(size).width > 0.0);
}

#[test]
fn the_number_of_halvings_follows_the_smaller_reduction() {
    assert_eq!(full((6000, 4000), (3840, 2560)).levels(), 0);
    assert_eq!(full((6000, 4000), (1920, 1280)).levels(), 1);
    assert_eq!(full((6000, 4000), (320, 213)).levels(), 3);
    assert_eq!(full((6000, 4000), (320, 4000)).levels(), 0);
}
