//! Encoded rows become the integers that files hold.

use photo::{Simd, Strip};

/// Turns a strip of encoded RGB (0 to 1, clipped) into 8-bit planes, rounding half up.
pub fn to_u8(simd: Simd, strip: &Strip, out: &mut [Vec<u8>; 3]) {
    for (plane, out) in strip.planes.iter().zip(out) {
        out.resize(plane.len(), 0);
        plane_u8(simd, plane, out);
    }
}

/// Interleaves a strip of encoded RGB (0 to 1, clipped) into 16-bit samples, rounding half up.
pub fn to_u16(simd: Simd, strip: &Strip, out: &mut Vec<u16>) {
    out.resize(3 * strip.width * strip.rows, 0);
    let [r, g, b] = &strip.planes;
    interleave_u16(simd, r, g, b, out);
}

#[inline(always)]
fn plane_u8_kernel(plane: &[f32], out: &mut [u8]) {
    out.iter_mut().zip(plane).for_each(|(out, v)| *out = rounded(*v, 255.0) as u8);
}

/// Pixels that are converted before they are interleaved: each of the two loops is one that compilers vectorise, both at
/// once are not.
const CHUNK: usize = 64;

#[inline(always)]
fn interleave_u16_kernel(r: &[f32], g: &[f32], b: &[f32], out: &mut [u16]) {
    let [r, g, b] = [r, g, b].map(|p| p.chunks(CHUNK));
    for (out, ((r, g), b)) in out.chunks_mut(3 * CHUNK).zip(r.zip(g).zip(b)) {
        let mut converted = [[0; CHUNK]; 3];
        for (to, from) in converted.iter_mut().zip([r, g, b]) {
            to.iter_mut().zip(from).for_each(|(to, v)| *to = rounded(*v, 65535.0) as u16);
        }
        let [r, g, b] = &converted;
        for (((pixel, r), g), b) in out.as_chunks_mut::<3>().0.iter_mut().zip(r).zip(g).zip(b) {
            *pixel = [*r, *g, *b];
        }
    }
}

/// A value of 0 to 1, clipped, on a scale that ends at `top`; what is not a number becomes 0.
#[inline(always)]
#[allow(clippy::manual_clamp)]
fn rounded(v: f32, top: f32) -> i32 {
    // Written so that each line is one instruction, which gives 0 for NaN; `clamp` would keep it.
    let v = if v > 0.0 { v } else { 0.0 };
    let v = if v < 1.0 { v } else { 1.0 };
    // SAFETY: the value lies between 0.5 and 65535.5. The checked conversion takes twelve times as long.
    unsafe { (v * top + 0.5).to_int_unchecked() }
}

photo::dispatch!(fn plane_u8(plane: &[f32], out: &mut [u8]) = plane_u8_kernel);
photo::dispatch!(fn interleave_u16(r: &[f32], g: &[f32], b: &[f32], out: &mut [u16]) = interleave_u16_kernel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_comes_back() {
        let mut strip = Strip::new(256, 1);
        for c in 0..3 {
            (0..256).for_each(|i| strip.row_mut(c, 0)[i] = i as f32 / 255.0);
        }
        for simd in [Simd::PLAIN, Simd::detect()] {
            let mut out = Default::default();
            to_u8(simd, &strip, &mut out);
            assert!(out.iter().all(|plane| (0..=255).eq(plane.iter().copied())));
        }
    }

    /// The definition, number by number.
    fn plain(v: f32, top: f32) -> i32 {
        (v.clamp(0.0, 1.0) * top + 0.5) as i32
    }

    #[test]
    fn kernels_agree_with_the_definition() {
        let steps = (0..40_000).map(|i| (i as f32 - 2_000.0) / 36_000.0);
        let halves = (0..65_535).map(|i| (i as f32 + 0.5) / 65_535.0);
        let odd = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MIN_POSITIVE, f32::MAX, -1e-9];
        let values: Vec<f32> = steps.chain(halves).chain(odd).collect();
        for width in [1, 63, 64, 65, values.len()] {
            let mut strip = Strip::new(width, 1);
            (0..3).for_each(|c| {
                let row = values.iter().rev().skip(c).cycle().take(width);
                strip.row_mut(c, 0).iter_mut().zip(row).for_each(|(to, v)| *to = *v);
            });
            let (mut bytes, mut words) = (<[Vec<u8>; 3]>::default(), Vec::new());
            for simd in [Simd::PLAIN, Simd::detect()] {
                to_u8(simd, &strip, &mut bytes);
                to_u16(simd, &strip, &mut words);
                for i in 0..3 * width {
                    let v = strip.planes[i % 3][i / 3];
                    assert_eq!(i32::from(bytes[i % 3][i / 3]), plain(v, 255.0), "{v}");
                    assert_eq!(i32::from(words[i]), plain(v, 65535.0), "{v}");
                }
            }
        }
    }

    #[test]
    fn values_outside_are_clipped() {
        let mut strip = Strip::new(3, 1);
        for c in 0..3 {
            strip.row_mut(c, 0).copy_from_slice(&[-1.0, 2.0, f32::NAN]);
        }
        let mut out = Vec::new();
        to_u16(Simd::detect(), &strip, &mut out);
        assert_eq!(out, [0, 0, 0, 65535, 65535, 65535, 0, 0, 0]);
    }
}
