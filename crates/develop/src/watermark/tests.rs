//! Overlays against their plain version, and against what they should do.

use super::*;
use crate::recipe::{Gravity, Rgb8};
use proptest::prelude::*;

const SPACE: OutputSpace = OutputSpace::Srgb;

fn base() -> Watermark {
    Watermark {
        image: None,
        text: None,
        font: None,
        color: Rgb8([255; 3]),
        opacity: 1.0,
        gravity: Gravity::SouthEast,
        margin: 0.0,
        width: 0.5,
        rotate: 0.0,
        tile: false,
    }
}

fn text(words: &str) -> Watermark {
    Watermark { text: Some(words.into()), ..base() }
}

fn logo() -> Watermark {
    Watermark { image: Some("logo".into()), ..base() }
}

/// A PNG whose pixels are all `pixel`, in one of the colour types.
fn png(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, pixel: &[u8]) -> Assets {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("header");
    writer.write_image_data(&pixel.repeat((width * height) as usize)).expect("pixels");
    writer.finish().expect("end");
    Assets::from([("logo".to_owned(), bytes)])
}

fn rgba(width: u32, height: u32, pixel: [u8; 4]) -> Assets {
    png(width, height, png::ColorType::Rgba, png::BitDepth::Eight, &pixel)
}

fn gray(width: usize, rows: usize, level: f32) -> Strip {
    let mut strip = Strip::new(width, rows);
    strip.planes.iter_mut().for_each(|p| p.fill(level));
    strip
}

fn overlaid(watermark: &Watermark, assets: &Assets, picture: &Strip, cut: usize, simd: Simd) -> Strip {
    let mut stage = Overlay::new(watermark, assets, picture.size(), SPACE, simd).expect("sound mark");
    let mut out = Strip::new(picture.width, 0);
    for y in (0..picture.rows).step_by(cut) {
        let mut strip = Strip::new(picture.width, cut.min(picture.rows - y));
        let span = y * picture.width..(y + strip.rows) * picture.width;
        (0..3).for_each(|c| strip.planes[c].copy_from_slice(&picture.planes[c][span.clone()]));
        let mut down = |s: &mut Strip| {
            out.rows += s.rows;
            (0..3).for_each(|c| out.planes[c].extend_from_slice(&s.planes[c]));
            Ok(())
        };
        stage.push(&mut strip, &mut down).expect("no error");
    }
    out
}

