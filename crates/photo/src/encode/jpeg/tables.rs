//! The tables of T.81, annex K.1, and the order of figure A.6.

/// Table K.1: luma, in natural order.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// Table K.2: chroma, in natural order.
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
];

/// Natural position of each position in zigzag order.
pub(super) const NATURAL: [u8; 64] = natural();

const fn natural() -> [u8; 64] {
    let mut out = [0; 64];
    let (mut x, mut y) = (0, 0);
    let mut k = 0;
    while k < 64 {
        out[k] = 8 * y + x;
        k += 1;
        // Even diagonals go up to the right, odd ones down to the left; at an edge one step along it.
        match (x + y) % 2 == 0 {
            true if x == 7 => y += 1,
            true if y == 0 => x += 1,
            true => (x, y) = (x + 1, y - 1),
            false if y == 7 => x += 1,
            false if x == 0 => y += 1,
            false => (x, y) = (x - 1, y + 1),
        }
    }
    out
}

/// Steps of luma and chroma for a quality of 1 to 100, in natural order, by libjpeg's rule: 50 is the tables of the
/// annex, 100 is all ones.
pub(super) fn steps(quality: u8) -> [[u8; 64]; 2] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    [LUMA, CHROMA].map(|table| table.map(|v| ((u32::from(v) * percent + 50) / 100).clamp(1, 255) as u8))
}
