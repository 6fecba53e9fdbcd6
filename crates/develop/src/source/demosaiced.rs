//! Upright rows of a mosaic after demosaic: the hot path of every photo.
//!
//! A strip is made in bands of columns, narrow enough that the rows a band still needs stay in the processor's cache.

use super::{FinishRow, RepairedRows, STRIP_ROWS, Source};
use crate::DevelopError;
use photo::{
    Rect, Simd, Size, Strip,
    demosaic::{Method, Rolling, border_index},
};

/// Columns of a band; half of it fills whole vectors, and with the halo of RCD stays below 256.
const BAND: usize = 480;

/// Rows of a mosaic in camera RGB, finished by `finish_row`.
pub struct DemosaicSource<'a> {
    rows: RepairedRows<'a>,
    /// Upright part of the active area to deliver; sides are multiples of `scale`.
    crop: Rect,
    scale: usize,
    halo: usize,
    bands: Vec<Band>,
    finish_row: FinishRow,
    /// Source rows of the strip in work, halo columns included.
    lines: Vec<f32>,
    /// Source rows pushed so far, counted from the first halo row.
    pushed: usize,
    /// Output rows delivered so far.
    delivered: usize,
}

/// Some columns of the picture.
struct Band {
    /// First column, in source pixels of the crop.
    x: usize,
    rolling: Rolling,
}

impl<'a> DemosaicSource<'a> {
    /// The upright rectangle `crop` of the active area, demosaiced by `method`.
    pub fn new(rows: RepairedRows<'a>, crop: Rect, method: Method, simd: Simd, finish_row: FinishRow) -> Self {
        let cfa = rows.raw().cfa();
        let scale = method.scale(&cfa);
        let whole = |side: u32| side - side % scale as u32;
        let crop = Rect { width: whole(crop.width), height: whole(crop.height), ..crop };
        let step = BAND - BAND % (scale * cfa.period());
        let bands = (0..crop.width as usize).step_by(step).map(|x| {
            let phase = cfa.shifted(crop.x as usize + x, crop.y as usize);
            Band { x, rolling: Rolling::new(method, &phase, step.min(crop.width as usize - x), simd) }
        });
        let (bands, halo) = (bands.collect(), method.halo(&cfa));
        Self { rows, crop, scale, halo, bands, finish_row, lines: Vec::new(), pushed: 0, delivered: 0 }
    }

    /// Samples of a loaded line.
    fn line_width(&self) -> usize {
        self.crop.width as usize + 2 * self.halo
    }

    /// Loads source row `y` of the crop (below 0 and beyond the end: the border's rule) with its halo columns.
    fn load(&mut self, y: isize, line: &mut [f32]) {
        let (size, period) = (self.rows.raw().size(), self.rows.raw().cfa().period());
        let row = border_index(y + self.crop.y as isize, size.height as usize, period);
        let first = self.crop.x as isize - self.halo as isize;
        let inside = first.max(0) as usize..((first + line.len() as isize) as usize).min(size.width as usize);
        let at = |x: usize| (x as isize - first) as usize;
        let columns = at(inside.start)..at(inside.end);
        self.rows.load(row, inside.start, &mut line[columns.clone()]);
        for i in (0..columns.start).chain(columns.end..line.len()) {
            let x = border_index(first + i as isize, size.width as usize, period);
            match inside.contains(&x) {
                true => line[i] = line[at(x)],
                false => self.rows.load(row, x, &mut line[i..=i]),
            }
        }
    }

    /// Loads the source rows that make the next `rows` rows of the output.
    fn load_lines(&mut self, rows: usize) -> usize {
        let end = (self.delivered + rows) * self.scale + 2 * self.halo;
        let (count, width) = (end - self.pushed, self.line_width());
        let mut lines = std::mem::take(&mut self.lines);
        lines.resize(count * width, 0.0);
        for (i, line) in lines.chunks_exact_mut(width).enumerate() {
            self.load((self.pushed + i) as isize - self.halo as isize, line);
        }
        self.lines = lines;
        count
    }
}

impl Source for DemosaicSource<'_> {
    fn size(&self) -> Size {
        Size::new(self.crop.width / self.scale as u32, self.crop.height / self.scale as u32)
    }

    fn next(&mut self, strip: &mut Strip) -> Result<bool, DevelopError> {
        let size = self.size();
        let rows = STRIP_ROWS.min(size.height as usize - self.delivered);
        strip.reshape(size.width as usize, rows);
        if rows == 0 {
            return Ok(false);
        }
        let (count, width) = (self.load_lines(rows), self.line_width());
        for band in &mut self.bands {
            let (input, x, out_width) = (band.rolling.input_width(), band.x / self.scale, band.rolling.output_width());
            let mut made = 0;
            for line in self.lines.chunks_exact(width) {
                let out = strip.rows3_mut(made.min(rows - 1)).map(|row| &mut row[x..x + out_width]);
                if band.rolling.push(&line[band.x..band.x + input], out) {
                    self.finish_row.apply(strip.rows3_mut(made).map(|row| &mut row[x..x + out_width]));
                    made += 1;
                }
            }
            debug_assert_eq!(made, rows);
        }
        self.pushed += count;
        self.delivered += rows;
        Ok(true)
    }
}
