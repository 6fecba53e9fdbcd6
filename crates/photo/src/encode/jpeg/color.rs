//! RGB rows become Y, Cb and Cr rows with subsampled chroma, as libjpeg does it: the same integer weights (JFIF 1.02)
//! and the same box averages with alternating rounding. So coefficients agree with libjpeg's.

/// One row, in 16-bit fixed point; all slices have the same number of pixels. All products and sums are whole numbers
/// below 2^24, so f32 holds them exactly; its vectors multiply in half the time of those of i32.
#[inline(always)]
fn ycbcr_kernel(r: &[u8], g: &[u8], b: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    const HALF: f32 = 32_768.0;
    const CENTER: f32 = 128.0 * 65_536.0 + HALF - 1.0;
    let n = luma.len();
    let (r, g, b, cb, cr) = (&r[..n], &g[..n], &b[..n], &mut cb[..n], &mut cr[..n]);
    for i in 0..n {
        let (r, g, b) = (f32::from(r[i]), f32::from(g[i]), f32::from(b[i]));
        luma[i] = whole(19_595.0 * r + 38_470.0 * g + 7_471.0 * b + HALF);
        cb[i] = whole(CENTER - 11_059.0 * r - 21_709.0 * g + 32_768.0 * b);
        cr[i] = whole(CENTER - 27_439.0 * g - 5_329.0 * b + 32_768.0 * r);
    }
}

/// The whole part of a number in 16-bit fixed point, which is 0 to 255.
#[inline(always)]
fn whole(fixed: f32) -> u8 {
    // SAFETY: the value lies in 0..256. The checked conversion takes a multiple of the time.
    let whole: i32 = unsafe { (fixed * (1.0 / 65_536.0)).to_int_unchecked() };
    whole as u8
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

crate::dispatch!(/// R, G and B to full-resolution rows.
    pub(super) fn ycbcr(r: &[u8], g: &[u8], b: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) = ycbcr_kernel);
crate::dispatch!(/// Half the columns.
    pub(super) fn pairs(row: &[u8], out: &mut [u8]) = pairs_kernel);
crate::dispatch!(/// Half the columns of two rows' mean.
    pub(super) fn quads(above: &[u8], row: &[u8], out: &mut [u8]) = quads_kernel);

#[cfg(test)]
mod tests {
    use crate::Simd;

    /// Every colour, against libjpeg's integers.
    #[test]
    fn colors_are_those_of_fixed_point() {
        const HALF: i32 = 1 << 15;
        const CENTER: i32 = (128 << 16) + HALF - 1;
        let (reds, mut found) = (Vec::from_iter(0..=255), [[0; 256]; 3]);
        for (g, b) in (0..=255u8).flat_map(|g| (0..=255u8).map(move |b| (g, b))) {
            for simd in [Simd::PLAIN, Simd::detect()] {
                let [y, cb, cr] = &mut found;
                super::ycbcr(simd, &reds, &[g; 256], &[b; 256], y, cb, cr);
                let (g, b) = (i32::from(g), i32::from(b));
                for r in 0..256 {
                    let wanted = [
                        19_595 * r + 38_470 * g + 7_471 * b + HALF,
                        -11_059 * r - 21_709 * g + 32_768 * b + CENTER,
                        32_768 * r - 27_439 * g - 5_329 * b + CENTER,
                    ];
                    assert_eq!([0, 1, 2].map(|c| i32::from(found[c][r as usize])), wanted.map(|v| v >> 16));
                }
            }
        }
    }
}
