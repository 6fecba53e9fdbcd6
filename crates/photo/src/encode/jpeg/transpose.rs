//! Transposition of 8 × 8 numbers: 64 moves, or 24 instructions of SSE2, which every x86-64 processor has.

/// Rows become columns.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn transpose(rows: [[i16; 8]; 8]) -> [[i16; 8]; 8] {
    use std::arch::x86_64::*;
    // SAFETY: both types are eight times 128 bits without padding, and any bits are valid in either.
    let mut v: [__m128i; 8] = unsafe { std::mem::transmute(rows) };
    // A number's index has three bits of row and three of column. Shuffling the upper half of the rows into the lower
    // one turns the six bits by one, so doing it three times exchanges row and column.
    for _ in 0..3 {
        // SAFETY: SSE2 is part of the architecture.
        let [a, b, c, d] =
            [0, 1, 2, 3].map(|i| unsafe { [_mm_unpacklo_epi16(v[i], v[i + 4]), _mm_unpackhi_epi16(v[i], v[i + 4])] });
        v = [a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]];
    }
    // SAFETY: as above.
    unsafe { std::mem::transmute(v) }
}

/// Rows become columns.
#[cfg(not(target_arch = "x86_64"))]
pub(super) use plain as transpose;

/// The same, number by number.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
pub(super) fn plain(rows: [[i16; 8]; 8]) -> [[i16; 8]; 8] {
    std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn vectors_give_the_plain_transposition() {
        let rows = std::array::from_fn(|y| std::array::from_fn(|x| (8 * y + x) as i16 * 257));
        assert_eq!(super::transpose(rows), super::plain(rows));
    }
}
