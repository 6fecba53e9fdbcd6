//! Coefficients become levels: division by the step, rounded, halves away from zero; and which levels are not zero.

use super::dct::Block;
use super::tables::NATURAL;

/// The levels of a block.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Levels {
    /// In natural order.
    pub values: Block,
    /// Bit `k` is set when the level at zigzag position `k` is not zero.
    pub present: u64,
}

impl Levels {
    /// A block of zeros.
    pub const ZERO: Self = Self { values: [0; 64], present: 0 };
}

/// Division by the steps of one table without dividing.
///
/// For a divisor d with 2^s ≤ d < 2^(s+1), n / d = (n · m / 2^16) / 2^s for m = ⌈2^(16+s) / d⌉ and all n < 2^15, since
/// the error of m is below d (T. Granlund and P. Montgomery, "Division by invariant integers using multiplication", 1994).
pub(super) struct Divisors {
    half: [u16; 64],
    reciprocal: [u16; 64],
    /// 2^(16 - s): multiplying by it and keeping the high half shifts by s.
    scale: [u16; 64],
}

impl Divisors {
    /// For `steps` in natural order and coefficients that are 8 times too large.
    pub fn new(steps: &[u8; 64]) -> Self {
        let divisor = steps.map(|q| 8 * u32::from(q));
        // A power of two has one bit less, so that its reciprocal is 2^15 and not 2^16.
        let shift = divisor.map(|d| (d - 1).ilog2());
        let mut reciprocal = [0; 64];
        for ((m, d), s) in reciprocal.iter_mut().zip(divisor).zip(shift) {
            *m = (1u32 << (16 + s)).div_ceil(d) as u16;
        }
        Self { half: divisor.map(|d| d as u16 / 2), reciprocal, scale: shift.map(|s| 1 << (16 - s)) }
    }
}

/// Zigzag bits of the bits of each row, by row.
const ZIGZAG_BITS: [[u64; 256]; 8] = zigzag_bits();

const fn zigzag_bits() -> [[u64; 256]; 8] {
    let mut out = [[0; 256]; 8];
    let mut k = 0;
    while k < 64 {
        let (row, bit) = (NATURAL[k] as usize / 8, NATURAL[k] as usize % 8);
        let mut byte = 0;
        while byte < 256 {
            out[row][byte] |= ((byte as u64 >> bit) & 1) << k;
            byte += 1;
        }
        k += 1;
    }
    out
}

#[inline(always)]
fn quantise_kernel(coefficients: &[Block], divisors: &Divisors, out: &mut [Levels]) {
    for (from, to) in coefficients.iter().zip(out) {
        let by = divisors.half.iter().zip(&divisors.reciprocal).zip(&divisors.scale);
        for ((to, from), ((half, reciprocal), scale)) in to.values.iter_mut().zip(from).zip(by) {
            let level = high(high(from.unsigned_abs() + half, *reciprocal), *scale) as i16;
            // Ones where the coefficient is negative: complement and add one.
            let sign = from >> 15;
            *to = (level ^ sign) - sign;
        }
        to.present = zigzag(&to.values.map(|level| u8::from(level != 0)));
    }
}

/// The high half of the product.
#[inline(always)]
fn high(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

/// One bit for each byte, which is 0 or 1, in zigzag order.
#[inline(always)]
fn zigzag(present: &[u8; 64]) -> u64 {
    let rows = present.as_chunks::<8>().0.iter().zip(&ZIGZAG_BITS);
    // The product moves byte i's bit to bit 56 + i, without carries.
    let bits = |row: &[u8; 8]| u64::from_le_bytes(*row).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    rows.fold(0, |mask, (row, table)| mask | table[bits(row) as usize])
}

crate::dispatch!(/// Levels of blocks of coefficients.
    pub(super) fn quantise(coefficients: &[Block], divisors: &Divisors, out: &mut [Levels]) = quantise_kernel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simd;

    #[test]
    fn reciprocals_divide_exactly() {
        for step in 1..=255u8 {
            let divisors = Divisors::new(&[step; 64]);
            let all: Vec<Block> =
                (-16_384..16_384).step_by(64).map(|n| std::array::from_fn(|i| n + i as i16)).collect();
            for simd in [Simd::PLAIN, Simd::detect()] {
                let mut out = vec![Levels::ZERO; all.len()];
                quantise(simd, &all, &divisors, &mut out);
                let d = 8 * i32::from(step);
                for (from, to) in all.iter().zip(&out) {
                    let wanted = from.map(|n| i32::from(n).signum() * ((i32::from(n).abs() + d / 2) / d));
                    assert_eq!(to.values.map(i32::from), wanted, "step {step}");
                }
            }
        }
    }

    #[test]
    fn present_levels_are_named_in_zigzag_order() {
        for (k, at) in NATURAL.iter().enumerate() {
            let mut block = [0; 64];
            block[usize::from(*at)] = -800;
            let mut out = [Levels::ZERO];
            quantise(Simd::detect(), &[block], &Divisors::new(&[10; 64]), &mut out);
            assert_eq!(out[0].present, 1 << k);
        }
    }
}
