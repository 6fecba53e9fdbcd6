//! From stored samples to light: black level, white level and white balance in one subtraction and one product.

use photo::{Mosaic, Orientation, Size};

/// Black and gain of every sample of the upright active area; they repeat every `period` rows.
pub struct Levels {
    period: usize,
    /// `period` rows of one black level a column, column changes included.
    black: Vec<Vec<f32>>,
    /// `period` rows of one gain a column.
    gain: Vec<Vec<f32>>,
    /// Added to the black of upright row `y`; empty where the file has none.
    row_delta: Vec<f32>,
}

impl Levels {
    /// Levels that take a sample to 0 (no light) … multiplier of its colour (saturated).
    pub fn new(mosaic: &Mosaic, orientation: Orientation, multipliers: [f32; 3]) -> Self {
        let stored = mosaic.active.size();
        let upright = orientation.upright_size(stored);
        let pattern = &mosaic.black;
        let period = lcm(mosaic.cfa.period(), lcm(pattern.rows, pattern.cols)).min(upright.height as usize).max(1);
        let white_minus_black = span(mosaic);
        let at = |x: u32, y: u32| {
            let (sx, sy) = orientation.stored_at(stored, x, y);
            ((sx + mosaic.active.x) as usize, (sy + mosaic.active.y) as usize)
        };
        let black_at = |x, y| {
            let (px, py) = at(x, y);
            pattern.pattern[(py % pattern.rows) * pattern.cols + px % pattern.cols]
        };
        let gain_at = |x, y| {
            let (px, py) = at(x, y);
            let c = mosaic.cfa.color_at(px, py) as usize;
            multipliers[c] / white_minus_black[c]
        };
        let (across, down) = deltas(mosaic, orientation, upright);
        let table = |f: &dyn Fn(u32, u32) -> f32| -> Vec<Vec<f32>> {
            (0..period as u32).map(|y| (0..upright.width).map(|x| f(x, y)).collect()).collect()
        };
        let black = table(&|x, y| black_at(x, y) + across.get(x as usize).copied().unwrap_or(0.0));
        Self { period, black, gain: table(&gain_at), row_delta: down }
    }

    /// The levels of `len` samples from column `x` on of upright row `y`.
    pub fn row(&self, y: usize, x: usize, len: usize) -> RowLevels<'_> {
        let (black, gain) = (&self.black[y % self.period], &self.gain[y % self.period]);
        let delta = self.row_delta.get(y).copied().unwrap_or(0.0);
        RowLevels { black: &black[x..x + len], gain: &gain[x..x + len], delta }
    }
}

/// Levels of some samples of a row: a sample `v` becomes `(v - (black + delta)) * gain`.
#[derive(Clone, Copy)]
pub struct RowLevels<'a> {
    pub black: &'a [f32],
    pub gain: &'a [f32],
    pub delta: f32,
}

/// White minus the mean black of each colour, at least one unit in a thousand of white.
fn span(mosaic: &Mosaic) -> [f32; 3] {
    let black = mosaic.black.mean_by_color(&mosaic.cfa);
    std::array::from_fn(|c| (mosaic.white[c] - black[c]).max(mosaic.white[c].abs() * 1e-3).max(f32::MIN_POSITIVE))
}

/// Changes of the black level along upright columns and rows.
fn deltas(mosaic: &Mosaic, o: Orientation, upright: Size) -> (Vec<f32>, Vec<f32>) {
    let part = |all: &[f32], from: u32, len: u32| -> Vec<f32> {
        all.get(from as usize..(from + len) as usize).map(<[f32]>::to_vec).unwrap_or_default()
    };
    let active = mosaic.active;
    let along_x = part(&mosaic.black.col_delta, active.x, active.width);
    let along_y = part(&mosaic.black.row_delta, active.y, active.height);
    let (mut across, mut down) = if o.transpose { (along_y, along_x) } else { (along_x, along_y) };
    if o.flip_x {
        across.reverse();
    }
    if o.flip_y {
        down.reverse();
    }
    debug_assert!(across.len() <= upright.width as usize && down.len() <= upright.height as usize);
    (across, down)
}

fn lcm(a: usize, b: usize) -> usize {
    let gcd = |mut a: usize, mut b: usize| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    a.max(1) / gcd(a.max(1), b.max(1)) * b.max(1)
}
