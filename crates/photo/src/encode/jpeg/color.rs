//! RGB rows become Y, Cb and Cr rows with subsampled chroma, as libjpeg does it: the same integer weights (JFIF 1.02)
//! and the same box averages with alternating rounding. So coefficients agree with libjpeg's.

/// One row, in 16-bit fixed point; all slices have the same number of pixels.
#[inline(always)]
fn ycbcr_kernel(rgb: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
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

/// Averages of pairs; rounds down and up in turn. `row` has two samples for each of `out`.
#[inline(always)]
fn pairs_kernel(row: &[u8], out: &mut [u8]) {
    for (x, (out, &[a, b])) in out.iter_mut().zip(row.as_chunks::<2>().0).enumerate() {
        *out = ((u16::from(a) + u16::from(b) + (x as u16 & 1)) >> 1) as u8;
    }
}

/// Averages of two by two; halves round down and up in turn.
#[inline(always)]
fn quads_kernel(above: &[u8], row: &[u8], out: &mut [u8]) {
    let pairs = above.as_chunks::<2>().0.iter().zip(row.as_chunks::<2>().0);
    for (x, (out, (&[a, b], &[c, d]))) in out.iter_mut().zip(pairs).enumerate() {
        let sum = u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d);
        *out = ((sum + 1 + (x as u16 & 1)) >> 2) as u8;
    }
}

crate::dispatch!(/// Interleaved RGB to full-resolution rows.
    pub(super) fn ycbcr(rgb: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) = ycbcr_kernel);
crate::dispatch!(/// Half the columns.
    pub(super) fn pairs(row: &[u8], out: &mut [u8]) = pairs_kernel);
crate::dispatch!(/// Half the columns of two rows' mean.
    pub(super) fn quads(above: &[u8], row: &[u8], out: &mut [u8]) = quads_kernel);
