//! A mark from a line of text, in the bundled fonts.
//!
//! Noto Sans has Latin, Greek and Cyrillic letters, Nanum Square all 11,172 Hangul syllables. Both are under the SIL Open
//! Font License, beside the fonts.

use super::mark::{Fit, Mark};
use crate::recipe::Rgb8;
use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, ScaleFont, point};
use photo::color::Transfer;

/// In the order in which a glyph is looked for.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../../assets/NotoSans-subset.ttf"), include_bytes!("../../assets/NanumSquareR.ttf")];

/// The letter height at which text is measured, in pixels.
const MEASURE: f32 = 100.0;

/// The mark of one line of text in one colour.
///
/// # Errors
/// The first character that no bundled font has; text without ink.
pub fn mark(text: &str, color: Rgb8, fit: Fit) -> Result<Mark, String> {
    let line = Line::new(text)?;
    let (measured, height) = (line.width(MEASURE), line.height(MEASURE));
    if measured <= 0.0 {
        return Err("expected visible text".into());
    }
    let size = fit.of((measured, height));
    let scale = MEASURE * (size.width as f32 / measured).min(size.height as f32 / height);
    let mut mark = Mark::empty(size);
    line.draw(scale, &mut mark);
    paint(&mut mark, color);
    Ok(mark)
}

/// Glyphs of a line: the font of each and its number there.
struct Line {
    fonts: [FontRef<'static>; 2],
    glyphs: Vec<(usize, GlyphId)>,
}

impl Line {
    fn new(text: &str) -> Result<Self, String> {
        let fonts = FONTS.map(|bytes| FontRef::try_from_slice(bytes).expect("a bundled font is sound"));
        let find = |c: char| {
            let in_font = |f: usize| Some((f, fonts[f].glyph_id(c))).filter(|(_, id)| id.0 != 0);
            (0..fonts.len()).find_map(in_font).ok_or_else(|| missing(c))
        };
        let glyphs = text.chars().map(find).collect::<Result<_, _>>()?;
        Ok(Self { fonts, glyphs })
    }

    /// Each glyph with the place of its origin, and the width of the whole, for letters of `scale` pixels.
    fn lay_out(&self, scale: f32) -> (Vec<(usize, Glyph)>, f32) {
        let ascent = self.ascent(scale);
        let mut x = 0.0;
        let mut last: Option<(usize, GlyphId)> = None;
        let place = |&(f, id): &(usize, GlyphId)| {
            let font = self.fonts[f].as_scaled(PxScale::from(scale));
            x += last.filter(|(g, _)| *g == f).map_or(0.0, |(_, before)| font.kern(before, id));
            last = Some((f, id));
            let glyph = id.with_scale_and_position(scale, point(x, ascent));
            x += font.h_advance(id);
            (f, glyph)
        };
        let glyphs = self.glyphs.iter().map(place).collect();
        (glyphs, x)
    }

    fn width(&self, scale: f32) -> f32 {
        self.lay_out(scale).1
    }

    fn ascent(&self, scale: f32) -> f32 {
        self.fonts.iter().map(|f| f.as_scaled(PxScale::from(scale)).ascent()).fold(0.0, f32::max)
    }

    fn height(&self, scale: f32) -> f32 {
        let descent = self.fonts.iter().map(|f| f.as_scaled(PxScale::from(scale)).descent()).fold(0.0, f32::min);
        self.ascent(scale) - descent
    }

    /// Adds the coverage of all glyphs to the alpha plane.
    fn draw(&self, scale: f32, mark: &mut Mark) {
        let size = mark.size();
        for (f, glyph) in self.lay_out(scale).0 {
            let Some(outline) = self.fonts[f].outline_glyph(glyph) else { continue };
            let (left, top) = (outline.px_bounds().min.x as i64, outline.px_bounds().min.y as i64);
            outline.draw(|x, y, coverage| {
                let (x, y) = (left + i64::from(x), top + i64::from(y));
                if (0..i64::from(size.width)).contains(&x) && (0..i64::from(size.height)).contains(&y) {
                    let alpha = &mut mark.row_mut(3, y as usize)[x as usize];
                    *alpha = (*alpha + coverage).min(1.0);
                }
            });
        }
    }
}

fn missing(c: char) -> String {
    format!("the bundled fonts have no glyph for `{}` (U+{:04X}); a PNG can show it", c.escape_debug(), u32::from(c))
}

/// Gives the covered pixels their colour.
fn paint(mark: &mut Mark, Rgb8(color): Rgb8) {
    let color = color.map(|v| Transfer::Srgb.decode(f64::from(v) / 255.0) as f32);
    for y in 0..mark.size().height as usize {
        let alpha = mark.planes(y)[3].to_vec();
        for (c, color) in color.into_iter().enumerate() {
            mark.row_mut(c, y).iter_mut().zip(&alpha).for_each(|(v, a)| *v = color * a);
        }
    }
}
