//! Ratio corrected demosaicing, row after row, in half rows.
//!
//! A row of a Bayer mosaic holds green and one of red and blue in turn. Each row is split into its green half and its
//! other half ("colour"), so that every lane of a vector does the same work and no loop asks for the site's colour.
//! At site `i` of a half row, the neighbours in the same row are in the other half at `i - 1 + o` and `i + o`, where `o`
//! is the column parity of the half at hand; the neighbours above and below are in the other kind of half at `i`, those
//! on the diagonals in the same kind at `i - 1 + o` and `i + o`.

use super::HALO;
use super::kernels::{self, ColorAxis, GreenAxis, Taps};
use crate::demosaic::ring::Ring;
use crate::{Cfa, Color, Plane, Simd};

/// The stages lag behind the newest row, each by what the next one needs.
const ENERGY_LAG: usize = 3;
const LEAN_LAG: usize = 4;
const GREEN_LAG: usize = 5;
const OTHER_LAG: usize = 7;
const LAST_LAG: usize = HALO;
/// Half rows are filled up to a multiple of this, so that kernels have no rest to do one by one.
const LANES: usize = 32;
/// Rows are counted from here, so that no lag leads below zero.
const FIRST_ROW: usize = 16;

/// The state of one band of rows.
#[derive(Debug)]
pub struct RcdRows {
    simd: Simd,
    cfa: Cfa,
    /// Samples of an input row.
    width: usize,
    /// Number of the next row.
    y: usize,
    /// Red or blue samples, and green ones.
    color: Ring<16>,
    green: Ring<16>,
    /// Green at colour sites.
    found_green: Ring<8>,
    /// Blue at red sites, red at blue sites.
    other: Ring<16>,
    low: Ring<8>,
    /// Energy along columns at colour and at green sites.
    column_energy: [Ring<4>; 2],
    /// Energy along rows, only of the row at hand.
    row_energy: [Ring<1>; 2],
    upright_lean: [Ring<8>; 2],
    falling_energy: Ring<4>,
    rising_energy: Ring<4>,
    diagonal_lean: Ring<8>,
    /// Red and blue at the green sites of the row at hand: the row's own colour, the other.
    found: [Plane; 2],
    /// The lean to use at each site of the row at hand.
    lean: Plane,
}

impl RcdRows {
    /// For rows of `width` samples, halo included; `cfa` at the first sample of the first row.
    pub fn new(cfa: &Cfa, width: usize, simd: Simd) -> Self {
        let n = width.div_ceil(2).next_multiple_of(LANES);
        Self {
            simd,
            cfa: *cfa,
            width,
            y: FIRST_ROW,
            color: Ring::new(n),
            green: Ring::new(n),
            found_green: Ring::new(n),
            other: Ring::new(n),
            low: Ring::new(n),
            column_energy: [Ring::new(n), Ring::new(n)],
            row_energy: [Ring::new(n), Ring::new(n)],
            upright_lean: [Ring::new(n), Ring::new(n)],
            falling_energy: Ring::new(n),
            rising_energy: Ring::new(n),
            diagonal_lean: Ring::new(n),
            found: [Plane::new(n), Plane::new(n)],
            lean: Plane::new(n),
        }
    }

    /// Begins a new picture of the same width and pattern.
    pub fn reset(&mut self) {
        self.y = FIRST_ROW;
    }

    /// Takes a row; whether it gave one, the row [`HALO`] above, without the halo.
    pub fn push(&mut self, row: &[f32], out: [&mut [f32]; 3]) -> bool {
        let y = self.y;
        self.split(y, row);
        self.low_pass(y - 1);
        self.energies(y - ENERGY_LAG);
        self.leans(y - LEAN_LAG);
        self.greens(y - GREEN_LAG);
        self.others(y - OTHER_LAG);
        self.y += 1;
        let complete = y >= FIRST_ROW + 2 * HALO;
        if complete {
            self.last(y - LAST_LAG, out);
        }
        complete
    }

    /// Column parity of the colour sites of row `y`.
    fn parity(&self, y: usize) -> usize {
        usize::from(self.cfa.color_at(0, y) == Color::G)
    }

    fn split(&mut self, y: usize, row: &[f32]) {
        let parity = self.parity(y);
        let (color, green) = (self.color.row_mut(y), self.green.row_mut(y));
        let (even, odd) = if parity == 0 { (color, green) } else { (green, color) };
        kernels::split(self.simd, even, odd, &row[..self.width]);
    }

