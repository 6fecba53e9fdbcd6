//! Encoded rows become the integers that files hold.

use photo::{Simd, Strip};

/// Interleaves a strip of encoded RGB (0 to 1, clipped) into 8-bit samples, rounding half up.
pub fn to_u8(simd: Simd, strip: &Strip, out: &mut Vec<u8>) {
    out.resize(3 * strip.width * strip.rows, 0);
    let [r, g, b] = &strip.planes;
    interleave_u8(simd, r, g, b, out);
}

/// Interleaves a strip of encoded RGB (0 to 1, clipped) into 16-bit samples, rounding half up.
pub fn to_u16(simd: Simd, strip: &Strip, out: &mut Vec<u16>) {
    out.resize(3 * strip.width * strip.rows, 0);
    let [r, g, b] = &strip.planes;
    interleave_u16(simd, r, g, b, out);
}

#[inline(always)]
fn interleave_u8_kernel(r: &[f32], g: &[f32], b: &[f32], out: &mut [u8]) {
    let scale = |v: f32| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as i32 as u8;
    for (((out, r), g), b) in out.chunks_exact_mut(3).zip(r).zip(g).zip(b) {
        out.copy_from_slice(&[scale(*r), scale(*g), scale(*b)]);
    }
}

#[inline(always)]
fn interleave_u16_kernel(r: &[f32], g: &[f32], b: &[f32], out: &mut [u16]) {
    let scale = |v: f32| (v.clamp(0.0, 1.0) * 65535.0 + 0.5) as i32 as u16;
    for (((out, r), g), b) in out.chunks_exact_mut(3).zip(r).zip(g).zip(b) {
        out.copy_from_slice(&[scale(*r), scale(*g), scale(*b)]);
    }
}

photo::dispatch!(fn interleave_u8(r: &[f32], g: &[f32], b: &[f32], out: &mut [u8]) = interleave_u8_kernel);
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
            let mut out = Vec::new();
            to_u8(simd, &strip, &mut out);
            assert!(out.chunks(3).enumerate().all(|(i, p)| p == [i as u8; 3]));
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
