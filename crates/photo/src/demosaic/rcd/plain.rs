//! Ratio corrected demosaicing of a whole Bayer picture, pixel by pixel: the oracle of the rolling form.

use super::{HALO, formula};
use crate::Cfa;
use crate::demosaic::border::extended;

/// One quantity for every site of the extended picture.
struct Grid {
    width: isize,
    data: Vec<f32>,
}

impl Grid {
    /// The value at a site; 0 outside, which the halo keeps away from the picture.
    fn at(&self, x: isize, y: isize) -> f32 {
        if (0..self.width).contains(&x) && y >= 0 {
            self.data.get((y * self.width + x) as usize).copied().unwrap_or(0.0)
        } else {
            0.0
        }
    }

    /// The values at `steps` from (x, y) along the axis (dx, dy).
    fn along<const N: usize>(&self, (x, y): (isize, isize), (dx, dy): (isize, isize), steps: [isize; N]) -> [f32; N] {
        steps.map(|k| self.at(x + k * dx, y + k * dy))
    }

    /// Own value and those of the diagonal neighbours.
    fn decided(&self, x: isize, y: isize) -> f32 {
        formula::decided([(0, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)].map(|(dx, dy)| self.at(x + dx, y + dy)))
    }

    /// A grid of the same shape by a formula.
    fn map(&self, f: impl Fn(isize, isize) -> f32) -> Self {
        let data = (0..self.data.len() as isize).map(|i| f(i % self.width, i / self.width)).collect();
        Self { width: self.width, data }
    }

    /// Without the halo.
    fn interior(&self, width: usize, height: usize) -> Vec<f32> {
        let row = |y: usize| &self.data[(y + HALO) * self.width as usize + HALO..][..width];
        (0..height).flat_map(|y| row(y).iter().copied()).collect()
    }
}

const VERTICAL: (isize, isize) = (0, 1);
const HORIZONTAL: (isize, isize) = (1, 0);
/// North-west to south-east.
const FALLING: (isize, isize) = (1, 1);
/// South-west to north-east.
const RISING: (isize, isize) = (1, -1);

const AROUND_3: [isize; 3] = [-1, 0, 1];
const AROUND_7: [isize; 7] = [-3, -2, -1, 0, 1, 2, 3];
const AROUND_9: [isize; 9] = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/// R, G and B of the whole picture.
pub fn rcd(cfa: &Cfa, src: &[f32], width: usize, height: usize) -> [Vec<f32>; 3] {
    let mosaic = Grid { width: (width + 2 * HALO) as isize, data: extended(src, width, height, HALO, cfa.period()) };
    let color = |x: isize, y: isize| cfa.color_at(x as usize, y as usize) as usize;
    let green_site = |x, y| color(x, y) == 1;

    let lean_of = |a, b| {
        let energy = |axis| mosaic.map(|x, y| formula::energy(mosaic.along((x, y), axis, AROUND_7)));
        let (ea, eb) = (energy(a), energy(b));
        mosaic.map(|x, y| formula::lean(ea.along((x, y), a, AROUND_3), eb.along((x, y), b, AROUND_3)))
    };
    let (upright_lean, diagonal_lean) = (lean_of(VERTICAL, HORIZONTAL), lean_of(FALLING, RISING));

    let low = mosaic.map(|x, y| {
        formula::low_pass(std::array::from_fn(|k| mosaic.at(x + k as isize % 3 - 1, y + k as isize / 3 - 1)))
    });
    let green = mosaic.map(|x, y| {
        if green_site(x, y) {
            return mosaic.at(x, y);
        }
        let axis = |a| formula::green(mosaic.along((x, y), a, AROUND_9), low.along((x, y), a, [-2, 0, 2]));
        formula::blend(axis(VERTICAL), axis(HORIZONTAL), upright_lean.decided(x, y))
    });

    let add_difference = |samples: &Grid, lean: &Grid, (a, b), (x, y)| {
        let axis = |d| {
            let near = samples.along((x, y), d, [-3, -1, 1, 3]);
            formula::difference(near, green.along((x, y), d, [-2, -1, 0, 1, 2]))
        };
        green.at(x, y) + formula::blend(axis(a), axis(b), lean.decided(x, y))
    };
    // red at blue sites and blue at red sites; the sample itself elsewhere
    let other = mosaic.map(|x, y| match green_site(x, y) {
        true => mosaic.at(x, y),
        false => add_difference(&mosaic, &diagonal_lean, (FALLING, RISING), (x, y)),
    });
    let plane = |c: usize| -> Grid {
        let known = mosaic.map(|x, y| if color(x, y) == c { mosaic.at(x, y) } else { other.at(x, y) });
        mosaic.map(|x, y| match green_site(x, y) {
            true => add_difference(&known, &upright_lean, (VERTICAL, HORIZONTAL), (x, y)),
            false => known.at(x, y),
        })
    };
    [&plane(0), &green, &plane(2)].map(|g| g.interior(width, height))
}
