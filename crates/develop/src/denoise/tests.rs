use super::*;
use photo::Cfa;
use photo::demosaic::{self, Method};
use proptest::prelude::*;

const NOISE: Noise = Noise { shot: 1.0 / 625.0, read_variance: (3.0 / 625.0) * (3.0 / 625.0) };

/// Canon EOS 6D in daylight: red is doubled, and the matrix makes colour noise stronger.
fn camera() -> CameraTransform {
    let rows = [[0.7034, -0.0804, -0.1014], [-0.4420, 1.2564, 0.2058], [-0.0851, 0.1994, 0.5758]];
    let color = photo::CameraColor { xyz_to_camera: vec![(photo::Illuminant::D65, rows)], ..Default::default() };
    photo::color::camera_transform(&color, photo::color::Balance::AsShot)
}

/// Normal numbers from a small generator (Numerical Recipes' LCG, twelve uniform ones added).
struct Normal(u64);

impl Normal {
    fn next(&mut self) -> f32 {
        let mut uniform = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1u64 << 24) as f32
        };
        (0..12).map(|_| uniform()).sum::<f32>() - 6.0
    }
}

/// A scene in working RGB: gradients, a disc with a soft edge, a fine grating, coloured fields; 0.02 to 0.7.
fn truth(width: usize, height: usize) -> Strip {
    let mut strip = Strip::new(width, height);
    for (i, (x, y)) in (0..height).flat_map(|y| (0..width).map(move |x| (x as f32, y as f32))).enumerate() {
        let (u, v) = (x / width as f32, y / height as f32);
        let edge = (0.5 - ((x - 0.6 * width as f32).hypot(y - 0.5 * height as f32) - 0.2 * width as f32) / 4.0)
            .clamp(0.0, 1.0);
        let grating = if v > 0.8 { 0.05 + 0.05 * (x * 0.5).sin() } else { 0.0 };
        let field = [(x * 0.04).sin(), 0.0, (y * 0.05).cos()].map(|wave| 0.04 * wave);
        (0..3).for_each(|c| {
            strip.planes[c][i] = 0.08 + 0.15 * u * (1.0 - 0.2 * c as f32 * v) + 0.3 * edge + grating + field[c]
        });
    }
    strip
}

/// The scene through an RGGB sensor of that camera, as raw samples.
fn mosaic(truth: &Strip, noise: Noise, seed: u64) -> Vec<f32> {
    let camera = camera();
    let back = photo::color::matrix::invert(&photo::color::matrix::from_f32(&camera.matrix)).expect("a camera");
    let mut normal = Normal(seed);
    let mut sample = |i: usize| {
        let c = Cfa::RGGB.color_at(i % truth.width, i / truth.width) as usize;
        let working = truth.planes.each_ref().map(|p| f64::from(p[i]));
        let value = photo::color::matrix::apply(&back, working)[c] as f32 / camera.multipliers[c];
        value + noise.deviation(value) * normal.next()
    };
    (0..truth.width * truth.rows).map(&mut sample).collect()
}

/// Raw samples to working RGB.
fn developed(truth: &Strip, noise: Noise) -> Strip {
    let (camera, mut raw) = (camera(), mosaic(truth, noise, 7));
    let color = |i: usize| Cfa::RGGB.color_at(i % truth.width, i / truth.width) as usize;
    raw.iter_mut().enumerate().for_each(|(i, v)| *v *= camera.multipliers[color(i)]);
    let mut planes = demosaic::plain(Method::Rcd, &Cfa::RGGB, &raw, truth.width, truth.rows);
    photo::color::apply_rows(Simd::PLAIN, &camera.matrix, planes.each_mut().map(Vec::as_mut_slice));
    Strip { width: truth.width, rows: truth.rows, planes: planes.map(photo::Plane::from) }
}

fn denoised(simd: Simd, settings: DenoiseSettings, picture: &Strip, cuts: &[usize]) -> Strip {
    let mut stage = DenoiseStage::new(simd, settings);
    let mut out = Strip { width: picture.width, ..Strip::default() };
    let mut take = |strip: &mut Strip| {
        out.rows += strip.rows;
        (0..3).for_each(|c| out.planes[c].extend_from_slice(&strip.planes[c]));
        Ok(())
    };
    let mut top = 0;
    for rows in cuts.iter().copied().cycle() {
        let bottom = (top + rows).min(picture.rows);
        let span = top * picture.width..bottom * picture.width;
        let planes = picture.planes.each_ref().map(|p| photo::Plane::from(&p[span.clone()]));
        stage.push(&mut Strip { width: picture.width, rows: bottom - top, planes }, &mut take).expect("no way to fail");
        top = bottom;
        if top == picture.rows {
            break;
        }
    }
    stage.finish(&mut take).expect("no way to fail");
    out
}

