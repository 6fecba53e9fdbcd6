//! Resizing a mark while its rows arrive: triangle filter, as wide as a target pixel when it shrinks (no aliasing),
//! linear interpolation when it grows; no ringing around the hard edges of logos.

use super::mark::Mark;
use photo::Size;

/// Which source pixels make each target pixel.
pub(super) struct Axis {
    /// First source pixel and the weights from there, which sum to 1.
    targets: Vec<(usize, Vec<f32>)>,
}

impl Axis {
    pub fn new(source: usize, target: usize) -> Self {
        let scale = source as f64 / target as f64;
        let reach = scale.max(1.0);
        let one = |i: usize| {
            let middle = (i as f64 + 0.5) * scale - 0.5;
            let first = (middle - reach).ceil().max(0.0) as usize;
            let last = ((middle + reach).floor() as usize).min(source - 1);
            let weight = |s: usize| (1.0 - (s as f64 - middle).abs() / reach).max(0.0);
            let sum: f64 = (first..=last).map(weight).sum();
            (first, (first..=last).map(|s| (weight(s) / sum) as f32).collect())
        };
        Self { targets: (0..target).map(one).collect() }
    }
}

/// Adds each source row to the target rows that it is a part of.
pub(super) struct Tall {
    down: Axis,
    /// Planes of a source row at the target's width.
    across: [Vec<f32>; 4],
    /// Target rows before it are complete.
    complete: usize,
}

impl Tall {
    pub fn new(source_rows: usize, target: Size) -> Self {
        Self {
            down: Axis::new(source_rows, target.height as usize),
            across: std::array::from_fn(|_| vec![0.0; target.width as usize]),
            complete: 0,
        }
    }

    /// Takes source row `y`; rows come from top to bottom.
    pub fn push(&mut self, y: usize, across: &Axis, row: &[[f32; 4]], mark: &mut Mark) {
        for (x, (first, weights)) in across.targets.iter().enumerate() {
            let sum = weighted(&row[*first..], weights);
            for (plane, v) in self.across.iter_mut().zip(sum) {
                plane[x] = v;
            }
        }
        for (c, across) in self.across.iter().enumerate() {
            for (target, (first, weights)) in self.down.targets.iter().enumerate().skip(self.complete) {
                if *first > y {
                    break;
                }
                let weight = weights.get(y - first).copied().unwrap_or(0.0);
                mark.row_mut(c, target).iter_mut().zip(across).for_each(|(m, v)| *m += weight * v);
            }
        }
        let ended = |(first, weights): &&(usize, Vec<f32>)| first + weights.len() <= y + 1;
        self.complete += self.down.targets[self.complete..].iter().take_while(ended).count();
    }
}

/// The four channels of the weighted sum of pixels.
fn weighted(pixels: &[[f32; 4]], weights: &[f32]) -> [f32; 4] {
    let mut sum = [0.0; 4];
    for ([r, g, b, alpha], weight) in pixels.iter().zip(weights) {
        sum = [sum[0] + r * weight, sum[1] + g * weight, sum[2] + b * weight, sum[3] + alpha * weight];
    }
    sum
}
