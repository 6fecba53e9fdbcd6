//! Fonts of customers: used alone, and refused where they cannot be.

use super::text::Line;
use super::*;
use crate::recipe::Rgb8;
use mark::Fit;
use proptest::prelude::*;

const HANGUL: &[u8] = include_bytes!("../../assets/NanumSquareR.ttf");
const LATIN: &[u8] = include_bytes!("../../assets/NotoSans-subset.ttf");

/// The mark of a text in a font.
fn drawn(words: &str, font: Option<&[u8]>) -> Result<Mark, String> {
    let fit = Fit { width: 0.5, picture: Size::new(400, 200) };
    Line::new(words, font.map(|bytes| ("brand.ttf", bytes)))?.mark(Rgb8([255; 3]), fit)
}

fn alpha(mark: &Mark) -> Vec<f32> {
    (0..mark.size().height as usize).flat_map(|y| mark.planes(y)[3].to_vec()).collect()
}

#[test]
fn the_customers_font_is_used_and_no_other() {
    let [bundled, own] = [None, Some(HANGUL)].map(|font| drawn("Studio", font).expect("glyphs"));
    assert_ne!(alpha(&bundled), alpha(&own), "Noto has other letters than Nanum");
    assert_eq!(
        drawn("봄", Some(LATIN)).expect_err("no Hangul in it"),
        "the font `brand.ttf` has no glyph for `봄` (U+BD04); a PNG can show it"
    );
}

#[test]
fn what_is_no_font_is_refused() {
    for bytes in [&b""[..], b"\0\x01\0\0 and no tables", &HANGUL[..200], b"wOF2"] {
        assert_eq!(drawn("a", Some(bytes)).expect_err("no font"), "asset `brand.ttf`: not a usable font");
    }
    assert_eq!(drawn("   ", Some(LATIN)).expect_err("no ink"), "expected visible text");
}

/// Where the tables of a font lie (OpenType specification, table directory).
fn table(font: &[u8], tag: &[u8; 4]) -> usize {
    let at = font.windows(4).position(|word| word == tag).expect("the table");
    u32::from_be_bytes(font[at + 8..at + 12].try_into().expect("four bytes")) as usize
}

/// A font may say that its lines are two units high: then its glyphs would need memory without end.
#[test]
fn a_glyph_far_larger_than_its_line_is_refused() {
    let mut font = HANGUL.to_vec();
    for at in [table(&font, b"hhea") + 4, table(&font, b"OS/2") + 68] {
        font[at..at + 4].copy_from_slice(&[0, 1, 0xFF, 0xFF]);
    }
    let (fit, white) = (Fit { width: 0.5, picture: Size::new(4000, 2000) }, Rgb8([255; 3]));
    let line = Line::new("MMM", Some(("brand.ttf", &font))).expect("a font");
    let error = line.mark(white, fit).expect_err("huge glyphs");
    assert_eq!(error, "a glyph of the font is far larger than its line; use another font");
}

proptest! {
    /// Whatever stands in a font, it is used or refused.
    #[test]
    fn broken_fonts_do_no_harm(at in 0usize..1 << 20, bytes: [u8; 3], head: bool) {
        let mut font = LATIN.to_vec();
        let at = if head { at % 400 } else { at % (font.len() - 3) };
        font[at..at + 3].copy_from_slice(&bytes);
        if let Ok(mark) = drawn("Äg 1", Some(&font)) {
            prop_assert!(alpha(&mark).iter().all(|a| (0.0..=1.0).contains(a)));
        }
    }
}
