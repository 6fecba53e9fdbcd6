//! The weighted sums of the directions, where the time of kriging goes.
//!
//! The plain form says what is computed. The AVX2 form is spelled out, since the compiler finds it in some builds only;
//! it does the same operations in the same order.

use super::bank::Weights;
use super::formula::{self, DIRECTIONS};
use crate::Simd;

/// Sites of a vector.
pub const LANES: usize = 8;
/// Sites whose sums are computed together, while as many are left.
pub const BLOCK: usize = 2 * LANES;

/// The sums of a block of sites for each direction.
pub type Sums = [[f32; BLOCK]; DIRECTIONS];

/// Computes the sums of the `N` sites from site `i`: [`BLOCK`] or [`LANES`].
///
/// # Panics
/// When a term has less than `i + N` sites.
#[inline]
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
pub fn sums<const N: usize>(simd: Simd, out: &mut Sums, terms: &[[&[f32]; 2]], weights: &Weights, i: usize) {
    const { assert!(N == BLOCK || N == LANES) };
    #[cfg(target_arch = "x86_64")]
    if simd.has_avx2() {
        // SAFETY: the processor has AVX2.
        return unsafe {
            if N == BLOCK { avx2::<2>(out, terms, weights, i) } else { avx2::<1>(out, terms, weights, i) }
        };
    }
    for first in (0..N).step_by(LANES) {
        plain(out, first, terms, weights, i + first);
    }
}

/// The sums of one vector of sites from site `i`, written from position `first`.
fn plain(out: &mut Sums, first: usize, terms: &[[&[f32]; 2]], weights: &Weights, i: usize) {
    let mut sums = [[0.0; LANES]; DIRECTIONS];
    for ([s, t], [ws, wt]) in terms.iter().zip(weights) {
        let (s, t) = (&s[i..][..LANES], &t[i..][..LANES]);
        for d in 0..DIRECTIONS {
            for l in 0..LANES {
                sums[d][l] = formula::add(sums[d][l], [ws[d], wt[d]], [s[l], t[l]]);
            }
        }
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        out[first..][..LANES].copy_from_slice(&sums);
    }
}

/// The sums of `V` vectors of sites, which stay in registers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<const V: usize>(out: &mut Sums, terms: &[[&[f32]; 2]], weights: &Weights, i: usize) {
    use std::arch::x86_64::*;
    let mut sums = [[_mm256_setzero_ps(); V]; DIRECTIONS];
    for ([s, t], [ws, wt]) in terms.iter().zip(weights) {
        let (s, t) = (&s[i..][..V * LANES], &t[i..][..V * LANES]);
        // SAFETY: both slices hold `V` vectors.
        let load = |from: &[f32], v: usize| unsafe { _mm256_loadu_ps(from.as_ptr().add(v * LANES)) };
        let (mut vs, mut vt) = ([_mm256_setzero_ps(); V], [_mm256_setzero_ps(); V]);
        for v in 0..V {
            (vs[v], vt[v]) = (load(s, v), load(t, v));
        }
        for d in 0..DIRECTIONS {
            let (ws, wt) = (_mm256_set1_ps(ws[d]), _mm256_set1_ps(wt[d]));
            for v in 0..V {
                let two = _mm256_add_ps(_mm256_mul_ps(ws, vs[v]), _mm256_mul_ps(wt, vt[v]));
                sums[d][v] = _mm256_add_ps(sums[d][v], two);
            }
        }
    }
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.chunks_exact_mut(LANES).zip(sums) {
            // SAFETY: `out` holds one vector.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let value = |k: usize| ((k * 7919 + 13) % 1009) as f32 / 1009.0 - 0.3;
        let rows: Vec<Vec<f32>> = (0..50).map(|r| (0..40).map(|k| value(100 * r + k)).collect()).collect();
        let terms: Vec<[&[f32]; 2]> = rows.chunks(2).map(|pair| [&pair[0][..], &pair[1][..]]).collect();
        let weights: Weights =
            (0..25).map(|p| [0, 1].map(|t| [0, 1, 2, 3].map(|d| value(31 * p + 7 * t + d)))).collect();
        let run = |simd| {
            let mut out = [[[0.0; BLOCK]; DIRECTIONS]; 2];
            sums::<BLOCK>(simd, &mut out[0], &terms, &weights, 3);
            sums::<LANES>(simd, &mut out[1], &terms, &weights, 32);
            (out[0], out[1].map(|sums| sums[..LANES].to_vec()))
        };
        assert_eq!(run(Simd::detect()), run(Simd::PLAIN));
    }
}
