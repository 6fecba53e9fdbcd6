//! Transfer curves: exact ones in f64, and vectorised ones for rows.
//!
//! The row versions are polynomials in a root of the value, fitted by least maximum error; square roots are exact in
//! IEEE arithmetic, so every instruction set gives the same bits. Their error stays under 1/8 of a 16-bit step.

/// Between linear light and encoded values, both 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// IEC 61966-2-1: a short line, then the power 2.4.
    Srgb,
    /// Adobe RGB (1998), 4.3.4.2: the power 563/256.
    Adobe,
}

const ADOBE_GAMMA: f64 = 563.0 / 256.0;

impl Transfer {
    /// Linear to encoded; input is clamped to 0..1.
    pub fn encode(self, linear: f64) -> f64 {
        let v = linear.clamp(0.0, 1.0);
        match self {
            Self::Srgb if v <= 0.003_130_8 => 12.92 * v,
            Self::Srgb => 1.055 * v.powf(1.0 / 2.4) - 0.055,
            Self::Adobe => v.powf(1.0 / ADOBE_GAMMA),
        }
    }

    /// Encoded to linear; input is clamped to 0..1.
    pub fn decode(self, encoded: f64) -> f64 {
        let v = encoded.clamp(0.0, 1.0);
        match self {
            Self::Srgb if v <= 0.040_45 => v / 12.92,
            Self::Srgb => ((v + 0.055) / 1.055).powf(2.4),
            Self::Adobe => v.powf(ADOBE_GAMMA),
        }
    }
}

/// Linear to encoded, clamped to 0..1; NaN becomes 0.
#[inline(always)]
pub fn encode_one(transfer: Transfer, linear: f32) -> f32 {
    match transfer {
        Transfer::Srgb => srgb_encode(linear),
        Transfer::Adobe => adobe_encode(linear),
    }
}

/// Encoded to linear, clamped to 0..1; NaN becomes 0.
#[inline(always)]
pub fn decode_one(transfer: Transfer, encoded: f32) -> f32 {
    match transfer {
        Transfer::Srgb => srgb_decode(encoded),
        Transfer::Adobe => adobe_decode(encoded),
    }
}

#[inline(always)]
fn srgb_encode(linear: f32) -> f32 {
    let v = unit(linear);
    let curve = horner(v.sqrt().sqrt(), &SRGB_ENCODE);
    unit(if v <= 0.003_130_8 { 12.92 * v } else { curve })
}

#[inline(always)]
fn adobe_encode(linear: f32) -> f32 {
    unit(horner(unit(linear).sqrt().sqrt().sqrt(), &ADOBE_ENCODE))
}

#[inline(always)]
fn srgb_decode(encoded: f32) -> f32 {
    let v = unit(encoded);
    let curve = horner(v.sqrt(), &SRGB_DECODE);
    unit(if v <= 0.040_45 { v * (1.0 / 12.92) } else { curve })
}

#[inline(always)]
fn adobe_decode(encoded: f32) -> f32 {
    unit(horner(unit(encoded).sqrt(), &ADOBE_DECODE))
}

/// Clamped to 0..1; NaN becomes 0.
#[inline(always)]
pub fn unit(v: f32) -> f32 {
    let v = if v > 0.0 { v } else { 0.0 };
    if v < 1.0 { v } else { 1.0 }
}

#[inline(always)]
fn horner<const N: usize>(x: f32, coefficients: &[f32; N]) -> f32 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// In x^(1/4), error 1.5e-6 for x above 0.0031308.
const SRGB_ENCODE: [f32; 7] =
    [-0.059_546_61, 0.139_604_15, 1.365_921, -0.852_957_3, 0.657_188_06, -0.318_415_85, 0.068_207_934];
