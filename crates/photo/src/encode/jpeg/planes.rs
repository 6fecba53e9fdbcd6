//! RGB rows become Y, Cb and Cr planes with subsampled chroma, as libjpeg does it: the same integer weights (JFIF 1.02)
//! and the same box averages with alternating rounding. So coefficients agree with libjpeg's, and 4:2:0 takes 1.5 bytes
//! a pixel in place of 3.

use crate::Size;
use crate::encode::Subsampling;
use jpeg_encoder::{ImageBuffer, JpegColorType};

/// The planes of a picture that grows from top to bottom.
pub(super) struct Planes {
    size: Size,
    /// Luma columns and rows of a chroma sample.
    step: (usize, usize),
    luma: Vec<u8>,
    chroma: [Vec<u8>; 2],
    /// Chroma of the latest row in full resolution.
    row: [Vec<u8>; 2],
    /// Chroma of the row above it, when that waits for its partner.
    above: [Vec<u8>; 2],
    /// Rows taken.
    rows: usize,
}

impl Planes {
    pub fn new(size: Size, subsampling: Subsampling) -> Self {
        let step = match subsampling {
            Subsampling::S444 => (1, 1),
            Subsampling::S422 => (2, 1),
            Subsampling::S420 => (2, 2),
        };
        let (width, height) = (size.width as usize, size.height as usize);
        let chroma = width.div_ceil(step.0) * height.div_ceil(step.1);
        let padded = width.next_multiple_of(2);
        Self {
            size,
            step,
            luma: Vec::with_capacity(width * height),
            chroma: [(); 2].map(|()| Vec::with_capacity(chroma)),
            row: [(); 2].map(|()| vec![0; padded]),
            above: [(); 2].map(|()| vec![0; padded]),
            rows: 0,
        }
    }

    /// Appends whole interleaved rows.
    pub fn push(&mut self, rows: &[u8]) {
        let width = self.size.width as usize;
        for rgb in rows.chunks_exact(3 * width) {
            let start = self.luma.len();
            self.luma.resize(start + width, 0);
            let [cb, cr] = &mut self.row;
            ycbcr(rgb, &mut self.luma[start..], &mut cb[..width], &mut cr[..width]);
            for plane in &mut self.row {
                // The last column is repeated where a pair lacks its second.
                let last = plane[width - 1];
                plane[width..].fill(last);
            }
            self.rows += 1;
            self.subsample();
        }
    }

    /// Repeats the last row where a pair lacks its second.
    pub fn finish(&mut self) {
        if !self.rows.is_multiple_of(self.step.1) {
            self.row = self.above.clone();
            self.rows += 1;
            self.subsample();
        }
    }

    fn subsample(&mut self) {
        let width = self.size.width as usize;
        if !self.rows.is_multiple_of(self.step.1) {
            return std::mem::swap(&mut self.row, &mut self.above);
        }
        for ((out, row), above) in self.chroma.iter_mut().zip(&self.row).zip(&self.above) {
            match self.step {
                (1, _) => out.extend_from_slice(&row[..width]),
                (_, 1) => out.extend(pairs(row).enumerate().map(|(x, [a, b])| ((a + b + (x as u16 & 1)) >> 1) as u8)),
                _ => {
                    let quads = pairs(above).zip(pairs(row)).enumerate();
                    out.extend(quads.map(|(x, ([a, b], [c, d]))| ((a + b + c + d + 1 + (x as u16 & 1)) >> 2) as u8));
                }
            }
        }
    }
}

fn pairs(row: &[u8]) -> impl Iterator<Item = [u16; 2]> {
    row.as_chunks::<2>().0.iter().map(|&[a, b]| [a.into(), b.into()])
}

/// One row, in 16-bit fixed point; all slices have the same number of pixels.
fn ycbcr(rgb: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    const HALF: i32 = 1 << 15;
    const CENTER: i32 = (128 << 16) + HALF - 1;
    let planes = luma.iter_mut().zip(cb).zip(cr);
    for (&[r, g, b], ((y, cb), cr)) in rgb.as_chunks::<3>().0.iter().zip(planes) {
        let [r, g, b] = [r, g, b].map(i32::from);
        *y = ((19_595 * r + 38_470 * g + 7_471 * b + HALF) >> 16) as u8;
        *cb = ((-11_059 * r - 21_709 * g + 32_768 * b + CENTER) >> 16) as u8;
        *cr = ((32_768 * r - 27_439 * g - 5_329 * b + CENTER) >> 16) as u8;
    }
}

/// Chroma is handed over at full resolution by repetition, of which the encoder takes the top left sample again.
impl ImageBuffer for &Planes {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.size.width as u16
    }

    fn height(&self) -> u16 {
        self.size.height as u16
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let (y, width) = (usize::from(y), self.size.width as usize);
        let [luma, chroma @ .., _] = buffers;
        luma.extend_from_slice(&self.luma[y * width..][..width]);
        let short = width.div_ceil(self.step.0);
        for (out, plane) in chroma.iter_mut().zip(&self.chroma) {
            let row = &plane[y / self.step.1 * short..][..short];
            match self.step.0 {
                1 => out.extend_from_slice(row),
                _ => repeat(row, width, out),
            }
        }
    }
}

/// Appends `width` samples, two of each in `row`.
fn repeat(row: &[u8], width: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + 2 * row.len(), 0);
    for (pair, &sample) in out[start..].as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *pair = [sample; 2];
    }
    out.truncate(start + width);
}
