//! Mosaic rows without hot and dead samples.

use super::MosaicRows;
use photo::{
    Simd,
    demosaic::{
        border_index,
        hot::{HALO as HOT_HALO, HotPixels},
    },
};

/// Rows kept: the five around a sample, and some that mirrored borders ask for again.
const KEPT: usize = 8;

/// Upright rows of a mosaic, repaired where wanted. Rows are asked for nearly in order.
pub struct RepairedRows<'a> {
    rows: MosaicRows<'a>,
    hot: Option<HotPixels>,
    /// Raw rows with [`HOT_HALO`] more samples on both sides; row `y` lies at `y % KEPT`.
    kept: Vec<(Option<usize>, Vec<f32>)>,
}

impl<'a> RepairedRows<'a> {
    /// Rows as they are, or with hot and dead samples replaced.
    pub fn new(rows: MosaicRows<'a>, repair: bool, simd: Simd) -> Self {
        let hot = repair.then(|| HotPixels::new(&rows.cfa(), simd));
        Self { rows, hot, kept: vec![(None, Vec::new()); KEPT] }
    }

    /// The rows as the sensor gave them.
    pub fn raw(&self) -> &MosaicRows<'a> {
        &self.rows
    }

    /// Writes the samples from column `x` on of upright row `y`, as many as `out` holds.
    pub fn load(&mut self, y: usize, x: usize, out: &mut [f32]) {
        let Some(hot) = &self.hot else { return self.rows.load(y as u32, x, out) };
        let (height, period) = (self.rows.size().height as usize, self.rows.cfa().period());
        let around: [usize; 5] = std::array::from_fn(|i| border_index(y as isize + i as isize - 2, height, period));
        for row in around {
            keep(&self.rows, &mut self.kept[row % KEPT], row, period);
        }
        hot.repair(around.map(|row| &self.kept[row % KEPT].1[x..]), x, y, out);
    }
}

fn keep(rows: &MosaicRows, slot: &mut (Option<usize>, Vec<f32>), y: usize, period: usize) {
    if slot.0 == Some(y) {
        return;
    }
    let width = rows.size().width as usize;
    slot.0 = Some(y);
    slot.1.resize(width + 2 * HOT_HALO, 0.0);
    rows.load(y as u32, 0, &mut slot.1[HOT_HALO..HOT_HALO + width]);
    for i in 0..HOT_HALO {
        let beyond = [i as isize - HOT_HALO as isize, (width + i) as isize];
        for x in beyond {
            slot.1[(x + HOT_HALO as isize) as usize] = slot.1[HOT_HALO + border_index(x, width, period)];
        }
    }
}
