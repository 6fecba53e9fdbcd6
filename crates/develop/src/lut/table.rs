//! A table of colours and what lies between its entries.

use photo::color::transfer::unit;

/// Output colours for inputs at even distances.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) entries: Entries,
    /// The input of the first entry.
    pub(super) low: [f32; 3],
    /// 1 / (input of the last entry − input of the first).
    pub(super) scale: [f32; 3],
}

/// How the entries lie.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entries {
    /// One axis: each channel by itself.
    Curves(Vec<[f32; 3]>),
    /// So many a side; red goes round fastest, then green.
    Cube(usize, Vec<[f32; 3]>),
}

impl Table {
    /// The output for an input. Beyond the first and last entries their own outputs hold; what is not a number is taken
    /// for the first.
    pub fn at(&self, rgb: [f32; 3]) -> [f32; 3] {
        let place = std::array::from_fn(|c| unit((rgb[c] - self.low[c]) * self.scale[c]));
        match &self.entries {
            Entries::Curves(values) => curves(values, place),
            Entries::Cube(side, values) => cube(*side, values, place),
        }
    }
}

/// The entry at or below a place of 0 to 1 among `count`, never the last, and how far the place lies from it to the next.
fn step(place: f32, count: usize) -> (usize, f32) {
    let at = place * (count - 1) as f32;
    let below = (at as usize).min(count - 2);
    (below, at - below as f32)
}

fn curves(values: &[[f32; 3]], place: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|c| {
        let (below, part) = step(place[c], values.len());
        values[below][c] + part * (values[below + 1][c] - values[below][c])
    })
}

/// Between the four corners of the tetrahedron around the place: from the lower corner of its cell to the upper one, along
/// the axes in the order of their parts. Greys stay on the diagonal, which the other interpolations leave.
fn cube(side: usize, values: &[[f32; 3]], place: [f32; 3]) -> [f32; 3] {
    let [r, g, b] = place.map(|v| step(v, side));
    let lower = r.0 + side * (g.0 + side * b.0);
    let mut axes = [(r.1, 1), (g.1, side), (b.1, side * side)];
    axes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut at = lower;
    let mut sum = values[lower];
    for (part, stride) in axes {
        let (from, to) = (values[at], values[at + stride]);
        (0..3).for_each(|c| sum[c] += part * (to[c] - from[c]));
        at += stride;
    }
    sum
}
