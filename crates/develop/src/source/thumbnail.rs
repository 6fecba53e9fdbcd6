//! A small look at the whole picture before it is developed: for auto white balance, brightness and trim.

use super::MosaicRows;
use photo::{LinearRaw, Orientation, Rect, Strip};

/// Longest side of a thumbnail in pixels, more or less.
const SIDE: usize = 256;

/// Balanced camera RGB of the upright rectangle `crop` of the active area, averaged over whole cells of the filter
/// pattern. Each pixel is the mean of the first rows of its cell; what does not fill a cell is left out.
pub fn of_mosaic(rows: &MosaicRows, crop: Rect) -> Strip {
    let (cfa, period) = (rows.cfa(), rows.cfa().period());
    let cell = cell_side(crop, period);
    let used = cell.min(period.max(2));
    let mut small = Strip::new(crop.width as usize / cell, crop.height as usize / cell);
    let mut line = vec![0.0; crop.width as usize];
    for cy in 0..small.rows {
        let mut sums = vec![[0.0f32; 3]; small.width];
        let mut counts = [0u32; 3];
        for y in (0..used).map(|dy| crop.y as usize + cy * cell + dy) {
            rows.load(y as u32, crop.x as usize, &mut line);
            let colors: Vec<usize> = (0..cell).map(|x| cfa.color_at(crop.x as usize + x, y) as usize).collect();
            add_row(&line, &colors, &mut sums);
            colors.iter().for_each(|c| counts[*c] += 1);
        }
        store(&mut small, cy, &sums, counts);
    }
    small
}

/// The same for pixels that have all three colours.
pub fn of_linear(picture: &LinearRaw, orientation: Orientation, crop: Rect, multipliers: [f32; 3]) -> Strip {
    let cell = cell_side(crop, 1);
    let mut small = Strip::new(crop.width as usize / cell, crop.height as usize / cell);
    let (width, rows) = (small.width, small.rows);
    for (cy, cx) in (0..rows).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let (x, y) = (crop.x + (cx * cell + cell / 2) as u32, crop.y + (cy * cell + cell / 2) as u32);
        let (sx, sy) = orientation.stored_at(picture.size, x, y);
        let i = 3 * (sy as usize * picture.size.width as usize + sx as usize);
        for (c, multiplier) in multipliers.iter().enumerate() {
            let light = (picture.samples.at(i + c) - picture.black[c]) / (picture.white[c] - picture.black[c]);
            small.row_mut(c, cy)[cx] = light * multiplier;
        }
    }
    small
}

/// Every `cell`-th pixel of rows that arrive from top to bottom, for pictures that have no quicker look.
pub struct Sampler {
    cell: usize,
    next_row: usize,
    small: Strip,
}

impl Sampler {
    /// A sampler for a picture of this size.
    pub fn new(size: photo::Size) -> Self {
        let cell = cell_side(Rect::full(size), 1);
        Self { cell, next_row: 0, small: Strip::new(size.width as usize / cell, size.height as usize / cell) }
    }

    /// Takes the next rows.
    pub fn push(&mut self, strip: &Strip) {
        for y in 0..strip.rows {
            let (cy, middle) = (self.next_row / self.cell, self.next_row % self.cell == self.cell / 2);
            self.next_row += 1;
            if middle && cy < self.small.rows {
                for c in 0..3 {
                    let from = strip.row(c, y)[self.cell / 2..].iter().step_by(self.cell);
                    self.small.row_mut(c, cy).iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
            }
        }
    }

    /// The thumbnail.
    pub fn finish(self) -> Strip {
        self.small
    }
}

/// Side of a cell: a multiple of `period` that leaves about [`SIDE`] cells along the longer side, and at least one.
fn cell_side(crop: Rect, period: usize) -> usize {
    let (long, short) = (crop.width.max(crop.height) as usize, crop.width.min(crop.height) as usize);
    let cell = long.div_ceil(SIDE).div_ceil(period).max(1) * period;
    cell.min(short.max(1))
}

/// Adds the samples of each cell to its colours; `colors` are those of a cell's columns, the same in each.
fn add_row(line: &[f32], colors: &[usize], sums: &mut [[f32; 3]]) {
    for (sum, values) in sums.iter_mut().zip(line.chunks_exact(colors.len())) {
        values.iter().zip(colors).for_each(|(v, c)| sum[*c] += v);
    }
}

/// Divides by the counts of one cell; a colour that no cell has (monochrome) takes green's value.
fn store(small: &mut Strip, row: usize, sums: &[[f32; 3]], counts: [u32; 3]) {
    for (x, sum) in sums.iter().enumerate() {
        let mean = |c: usize| (counts[c] > 0).then(|| sum[c] / counts[c] as f32);
        let green = mean(1).unwrap_or(0.0);
        (0..3).for_each(|c| small.row_mut(c, row)[x] = mean(c).unwrap_or(green));
    }
}