/// Of the pictures as sRGB shows them.
fn psnr(a: &Strip, b: &Strip) -> f64 {
    let shown = |v: f32| photo::color::Transfer::Srgb.encode(f64::from(v));
    let pairs = a.planes.iter().flatten().zip(b.planes.iter().flatten());
    let sum: f64 = pairs.map(|(a, b)| (shown(*a) - shown(*b)).powi(2)).sum();
    -10.0 * (sum / (3 * a.width * a.rows) as f64).log10()
}

#[test]
fn iso_6400_gains_three_decibels() {
    let truth = truth(320, 256);
    let noisy = developed(&truth, NOISE);
    let strength = strength(Denoise::Auto, true, Some(6400)).expect("noisy");
    let settings = DenoiseSettings::new(strength, NOISE, &camera());
    let clean = denoised(Simd::detect(), settings, &noisy, &[16]);
    let (before, after) = (psnr(&noisy, &truth), psnr(&clean, &truth));
    assert!(after >= before + 3.0, "{before:.2} dB became {after:.2} dB");
}

#[test]
fn the_header_decides() {
    let auto = |iso| strength(Denoise::Auto, true, iso);
    assert_eq!([None, Some(100), Some(400), Some(799)].map(auto), [None; 4]);
    assert_eq!([800, 6400, u32::MAX].map(|iso| auto(Some(iso))), [Some(1.0); 3]);
    for recipe in [Denoise::Off, Denoise::Strength(0.0), Denoise::Strength(-1.0), Denoise::Strength(f32::NAN)] {
        assert_eq!(strength(recipe, true, Some(6400)), None, "{recipe:?}");
    }
    assert_eq!(strength(Denoise::Strength(40.0), true, None), Some(0.8));
    assert_eq!(strength(Denoise::Strength(40.0), false, Some(6400)), None);
}

#[test]
fn brightness_stays() {
    let truth = truth(320, 256);
    let settings = DenoiseSettings::new(1.0, NOISE, &camera());
    let noisy = developed(&truth, NOISE);
    let clean = denoised(Simd::detect(), settings, &noisy, &[256]);
    for c in 0..3 {
        let mean = |s: &Strip| s.planes[c].iter().map(|v| f64::from(*v)).sum::<f64>() / s.planes[c].len() as f64;
        assert!((mean(&clean) / mean(&noisy) - 1.0).abs() < 0.01, "{} became {}", mean(&noisy), mean(&clean));
    }
}

#[test]
fn the_meter_finds_the_noise_that_was_put_in() {
    let truth = truth(320, 256);
    for iso in [400, 1600, 6400] {
        let want = Noise::of_iso(iso);
        let mut meter = NoiseMeter::default();
        mosaic(&truth, want, 3).chunks(320).for_each(|row| meter.row(row, 2));
        let got = meter.finish().expect("enough samples");
        let ratio = got.deviation(0.18) / want.deviation(0.18);
        assert!((0.8..1.25).contains(&ratio), "ISO {iso}: {got:?} for {want:?}");
    }
}

#[test]
fn the_meter_says_nothing_of_nothing() {
    assert_eq!(NoiseMeter::default().finish(), None);
    let mut flat = NoiseMeter::default();
    (0..64).for_each(|_| flat.row(&[0.5; 300], 2));
    (0..64).for_each(|_| flat.row(&[f32::NAN; 300], 2));
    assert_eq!(flat.finish(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn neither_strips_nor_instructions_change_a_bit(
        width in 1usize..90, rows in 1usize..150, cuts in proptest::collection::vec(1usize..40, 1..5)
    ) {
        let noisy = developed(&truth(width.max(16), rows.max(16)), NOISE);
        let settings = DenoiseSettings::new(1.4, NOISE, &camera());
        let whole = denoised(Simd::PLAIN, settings, &noisy, &[noisy.rows]);
        let cut = denoised(Simd::detect(), settings, &noisy, &cuts);
        prop_assert_eq!(whole.rows, noisy.rows);
        prop_assert_eq!(whole.planes, cut.planes);
    }
}
