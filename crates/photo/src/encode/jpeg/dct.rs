//! Forward DCT of 8 × 8 samples, after C. Loeffler, A. Ligtenberg and G. S. Moschytz, "Practical fast 1-D DCT algorithms
//! with 11 multiplications" (ICASSP 1989), in the variant with 12 multiplications whose paths multiply once. Fixed point
//! with 13 bits of fraction, two of which are kept between rows and columns: the accuracy of libjpeg's `islow`.
//!
//! Many transforms are made side by side: vector `k` of a [`Tile`] holds input or output `k` of all of them.

use super::transpose::transpose;

/// 64 numbers in natural order.
pub(super) type Block = [i16; 64];

/// Blocks of a tile.
const BLOCKS: usize = 8;
/// Eight vectors; lane `8 * b + i` belongs to row or column `i` of block `b`.
type Tile = [[i16; 8 * BLOCKS]; 8];

/// Fraction bits of the constants.
const FRACTION: u32 = 13;
/// Fraction bits that stay between the two passes.
const KEPT: u32 = 2;

/// Transforms a row of blocks. `samples` has eight rows of `8 * out.len()` samples. The result is 8 times the
/// orthonormal transform of the samples less 128.
#[inline(always)]
fn forward_kernel(samples: &[u8], out: &mut [Block]) {
    let stride = 8 * out.len();
    let (mut a, mut b) = ([[0; 8 * BLOCKS]; 8], [[0; 8 * BLOCKS]; 8]);
    for (i, blocks) in out.chunks_mut(BLOCKS).enumerate() {
        let width = 8 * blocks.len();
        for (y, row) in a.iter_mut().enumerate() {
            let from = &samples[y * stride + 8 * BLOCKS * i..][..width];
            row.iter_mut().zip(from).for_each(|(to, v)| *to = i16::from(*v) - 128);
        }
        turn(&a, &mut b);
        pass::<true>(&b, &mut a);
        turn(&a, &mut b);
        pass::<false>(&b, &mut a);
        for (j, block) in blocks.iter_mut().enumerate() {
            for (to, row) in block.as_chunks_mut::<8>().0.iter_mut().zip(&a) {
                to.copy_from_slice(&row[8 * j..][..8]);
            }
        }
    }
}

/// Transposes each block.
#[inline(always)]
fn turn(from: &Tile, to: &mut Tile) {
    for j in 0..BLOCKS {
        let block = transpose(std::array::from_fn(|k| from[k].as_chunks::<8>().0[j]));
        for (to, row) in to.iter_mut().zip(block) {
            to.as_chunks_mut::<8>().0[j] = row;
        }
    }
}

/// All transforms of a tile.
#[inline(always)]
fn pass<const FIRST: bool>(from: &Tile, to: &mut Tile) {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = from;
    for i in 0..8 * BLOCKS {
        let x = [x0[i], x1[i], x2[i], x3[i], x4[i], x5[i], x6[i], x7[i]].map(i32::from);
        let out = transform(x);
        for k in 0..8 {
            // Outputs 0 and 4 are plain sums, the others products with the constants.
            to[k][i] = match (k % 4, FIRST) {
                (0, true) => out[k] << KEPT,
                (0, false) => round(out[k], KEPT),
                (_, true) => round(out[k], FRACTION - KEPT),
                (_, false) => round(out[k], FRACTION + KEPT),
            } as i16;
        }
    }
}

#[inline(always)]
fn round(v: i32, bits: u32) -> i32 {
    (v + (1 << (bits - 1))) >> bits
}

/// The flow graph: figure 1 of the paper, scaled by √8.
#[inline(always)]
fn transform(x: [i32; 8]) -> [i32; 8] {
    let [e0, e4, e2, e6] = even([x[0] + x[7], x[1] + x[6], x[2] + x[5], x[3] + x[4]]);
    let [o1, o3, o5, o7] = odd([x[3] - x[4], x[2] - x[5], x[1] - x[6], x[0] - x[7]]);
    [e0, o1, e2, o3, e4, o5, e6, o7]
}

/// Outputs 0, 4, 2, 6.
#[inline(always)]
fn even([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (ad, bc, a_d, b_c) = (a + d, b + c, a - d, b - c);
    // Rotation by 6π/16.
    let z = (a_d + b_c) * const { fixed(0.541_196_100) };
    [ad + bc, ad - bc, z + a_d * const { fixed(0.765_366_865) }, z - b_c * const { fixed(1.847_759_065) }]
}

/// Outputs 1, 3, 5, 7.
#[inline(always)]
fn odd([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let z = (a + c + b + d) * const { fixed(1.175_875_602) };
    let ad = (a + d) * const { fixed(0.899_976_223) };
    let bc = (b + c) * const { fixed(2.562_915_447) };
    let ac = z - (a + c) * const { fixed(1.961_570_560) };
    let bd = z - (b + d) * const { fixed(0.390_180_644) };
    [
        d * const { fixed(1.501_321_110) } - ad + bd,
        c * const { fixed(3.072_711_026) } - bc + ac,
        b * const { fixed(2.053_119_869) } - bc + bd,
        a * const { fixed(0.298_631_336) } - ad + ac,
    ]
}

const fn fixed(v: f64) -> i32 {
    (v * (1 << FRACTION) as f64 + 0.5) as i32
}

crate::dispatch!(/// Transforms the blocks of eight rows of samples.
    pub(super) fn forward(samples: &[u8], out: &mut [Block]) = forward_kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simd;
    use proptest::prelude::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    /// The definition (T.81, A.3.3), times 8.
    fn definition(samples: &[u8], stride: usize, (u, v): (usize, usize)) -> f64 {
        let scale = |k| if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        let cosine = |k: usize, i: usize| (k as f64 * (2 * i + 1) as f64 * PI / 16.0).cos();
        let all = (0..64).map(|i| (i % 8, i / 8));
        let sum: f64 =
            all.map(|(x, y)| (f64::from(samples[y * stride + x]) - 128.0) * cosine(u, x) * cosine(v, y)).sum();
        2.0 * scale(u) * scale(v) * sum
    }

    proptest! {
        #[test]
        fn coefficients_are_those_of_the_definition(blocks in 1usize..20, seed: u64, contrast in 0u32..3) {
            let mut state = seed;
            let samples: Vec<u8> = (0..64 * blocks).map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let v = (state >> 56) as u8;
                if contrast == 0 { v } else if contrast == 1 { v / 128 * 255 } else { 100 + v / 32 }
            }).collect();
            for simd in [Simd::PLAIN, Simd::detect()] {
                let mut out = vec![[0; 64]; blocks];
                forward(simd, &samples, &mut out);
                for (b, block) in out.iter().enumerate() {
                    for (k, found) in block.iter().enumerate() {
                        let wanted = definition(&samples[8 * b..], 8 * blocks, (k % 8, k / 8));
                        prop_assert!((f64::from(*found) - wanted).abs() < 2.0, "{}: {} for {}", k, found, wanted);
                    }
                }
            }
        }
    }
}
