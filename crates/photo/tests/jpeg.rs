//! Our JPEG encoder against a second decoder: every mode, awkward sizes, pictures that go to the limits of the format.

mod common;

use common::{Shared, decode_jpeg, psnr};
use photo::encode::{Attachments, Encode, Jpeg, Rows, Subsampling, encoder};
use photo::{Simd, Size};
use proptest::prelude::*;

const SUBSAMPLINGS: [Subsampling; 3] = [Subsampling::S444, Subsampling::S422, Subsampling::S420];

fn jpeg(quality: u8, subsampling: Subsampling, progressive: bool) -> Jpeg {
    Jpeg { quality, subsampling, progressive, max_bytes: None }
}

fn file(simd: Simd, options: &Jpeg, size: Size, rgb: &[u8]) -> Vec<u8> {
    let out = Shared::default();
    let options = Encode::Jpeg(options.clone());
    let mut encoder =
        encoder(simd, &options, size, &Attachments::default(), Box::new(out.clone())).expect("the encoder opens");
    encoder.rows(Rows::U8(rgb)).expect("rows are taken");
    encoder.finish().expect("the file is finished");
    out.bytes()
}

/// What a picture shows.
#[derive(Debug, Clone, Copy)]
enum Scene {
    Flat,
    /// Each sample anything.
    Noise,
    /// Black and white pixels in turn.
    Checkerboard,
    /// Black, with a white pixel here and there: long runs of zeros.
    Stars,
    Waves,
}

fn scene() -> impl Strategy<Value = Scene> {
    prop::sample::select(vec![Scene::Flat, Scene::Noise, Scene::Checkerboard, Scene::Stars, Scene::Waves])
}

fn picture(scene: Scene, size: Size, seed: u32) -> Vec<u8> {
    let mut noise = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let color = |(x, y): (u32, u32)| match scene {
        Scene::Flat => [seed as u8, (seed >> 3) as u8, (seed >> 6) as u8],
        Scene::Noise => [random(), random(), random()],
        Scene::Checkerboard => [if (x + y) % 2 == 0 { 255 } else { 0 }; 3],
        Scene::Stars => [if random() > 252 { 255 } else { 0 }; 3],
        Scene::Waves => {
            [0.0, 0.3, 0.6].map(|p| (128.0 + 90.0 * (x as f64 / 9.0 + p).sin() * (y as f64 / 7.0).cos()) as u8)
        }
    };
    pixels.flat_map(color).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Both processes hold the same levels, coded in entirely different ways.
    #[test]
    fn progressive_and_sequential_files_show_the_same(
        scene in scene(), w in 1u32..70, h in 1u32..70, seed: u32, quality in 1u8..=100, s in 0usize..3,
    ) {
        let size = Size::new(w, h);
        let rgb = picture(scene, size, seed);
        let both = [false, true].map(|p| decode_jpeg(&file(Simd::detect(), &jpeg(quality, SUBSAMPLINGS[s], p), size, &rgb)));
        prop_assert_eq!(both[0].len(), rgb.len());
        prop_assert!(both[0] == both[1]);
    }

    /// At the best quality only rounding is lost, whatever the picture.
    #[test]
    fn the_best_quality_is_nearly_exact(scene in scene(), w in 1u32..70, h in 1u32..70, seed: u32, progressive: bool) {
        let size = Size::new(w, h);
        let rgb = picture(scene, size, seed);
        let db = psnr(&decode_jpeg(&file(Simd::detect(), &jpeg(100, Subsampling::S444, progressive), size, &rgb)), &rgb);
        prop_assert!(db > 44.0, "{db:.1} dB");
    }

    #[test]
    fn instruction_sets_agree(
        scene in scene(), w in 1u32..150, h in 1u32..40, seed: u32, quality in 1u8..=100, s in 0usize..3, progressive: bool,
    ) {
        let size = Size::new(w, h);
        let rgb = picture(scene, size, seed);
        let options = jpeg(quality, SUBSAMPLINGS[s], progressive);
        prop_assert!(file(Simd::PLAIN, &options, size, &rgb) == file(Simd::detect(), &options, size, &rgb));
    }

    #[test]
    fn max_bytes_gives_the_file_of_some_quality(seed: u32, w in 30u32..90, h in 30u32..90, progressive: bool) {
        let size = Size::new(w, h);
        let rgb = picture(Scene::Noise, size, seed);
        let at = |quality| file(Simd::detect(), &jpeg(quality, Subsampling::S420, progressive), size, &rgb);
        let limited = Jpeg { max_bytes: Some(at(60).len() as u64), ..jpeg(95, Subsampling::S420, progressive) };
        let limited = file(Simd::detect(), &limited, size, &rgb);
        prop_assert!((55..=65).any(|quality| at(quality) == limited));
    }
}

/// Every coefficient at its largest: the sign pattern of each basis function of the transform, of full contrast.
#[test]
fn no_coefficient_exceeds_the_format() {
    let size = Size::new(64 * 8, 2 * 8);
    let cosine = |k: u32, i: u32| (f64::from(k * (2 * i + 1)) * std::f64::consts::PI / 16.0).cos();
    let pixels = (0..16).flat_map(|y| (0..512).map(move |x| (x, y)));
    let rgb: Vec<u8> = pixels
        .flat_map(|(x, y): (u32, u32)| {
            let positive = cosine(x / 8 % 8, x % 8) * cosine(x / 64, y % 8) > 0.0;
            // The second row of blocks has the opposite signs.
            [if positive == (y < 8) { 255 } else { 0 }; 3]
        })
        .collect();
    for progressive in [false, true] {
        let decoded = decode_jpeg(&file(Simd::detect(), &jpeg(100, Subsampling::S444, progressive), size, &rgb));
        let worst = decoded.iter().zip(&rgb).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(3), "{worst:?}");
    }
}

/// More symbols than are kept: tables come from the first part, and the rest must do with them.
#[test]
fn a_picture_that_settles_its_tables_early_is_whole() {
    let size = Size::new(1300, 1400);
    let mut rgb = picture(Scene::Noise, size, 1);
    // What comes last is unlike what the tables were made for.
    let tail = Size::new(1300, 200);
    rgb.splice((size.area() - tail.area()) as usize * 3.., picture(Scene::Stars, tail, 2));
    let bytes = file(Simd::detect(), &jpeg(100, Subsampling::S444, false), size, &rgb);
    let db = psnr(&decode_jpeg(&bytes), &rgb);
    assert!(db > 44.0, "{db:.1} dB");
    let larger = photo::encode::memory(&Encode::Jpeg(jpeg(100, Subsampling::S444, false)), Size::new(20_000, 20_000));
    assert!(larger < 20 << 20, "memory is bounded: {larger}");
}

#[test]
fn the_longest_sides_work() {
    for (w, h) in [(65_500, 1), (1, 65_500)] {
        let size = Size::new(w, h);
        let rgb = picture(Scene::Waves, size, 0);
        for s in SUBSAMPLINGS {
            let bytes = file(Simd::detect(), &jpeg(90, s, false), size, &rgb);
            assert!(psnr(&decode_jpeg(&bytes), &rgb) > 25.0);
        }
    }
}

#[test]
fn the_head_is_jfif() {
    let bytes = file(Simd::detect(), &jpeg(85, Subsampling::S420, false), Size::new(20, 20), &[9; 1200]);
    assert_eq!(&bytes[..20], b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    assert_eq!(&bytes[bytes.len() - 2..], b"\xff\xd9");
}
