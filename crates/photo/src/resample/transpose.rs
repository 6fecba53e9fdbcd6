//! Eight rows turned into columns and back. Nothing but moves, so every instruction set gives the same bits.

use crate::Simd;

/// Rows that are turned at once.
pub(super) const ROWS: usize = 8;

/// The values of one column: the rows of R, then of G, then of B. Aligned so that no eight of them cross a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Column(pub [f32; 3 * ROWS]);

impl Column {
    pub const ZERO: Self = Self([0.0; 3 * ROWS]);

    #[inline(always)]
    fn of_plane(&mut self, c: usize) -> &mut [f32; ROWS] {
        (&mut self.0[c * ROWS..][..ROWS]).try_into().expect("a column has eight rows of a plane")
    }
}

/// `columns[x]` of plane `c` gets value `x` of each of the rows, which are as long as there are columns.
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut, unused_variables))]
pub(super) fn to_columns(simd: Simd, rows: &[&[f32]; ROWS], c: usize, columns: &mut [Column]) {
    let mut done = 0;
    #[cfg(target_arch = "x86_64")]
    if simd.has_avx2() {
        // SAFETY: only `Simd::detect` makes such a value, and only on a processor that has AVX2.
        done = unsafe { avx2::to_columns(rows, c, columns) };
    }
    for (y, row) in rows.iter().enumerate() {
        columns[done..].iter_mut().zip(&row[done..]).for_each(|(column, v)| column.of_plane(c)[y] = *v);
    }
}

/// The reverse of [`to_columns`].
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut, unused_variables))]
pub(super) fn to_rows(simd: Simd, columns: &[Column], c: usize, rows: &mut [&mut [f32]; ROWS]) {
    let mut done = 0;
    #[cfg(target_arch = "x86_64")]
    if simd.has_avx2() {
        // SAFETY: as above.
        done = unsafe { avx2::to_rows(columns, c, rows) };
    }
    for (y, row) in rows.iter_mut().enumerate() {
        row[done..].iter_mut().zip(&columns[done..]).for_each(|(v, column)| *v = column.0[c * ROWS + y]);
    }
}

/// Squares of eight by eight in registers. Both functions return how many columns they did: whole squares only.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Column, ROWS};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    pub fn to_columns(rows: &[&[f32]; ROWS], c: usize, columns: &mut [Column]) -> usize {
        let squares = columns.as_chunks_mut::<ROWS>().0;
        for (i, square) in squares.iter_mut().enumerate() {
            let mut lines = [_mm256_setzero_ps(); ROWS];
            for (line, row) in lines.iter_mut().zip(rows) {
                *line = load(row[i * ROWS..].first_chunk().expect("rows are as long as there are columns"));
            }
            for (column, line) in square.iter_mut().zip(transposed(lines)) {
                store(line, column.of_plane(c));
            }
        }
        squares.len() * ROWS
    }

    #[target_feature(enable = "avx2")]
    pub fn to_rows(columns: &[Column], c: usize, rows: &mut [&mut [f32]; ROWS]) -> usize {
        let squares = columns.as_chunks::<ROWS>().0;
        for (i, square) in squares.iter().enumerate() {
            let mut lines = [_mm256_setzero_ps(); ROWS];
            for (line, column) in lines.iter_mut().zip(square) {
                *line = load(column.0[c * ROWS..].first_chunk().expect("a column has eight rows of a plane"));
            }
            for (row, line) in rows.iter_mut().zip(transposed(lines)) {
                store(line, row[i * ROWS..].first_chunk_mut().expect("rows are as long as there are columns"));
            }
        }
        squares.len() * ROWS
    }

    #[target_feature(enable = "avx2")]
    fn load(from: &[f32; ROWS]) -> __m256 {
        // SAFETY: eight values are there.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(line: __m256, to: &mut [f32; ROWS]) {
        // SAFETY: there is room for eight values.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), line) }
    }

    /// Pairs of lines are interleaved by single values, then by pairs of them, then by halves.
    #[target_feature(enable = "avx2")]
    fn transposed(l: [__m256; ROWS]) -> [__m256; ROWS] {
        let low = |i: usize| _mm256_unpacklo_ps(l[i], l[i + 1]);
        let high = |i: usize| _mm256_unpackhi_ps(l[i], l[i + 1]);
        let fours = |a: __m256, b: __m256| [_mm256_shuffle_ps::<0x44>(a, b), _mm256_shuffle_ps::<0xee>(a, b)];
        let [a0, a1] = fours(low(0), low(2));
        let [a2, a3] = fours(high(0), high(2));
        let [b0, b1] = fours(low(4), low(6));
        let [b2, b3] = fours(high(4), high(6));
        let first = |a: __m256, b: __m256| _mm256_permute2f128_ps::<0x20>(a, b);
        let second = |a: __m256, b: __m256| _mm256_permute2f128_ps::<0x31>(a, b);
        [
            first(a0, b0),
            first(a1, b1),
            first(a2, b2),
            first(a3, b3),
            second(a0, b0),
            second(a1, b1),
            second(a2, b2),
            second(a3, b3),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_hold_the_rows_and_give_them_back() {
        for (simd, width) in [Simd::PLAIN, Simd::detect()].into_iter().flat_map(|s| (0..35).map(move |w| (s, w))) {
            let rows: [Vec<f32>; ROWS] = std::array::from_fn(|y| (0..width).map(|x| (100 * y + x) as f32).collect());
            let mut columns = vec![Column::ZERO; width];
            to_columns(simd, &rows.each_ref().map(Vec::as_slice), 1, &mut columns);
            for (x, column) in columns.iter().enumerate() {
                assert_eq!(column.0[ROWS..2 * ROWS], std::array::from_fn::<_, ROWS, _>(|y| (100 * y + x) as f32));
                assert!(column.0[..ROWS].iter().chain(&column.0[2 * ROWS..]).all(|v| *v == 0.0));
            }
            let mut back = rows.clone().map(|row| vec![-1.0; row.len()]);
            to_rows(simd, &columns, 1, &mut back.each_mut().map(Vec::as_mut_slice));
            assert_eq!(back, rows);
        }
    }
}