    fn low_pass(&mut self, y: usize) {
        let (l, r) = beside(self.parity(y));
        let (c, g) = (&self.color, &self.green);
        let taps = [
            c.at(y - 1, l),
            g.row(y - 1),
            c.at(y - 1, r),
            g.at(y, l),
            c.row(y),
            g.at(y, r),
            c.at(y + 1, l),
            g.row(y + 1),
            c.at(y + 1, r),
        ];
        kernels::low_pass(self.simd, self.low.row_mut(y), taps);
    }

    fn energies(&mut self, y: usize) {
        let (c, g) = (&self.color, &self.green);
        let [at_color, at_green] = &mut self.column_energy;
        kernels::energy(self.simd, at_color.row_mut(y), column(c, g, y));
        kernels::energy(self.simd, at_green.row_mut(y), column(g, c, y));
        let (l, r) = beside(self.parity(y));
        let rows = |dy: isize| y.wrapping_add_signed(dy);
        let (odd, far) = ([(-3, l - 1), (-1, l), (1, r), (3, r + 1)], [(-2, -1), (0, 0), (2, 1)]);
        let diagonal = |s: isize| -> Taps<7> {
            let [m3, m1, p1, p3] = odd.map(|(dy, by)| c.at(rows(s * dy), by));
            let [m2, own, p2] = far.map(|(dy, by)| c.at(rows(s * dy), by));
            [m3, m2, m1, own, p1, p2, p3]
        };
        kernels::energy(self.simd, self.falling_energy.row_mut(y), diagonal(1));
        kernels::energy(self.simd, self.rising_energy.row_mut(y), diagonal(-1));
    }

    fn leans(&mut self, y: usize) {
        let parity = self.parity(y);
        let (c, g) = (&self.color, &self.green);
        let [at_color, at_green] = &mut self.row_energy;
        kernels::energy(self.simd, at_color.row_mut(y), along_row(c, g, y, parity));
        kernels::energy(self.simd, at_green.row_mut(y), along_row(g, c, y, 1 - parity));
        for kind in 0..2 {
            let (l, r) = beside(parity ^ kind);
            let (own, across) = (&self.column_energy[kind], &self.column_energy[1 - kind]);
            let column = [across.row(y - 1), own.row(y), across.row(y + 1)];
            let (own, across) = (&self.row_energy[kind], &self.row_energy[1 - kind]);
            let row = [across.at(y, l), own.row(y), across.at(y, r)];
            kernels::lean(self.simd, self.upright_lean[kind].row_mut(y), column, row);
        }
        let (l, r) = beside(parity);
        let (f, s) = (&self.falling_energy, &self.rising_energy);
        let falling = [f.at(y - 1, l), f.row(y), f.at(y + 1, r)];
        let rising = [s.at(y + 1, l), s.row(y), s.at(y - 1, r)];
        kernels::lean(self.simd, self.diagonal_lean.row_mut(y), falling, rising);
    }

    fn greens(&mut self, y: usize) {
        let parity = self.parity(y);
        let (c, g, low) = (&self.color, &self.green, &self.low);
        let [m3, m2, m1, own, p1, p2, p3] = column(c, g, y);
        let vertical = GreenAxis {
            mosaic: [c.row(y - 4), m3, m2, m1, own, p1, p2, p3, c.row(y + 4)],
            low: [low.row(y - 2), low.row(y), low.row(y + 2)],
        };
        let [m3, m2, m1, own, p1, p2, p3] = along_row(c, g, y, parity);
        let horizontal = GreenAxis {
            mosaic: [c.at(y, -2), m3, m2, m1, own, p1, p2, p3, c.at(y, 2)],
            low: [low.at(y, -1), low.row(y), low.at(y, 1)],
        };
        kernels::decided(self.simd, &mut self.lean, around(&self.upright_lean[0], y, parity));
        kernels::green(self.simd, self.found_green.row_mut(y), vertical, horizontal, &self.lean);
    }

    fn others(&mut self, y: usize) {
        let parity = self.parity(y);
        let (l, r) = beside(parity);
        let (c, g) = (&self.color, &self.found_green);
        let falling = ColorAxis {
            color: [c.at(y - 3, l - 1), c.at(y - 1, l), c.at(y + 1, r), c.at(y + 3, r + 1)],
            green: [g.at(y - 2, -1), g.at(y - 1, l), g.row(y), g.at(y + 1, r), g.at(y + 2, 1)],
        };
        let rising = ColorAxis {
            color: [c.at(y + 3, l - 1), c.at(y + 1, l), c.at(y - 1, r), c.at(y - 3, r + 1)],
            green: [g.at(y + 2, -1), g.at(y + 1, l), g.row(y), g.at(y - 1, r), g.at(y - 2, 1)],
        };
        kernels::decided(self.simd, &mut self.lean, around(&self.diagonal_lean, y, parity));
        kernels::color(self.simd, self.other.row_mut(y), falling, rising, &self.lean);
    }

