//! Values between pixels: cubic convolution (R. Keys, 1981, a = −1/2), exact for straight lines and parabolas.

/// Source pixels that one value is made of, on each axis.
pub(super) const TAPS: usize = 4;

/// The first of the four pixels and their weights for the place `at` (pixel `i` covers `i` to `i + 1`). A place in the
/// middle of a pixel gives that pixel alone.
#[inline(always)]
pub(super) fn taps(at: f64) -> (isize, [f32; TAPS]) {
    let at = at - 0.5;
    let whole = at.floor();
    let t = (at - whole) as f32;
    let (t2, t3) = (t * t, t * t * t);
    let weights =
        [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2];
    (whole as isize - 1, weights)
}

/// The value at columns `x` and on of four rows; columns beyond the row repeat its border.
#[inline(always)]
pub(super) fn value(rows: [&[f32]; TAPS], x: isize, across: &[f32; TAPS], downward: &[f32; TAPS]) -> f32 {
    let last = rows[0].len() as isize - 1;
    let columns: [usize; TAPS] = std::array::from_fn(|i| (x + i as isize).clamp(0, last) as usize);
    let mut sum = 0.0;
    for (row, weight) in rows.iter().zip(downward) {
        let mut line = 0.0;
        for (&column, weight) in columns.iter().zip(across) {
            line += weight * row[column];
        }
        sum += weight * line;
    }
    sum
}
