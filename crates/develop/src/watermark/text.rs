//! A mark from a line of text, in a font of the customer's or the bundled ones.
//!
//! Noto Sans has Latin, Greek and Cyrillic letters, Nanum Square all 11,172 Hangul syllables. Both are under the SIL Open
//! Font License, beside the fonts.

use super::mark::{Fit, Mark};
use crate::recipe::Rgb8;
use ab_glyph::{Font, FontRef, Glyph, GlyphId, OutlinedGlyph, PxScale, ScaleFont, point};
use photo::Size;
use photo::color::Transfer;

/// In the order in which a glyph is looked for.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../../assets/NotoSans-subset.ttf"), include_bytes!("../../assets/NanumSquareR.ttf")];

/// The letter height at which text is measured, in pixels.
const MEASURE: f32 = 100.0;
/// A glyph may stand out of its line, as swashes do, up to so many times the line's area.
const OVERHANG: f32 = 2.0;

/// Glyphs of a line: the font of each and its number there.
pub struct Line<'a> {
    fonts: Vec<FontRef<'a>>,
    glyphs: Vec<(usize, GlyphId)>,
}

impl<'a> Line<'a> {
    /// The line in the font `own`, its id and bytes, or else in the bundled ones.
    ///
    /// # Errors
    /// A file that is no font; the first character that no font has.
    pub fn new(text: &str, own: Option<(&str, &'a [u8])>) -> Result<Self, String> {
        let fonts = match own {
            Some((id, bytes)) => vec![font(bytes).ok_or_else(|| format!("asset `{id}`: not a usable font"))?],
            None => FONTS.into_iter().filter_map(font).collect(),
        };
        let find = |c: char| {
            let in_font = |f: usize| Some((f, fonts[f].glyph_id(c))).filter(|(_, id)| id.0 != 0);
            (0..fonts.len()).find_map(in_font).ok_or_else(|| missing(c, own.map(|(id, _)| id)))
        };
        let glyphs = text.chars().map(find).collect::<Result<_, _>>()?;
        Ok(Self { fonts, glyphs })
    }

    /// Its mark in one colour.
    ///
    /// # Errors
    /// Text without ink; a glyph that is far larger than its line.
    pub fn mark(&self, color: Rgb8, fit: Fit) -> Result<Mark, String> {
        let size = self.size(fit)?;
        let scale = MEASURE * (size.width as f32 / self.width(MEASURE)).min(size.height as f32 / self.height(MEASURE));
        let mut mark = Mark::empty(size);
        self.draw(scale, &mut mark)?;
        paint(&mut mark, color);
        Ok(mark)
    }

    /// The size of its mark.
    ///
    /// # Errors
    /// Text without ink.
    pub fn size(&self, fit: Fit) -> Result<Size, String> {
        let own = (self.width(MEASURE), self.height(MEASURE));
        let visible = |v: f32| v.is_finite() && v > 0.0;
        if visible(own.0) && visible(own.1) { Ok(fit.of(own)) } else { Err("expected visible text".into()) }
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
    fn draw(&self, scale: f32, mark: &mut Mark) -> Result<(), String> {
        let mut outlines = 0;
        for (f, glyph) in self.lay_out(scale).0 {
            let Some(outline) = self.fonts[f].outline_glyph(glyph) else { continue };
            outlines += 1;
            cover(&outline, mark)?;
        }
        if outlines > 0 { Ok(()) } else { Err("expected visible text".into()) }
    }
}

fn font(bytes: &[u8]) -> Option<FontRef<'_>> {
    FontRef::try_from_slice(bytes).ok()
}

/// Adds the coverage of one glyph to the alpha plane.
fn cover(outline: &OutlinedGlyph, mark: &mut Mark) -> Result<(), String> {
    let (size, bounds) = (mark.size(), outline.px_bounds());
    let most = OVERHANG * size.area() as f32 + MEASURE * MEASURE;
    if !matches!(bounds.width() * bounds.height(), area if area <= most) {
        return Err("a glyph of the font is far larger than its line; use another font".into());
    }
    let (left, top) = (bounds.min.x as i64, bounds.min.y as i64);
    outline.draw(|x, y, coverage| {
        let (x, y) = (left + i64::from(x), top + i64::from(y));
        if (0..i64::from(size.width)).contains(&x) && (0..i64::from(size.height)).contains(&y) {
            let alpha = &mut mark.row_mut(3, y as usize)[x as usize];
            *alpha = (*alpha + coverage).min(1.0);
        }
    });
    Ok(())
}

fn missing(c: char, own: Option<&str>) -> String {
    let whose = own.map_or("the bundled fonts have".into(), |id| format!("the font `{id}` has"));
    format!("{whose} no glyph for `{}` (U+{:04X}); a PNG can show it", c.escape_debug(), u32::from(c))
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