fn laid(watermark: &Watermark, assets: &Assets, picture: &Strip) -> Strip {
    overlaid(watermark, assets, picture, 7, Simd::detect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn fast_and_plain_give_the_same_bits(
        (width, rows, cut) in (1usize..80, 1usize..60, 1usize..9), tile in any::<bool>(), rotate in -90f32..90.0,
        share in 0.05f32..1.0, margin in 0f32..0.5, gravity in 0usize..4, words in any::<bool>()
    ) {
        let gravity = [Gravity::Center, Gravity::NorthWest, Gravity::East, Gravity::SouthEast][gravity];
        let mark = Watermark { tile, rotate, width: share, margin, gravity, opacity: 0.7, ..if words { text("Äg") } else { logo() } };
        let (assets, picture) = (rgba(9, 4, [200, 30, 10, 180]), gray(width, rows, 0.4));
        let plain = plain(&mark, &assets, SPACE, &picture).expect("sound mark");
        for simd in [Simd::PLAIN, Simd::detect()] {
            let fast = overlaid(&mark, &assets, &picture, cut, simd);
            prop_assert!(fast.planes.iter().flatten().zip(plain.planes.iter().flatten()).all(|(a, b)| a.to_bits() == b.to_bits()));
            prop_assert_eq!(fast.size(), plain.size());
        }
    }
}

#[test]
fn half_transparent_white_on_black_is_half_the_light() {
    let mark = Watermark { opacity: 0.5, gravity: Gravity::Center, ..logo() };
    let made = laid(&mark, &rgba(10, 10, [255; 4]), &gray(40, 40, 0.0));
    // sRGB of linear 0.5 is 187.5 of 255 (IEC 61966-2-1).
    assert!((made.row(0, 20)[20] * 255.0 - 187.5).abs() < 0.1);
    assert_eq!(made.row(0, 5)[5].to_bits(), 0.0f32.to_bits());
}

#[test]
fn an_opaque_mark_shows_its_own_colour_in_every_colour_type() {
    use png::{BitDepth::*, ColorType::*};
    for (color, depth, pixel) in [
        (Rgba, Eight, &[51, 51, 51, 255][..]),
        (Rgb, Eight, &[51, 51, 51]),
        (Grayscale, Eight, &[51]),
        (GrayscaleAlpha, Eight, &[51, 255]),
        (Rgb, Sixteen, &[51, 51, 51, 51, 51, 51]),
        (Rgba, Sixteen, &[51, 51, 51, 51, 51, 51, 255, 255]),
    ] {
        let made = laid(&logo(), &png(64, 32, color, depth, pixel), &gray(40, 40, 0.9));
        for plane in &made.planes {
            assert!((plane[39 * 40 + 39] - 0.2).abs() < 1e-4, "{color:?} {depth:?}: {}", plane[39 * 40 + 39]);
        }
        assert_eq!(made.row(0, 0)[0], 0.9);
    }
}

#[test]
fn gravity_and_margin_put_the_mark() {
    let covered = |gravity, margin| {
        let mark = Watermark { gravity, margin, width: 0.25, ..logo() };
        let made = laid(&mark, &rgba(10, 10, [255; 4]), &gray(40, 40, 0.0));
        let on = |(i, v): (usize, &f32)| (*v > 0.5).then_some((i % 40, i / 40));
        let pixels: Vec<_> = made.planes[0].iter().enumerate().filter_map(on).collect();
        assert_eq!(pixels.len(), 100);
        pixels[0]
    };
    for (gravity, corner) in [
        (Gravity::NorthWest, (4, 4)),
        (Gravity::North, (15, 4)),
        (Gravity::NorthEast, (26, 4)),
        (Gravity::West, (4, 15)),
        (Gravity::Center, (15, 15)),
        (Gravity::East, (26, 15)),
        (Gravity::SouthWest, (4, 26)),
        (Gravity::South, (15, 26)),
        (Gravity::SouthEast, (26, 26)),
    ] {
        assert_eq!(covered(gravity, 0.1), corner, "{gravity:?}");
    }
}

#[test]
fn a_mark_is_never_higher_than_the_picture() {
    let made = laid(&Watermark { width: 1.0, ..logo() }, &rgba(2, 400, [255; 4]), &gray(50, 20, 0.0));
    assert_eq!(made.planes[0].iter().filter(|v| **v > 0.0).count(), 20);
}

#[test]
fn a_tiled_mark_reaches_every_part() {
    let mark = Watermark { width: 0.2, tile: true, ..logo() };
    let made = laid(&mark, &rgba(10, 10, [255; 4]), &gray(100, 100, 0.0));
    let block = |bx: usize, by: usize| (0..900).any(|i| made.row(0, by * 30 + i / 30)[bx * 30 + i % 30] > 0.0);
    assert!((0..9).all(|i| block(i % 3, i / 3)));
    let covered = made.planes[0].iter().filter(|v| **v > 0.0).count();
    assert!((3000..6000).contains(&covered), "{covered}");
}

#[test]
fn a_quarter_turn_moves_pixels_exactly() {
    let mut mark = Mark::empty(Size::new(3, 2));
    (0..4).for_each(|c| (0..2).for_each(|y| (0..3).for_each(|x| mark.row_mut(c, y)[x] = (y * 3 + x) as f32 / 10.0)));
    let turned = rotate::rotate(&mark, 90.0);
    assert_eq!(turned.size(), Size::new(2, 3));
    let rows: Vec<Vec<f32>> = (0..3).map(|y| turned.planes(y)[0].to_vec()).collect();
    assert_eq!(rows, [[0.3, 0.0], [0.4, 0.1], [0.5, 0.2]]);
}

#[test]
fn turning_keeps_the_ink() {
    let mark = Mark::new(&text("Rawmill"), &Assets::new(), Size::new(400, 300), SPACE).expect("text");
    let ink = |m: &Mark| (0..m.size().height as usize).flat_map(|y| m.planes(y)[3].to_vec()).sum::<f32>();
    for degrees in [10.0, 33.0, 90.0, -45.0] {
        let turned = ink(&rotate::rotate(&mark, degrees));
        assert!((turned / ink(&mark) - 1.0).abs() < 0.01, "{degrees}: {turned} {}", ink(&mark));
    }
}

#[test]
fn resizing_keeps_an_even_mark_even() {
    for (width, height) in [(1, 1), (3, 5), (200, 100)] {
        let mark =
            image::mark(&rgba(width, height, [255; 4])["logo"], mark::Fit { width: 0.5, picture: Size::new(60, 60) });
        let mark = mark.expect("sound PNG");
        let even = (0..mark.size().height as usize).all(|y| mark.planes(y)[3].iter().all(|a| (a - 1.0).abs() < 1e-5));
        assert!(even, "{width} × {height}");
    }
}

#[test]
fn text_in_hangul_and_with_accents_has_ink_as_wide_as_asked() {
    for words in ["© José Müller 2026", "견본 사진", "Проба"] {
        let mark = Mark::new(&text(words), &Assets::new(), Size::new(800, 400), SPACE).expect("glyphs");
        assert_eq!(mark.size().width, 400, "{words}");
        let column = |x: usize| (0..mark.size().height as usize).any(|y| mark.planes(y)[3][x] > 0.1);
        assert!((0..40).any(column) && (360..400).any(column), "{words}");
    }
}

#[test]
fn unusable_marks_are_refused_with_the_reason() {
    let error =
        |mark: &Watermark, assets: &Assets| match Overlay::new(mark, assets, Size::new(10, 10), SPACE, Simd::PLAIN) {
            Ok(_) => "accepted".to_owned(),
            Err(e) => e.to_string(),
        };
    let none = Assets::new();
    assert_eq!(error(&logo(), &none), "asset `logo` is missing");
    assert_eq!(
        error(&text("proof 🐈"), &none),
        "watermark: the bundled fonts have no glyph for `🐈` (U+1F408); a PNG can show it"
    );
    assert_eq!(error(&base(), &none), "watermark: expected image or text, found neither");
    let mut broken = rgba(4, 4, [9; 4]);
    broken.get_mut("logo").expect("made").truncate(50);
    assert!(error(&logo(), &broken).starts_with("watermark: asset `logo`: not a usable PNG: "));
    let mut huge = rgba(1, 1, [9; 4]).remove("logo").expect("made");
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    let found = error(&logo(), &Assets::from([("logo".into(), huge)]));
    assert_eq!(found, "watermark: asset `logo`: expected at most 32 megapixels, found 65535 × 65535");
}

/// CRC of PNG chunks (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    })
}
