//! Upright rows of a mosaic, scaled and white-balanced: what a demosaic method reads.

use super::levels::{Levels, RowLevels};
use photo::{Cfa, Mosaic, Orientation, Samples, Simd, Size};

/// The active area of a mosaic as upright rows of balanced light, whatever way the camera was held.
pub struct MosaicRows<'a> {
    mosaic: &'a Mosaic,
    orientation: Orientation,
    levels: Levels,
    simd: Simd,
}

impl<'a> MosaicRows<'a> {
    /// Rows in which saturation of colour `c` is `multipliers[c]`.
    pub fn new(mosaic: &'a Mosaic, orientation: Orientation, multipliers: [f32; 3], simd: Simd) -> Self {
        let levels = Levels::new(mosaic, orientation, multipliers);
        Self { mosaic, orientation, levels, simd }
    }

    /// Upright size of the active area.
    pub fn size(&self) -> Size {
        self.orientation.upright_size(self.mosaic.active.size())
    }

    /// The filter pattern; phase of upright pixel (0, 0) of the active area.
    pub fn cfa(&self) -> Cfa {
        let active = self.mosaic.active;
        self.mosaic.cfa.shifted(active.x as usize, active.y as usize).oriented(self.orientation, active.size())
    }

    /// Writes the samples from column `x` on of upright row `y`, as many as `out` holds.
    pub fn load(&self, y: u32, x: usize, out: &mut [f32]) {
        let levels = self.levels.row(y as usize, x, out.len());
        match &self.mosaic.samples {
            Samples::U16(samples) => {
                let (first, step) = self.line(y, x);
                if step == 1 {
                    return scale_words(self.simd, &samples[first..][..out.len()], levels, out);
                }
                gather(samples, (first, step), out, f32::from);
            }
            Samples::F32(samples) => gather(samples, self.line(y, x), out, |v| v),
        }
        scale(self.simd, levels, out);
    }

    /// Index of sample `x` of upright row `y`, and the distance from one sample of the row to the next.
    fn line(&self, y: u32, x: usize) -> (usize, isize) {
        let (active, stride) = (self.mosaic.active, self.mosaic.size.width as usize);
        let (sx, sy) = self.orientation.stored_at(active.size(), x as u32, y);
        let first = (sy + active.y) as usize * stride + (sx + active.x) as usize;
        let one = if self.orientation.transpose { stride as isize } else { 1 };
        (first, if self.orientation.flip_x { -one } else { one })
    }
}

fn gather<T: Copy>(samples: &[T], (first, step): (usize, isize), out: &mut [f32], to_f32: impl Fn(T) -> f32) {
    match step {
        1 => samples[first..][..out.len()].iter().zip(out).for_each(|(v, o)| *o = to_f32(*v)),
        -1 => samples[first + 1 - out.len()..=first].iter().rev().zip(out).for_each(|(v, o)| *o = to_f32(*v)),
        _ => out.iter_mut().enumerate().for_each(|(x, o)| {
            *o = to_f32(samples[first.wrapping_add_signed(step * x as isize)]);
        }),
    }
}

#[inline(always)]
fn scale_words_kernel(samples: &[u16], levels: RowLevels, out: &mut [f32]) {
    for (((out, v), b), g) in out.iter_mut().zip(samples).zip(levels.black).zip(levels.gain) {
        *out = (f32::from(*v) - (*b + levels.delta)) * *g;
    }
}
photo::dispatch!(fn scale_words(samples: &[u16], levels: RowLevels, out: &mut [f32]) = scale_words_kernel);

#[inline(always)]
fn scale_kernel(levels: RowLevels, row: &mut [f32]) {
    for ((v, b), g) in row.iter_mut().zip(levels.black).zip(levels.gain) {
        *v = (*v - (*b + levels.delta)) * *g;
    }
}
photo::dispatch!(fn scale(levels: RowLevels, row: &mut [f32]) = scale_kernel);
