//! Rows of a picture, collected until they fill one row of MCUs.

use super::color;
use super::frame::Frame;
use crate::Simd;

/// Samples of one MCU row by component, padded to whole blocks by repeating the last column and the last row.
pub(super) struct Samples {
    simd: Simd,
    width: usize,
    /// Luma columns and rows of a chroma sample.
    step: (usize, usize),
    /// Bytes of a row of luma and of chroma.
    strides: [usize; 2],
    planes: [Vec<u8>; 3],
    /// Cb and Cr in full resolution of the one or two rows that make a row of chroma.
    rows: [[Vec<u8>; 2]; 2],
    /// Rows of luma taken.
    taken: usize,
}

impl Samples {
    pub fn new(simd: Simd, frame: &Frame) -> Self {
        let strides = [0, 1].map(|i| 8 * frame.components[i].blocks.0);
        let planes = [0, 1, 1].map(|i| vec![0; strides[i] * 8 * frame.components[i].factors.1]);
        let rows = [(); 2].map(|()| [(); 2].map(|()| vec![0; strides[1] * frame.step().0]));
        Self { simd, width: frame.size.width as usize, step: frame.step(), strides, planes, rows, taken: 0 }
    }

    /// Rows that fill the MCU row.
    fn height(&self) -> usize {
        8 * self.step.1
    }

    /// Takes one row, and says whether the MCU row is full.
    pub fn push(&mut self, [r, g, b]: [&[u8]; 3]) -> bool {
        let [stride, _] = self.strides;
        let width = self.width;
        let luma = &mut self.planes[0][self.taken * stride..][..stride];
        let [cb, cr] = &mut self.rows[self.taken % self.step.1];
        color::ycbcr(self.simd, r, g, b, &mut luma[..width], &mut cb[..width], &mut cr[..width]);
        for row in [luma, cb, cr] {
            let last = row[width - 1];
            row[width..].fill(last);
        }
        self.taken += 1;
        if self.taken.is_multiple_of(self.step.1) {
            self.subsample();
        }
        self.taken == self.height()
    }

    fn subsample(&mut self) {
        let stride = self.strides[1];
        let at = (self.taken / self.step.1 - 1) * stride;
        let [first, second] = &self.rows;
        for ((plane, first), second) in self.planes[1..].iter_mut().zip(first).zip(second) {
            let out = &mut plane[at..][..stride];
            match self.step {
                (1, _) => out.copy_from_slice(first),
                (_, 1) => color::pairs(self.simd, first, out),
                _ => color::quads(self.simd, first, second, out),
            }
        }
    }

    /// Repeats the last row until the MCU row is full.
    pub fn fill(&mut self) {
        let mut rows = self.taken;
        if !rows.is_multiple_of(self.step.1) {
            self.rows[1] = self.rows[0].clone();
            self.taken += 1;
            self.subsample();
        }
        for (i, plane) in self.planes.iter_mut().enumerate() {
            let stride = self.strides[i.min(1)];
            if i == 1 {
                rows = rows.div_ceil(self.step.1);
            }
            let last = (rows - 1) * stride;
            (rows * stride..plane.len()).step_by(stride).for_each(|to| plane.copy_within(last..last + stride, to));
        }
        self.taken = self.height();
    }

    /// The samples of a component.
    pub fn plane(&self, component: usize) -> &[u8] {
        &self.planes[component]
    }

    /// Begins the next MCU row.
    pub fn clear(&mut self) {
        self.taken = 0;
    }

    /// Whether rows wait for others.
    pub fn is_empty(&self) -> bool {
        self.taken == 0
    }
}