    fn last(&mut self, y: usize, out: [&mut [f32]; 3]) {
        let parity = self.parity(y);
        // the row's own colour is sampled in this row and found in those above and below; the other is the reverse
        let (own, other) = (&self.color, &self.other);
        kernels::decided(self.simd, &mut self.lean, around(&self.upright_lean[1], y, 1 - parity));
        for (found, here, across) in [(0, own, other), (1, other, own)] {
            let vertical = column_of_color(across, &self.green, &self.found_green, y);
            let horizontal = row_of_color(here, &self.green, &self.found_green, y, 1 - parity);
            kernels::color(self.simd, &mut self.found[found], vertical, horizontal, &self.lean);
        }
        self.join(y, parity, out);
    }

    fn join(&self, y: usize, parity: usize, out: [&mut [f32]; 3]) {
        let own_is_red = self.cfa.color_at(parity, y) == Color::R;
        let own = (self.color.row(y), &self.found[0][..]);
        let other = (self.other.row(y), &self.found[1][..]);
        let (red, blue) = if own_is_red { (own, other) } else { (other, own) };
        let green = (self.found_green.row(y), self.green.row(y));
        for (out, (at_color, at_green)) in out.into_iter().zip([red, green, blue]) {
            let (even, odd) = if parity == 0 { (at_color, at_green) } else { (at_green, at_color) };
            kernels::join(self.simd, &mut out[..self.width - 2 * HALO], &even[HALO / 2..], &odd[HALO / 2..]);
        }
    }
}

/// Where the neighbours left and right are in the other half row, seen from a half of column parity `parity`.
fn beside(parity: usize) -> (isize, isize) {
    (parity as isize - 1, parity as isize)
}

/// Steps -3 to 3 along a column, from sites in `own`.
fn column<'a>(own: &'a Ring<16>, across: &'a Ring<16>, y: usize) -> Taps<'a, 7> {
    let (m3, m1, p1, p3) = (across.row(y - 3), across.row(y - 1), across.row(y + 1), across.row(y + 3));
    [m3, own.row(y - 2), m1, own.row(y), p1, own.row(y + 2), p3]
}

/// Steps -3 to 3 along row `y`, from sites in `own` of column parity `parity`.
fn along_row<'a>(own: &'a Ring<16>, across: &'a Ring<16>, y: usize, parity: usize) -> Taps<'a, 7> {
    let (l, r) = beside(parity);
    let (m3, m1, p1, p3) = (across.at(y, l - 1), across.at(y, l), across.at(y, r), across.at(y, r + 1));
    [m3, own.at(y, -1), m1, own.row(y), p1, own.at(y, 1), p3]
}

/// Own row and the four diagonal neighbours.
fn around(ring: &Ring<8>, y: usize, parity: usize) -> Taps<'_, 5> {
    let (l, r) = beside(parity);
    [ring.row(y), ring.at(y - 1, l), ring.at(y - 1, r), ring.at(y + 1, l), ring.at(y + 1, r)]
}

/// A colour and green along a column, from green sites.
fn column_of_color<'a>(color: &'a Ring<16>, raw: &'a Ring<16>, found: &'a Ring<8>, y: usize) -> ColorAxis<'a> {
    ColorAxis {
        color: [color.row(y - 3), color.row(y - 1), color.row(y + 1), color.row(y + 3)],
        green: [raw.row(y - 2), found.row(y - 1), raw.row(y), found.row(y + 1), raw.row(y + 2)],
    }
}

/// A colour and green along row `y`, from green sites of column parity `parity`.
fn row_of_color<'a>(
    color: &'a Ring<16>,
    raw: &'a Ring<16>,
    found: &'a Ring<8>,
    y: usize,
    parity: usize,
) -> ColorAxis<'a> {
    let (l, r) = beside(parity);
    ColorAxis {
        color: [color.at(y, l - 1), color.at(y, l), color.at(y, r), color.at(y, r + 1)],
        green: [raw.at(y, -1), found.at(y, l), raw.row(y), found.at(y, r), raw.at(y, 1)],
    }
}