/// In x^(1/8), error 2e-6.
const ADOBE_ENCODE: [f32; 8] = [
    -1.883_656_3e-6,
    3.360_866_4e-4,
    -0.010_676_821,
    0.195_129_1,
    1.133_796_2,
    -0.501_564_2,
    0.235_147_74,
    -0.052_168_142,
];
/// In x^(1/2), error 2e-7 for x above 0.04045.
const SRGB_DECODE: [f32; 8] =
    [8.044_235e-4, 8.095_637e-4, 0.026_704_91, 0.066_436_63, 0.174_861_7, 0.794_649_54, -0.073_408_33, 0.009_141_554];
/// In x^(1/2), error 1.2e-6.
const ADOBE_DECODE: [f32; 8] = [
    9.560_194e-7,
    -1.530_877_6e-4,
    0.004_172_446,
    -0.050_076_466,
    0.573_317_1,
    0.625_782_9,
    -0.189_702_91,
    0.036_659_97,
];

#[inline(always)]
fn encode_kernel(transfer: Transfer, row: &mut [f32]) {
    match transfer {
        Transfer::Srgb => row.iter_mut().for_each(|v| *v = srgb_encode(*v)),
        Transfer::Adobe => row.iter_mut().for_each(|v| *v = adobe_encode(*v)),
    }
}

#[inline(always)]
fn decode_kernel(transfer: Transfer, row: &mut [f32]) {
    match transfer {
        Transfer::Srgb => row.iter_mut().for_each(|v| *v = srgb_decode(*v)),
        Transfer::Adobe => row.iter_mut().for_each(|v| *v = adobe_decode(*v)),
    }
}

crate::dispatch!(/// Linear values to encoded ones in place, clamped to 0..1.
    pub fn encode_row(transfer: Transfer, row: &mut [f32]) = encode_kernel);
crate::dispatch!(/// Encoded values to linear ones in place, clamped to 0..1.
    pub fn decode_row(transfer: Transfer, row: &mut [f32]) = decode_kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simd;

    const BOTH: [Transfer; 2] = [Transfer::Srgb, Transfer::Adobe];
    const STEP16: f64 = 1.0 / 65535.0;

    fn ramp() -> Vec<f32> {
        (0..=200_000).map(|i| i as f32 / 200_000.0).collect()
    }

    #[test]
    fn rows_follow_the_exact_curves() {
        for transfer in BOTH {
            let (mut encoded, mut linear) = (ramp(), ramp());
            encode_row(Simd::detect(), transfer, &mut encoded);
            decode_row(Simd::detect(), transfer, &mut linear);
            for (i, v) in ramp().into_iter().enumerate() {
                let v = f64::from(v);
                assert!((f64::from(encoded[i]) - transfer.encode(v)).abs() < STEP16 / 4.0, "{transfer:?} encode {v}");
                assert!((f64::from(linear[i]) - transfer.decode(v)).abs() < STEP16 / 4.0, "{transfer:?} decode {v}");
            }
        }
    }

    #[test]
    fn plain_and_wide_kernels_agree_to_the_bit() {
        for transfer in BOTH {
            for kernel in [encode_row, decode_row] {
                let (mut plain, mut wide) = (ramp(), ramp());
                kernel(Simd::PLAIN, transfer, &mut plain);
                kernel(Simd::detect(), transfer, &mut wide);
                assert!(plain.iter().zip(&wide).all(|(a, b)| a.to_bits() == b.to_bits()));
            }
        }
    }

    #[test]
    fn every_8_bit_value_survives_decoding_and_encoding() {
        for transfer in BOTH {
            for code in 0..=255u8 {
                let linear = decode_one(transfer, f32::from(code) / 255.0);
                assert_eq!((encode_one(transfer, linear) * 255.0).round() as u8, code);
            }
        }
    }

    #[test]
    fn what_is_no_value_of_the_range_is_clamped() {
        for transfer in BOTH {
            assert_eq!([-1.0, f32::NAN, f32::NEG_INFINITY].map(|v| encode_one(transfer, v)), [0.0; 3]);
            assert!([2.0, f32::INFINITY].iter().all(|v| (encode_one(transfer, *v) - 1.0).abs() < 1e-5));
        }
    }
}
