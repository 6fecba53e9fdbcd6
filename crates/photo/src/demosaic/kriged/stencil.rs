//! The samples of the window, in the order in which their weighted values are summed.
//!
//! Every pixel of a Bayer mosaic looks the same upside down, so that opposite samples have the same weight: they are
//! added first and weighted once, half of the work. Terms are summed in pairs, of which mirroring swaps the two: the
//! mirrored mosaic gives the mirrored picture, bit by bit.

use super::kriging::{RADIUS, SIDE};

/// Column and row of a sample, from the pixel.
pub type Offset = (isize, isize);

/// One sample of the window, or the sum of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Its first or only sample.
    pub first: Offset,
    /// The opposite sample.
    pub second: Option<Offset>,
}

/// Terms of the longest stencil.
pub const MOST_TERMS: usize = (SIDE * SIDE).next_multiple_of(2);

/// The window as pairs of terms; the last term has no weight.
#[derive(Debug)]
pub struct Stencil {
    /// In the order of summation.
    pub pairs: Vec<[Term; 2]>,
}

const CENTER: Term = single((0, 0));

const fn single(first: Offset) -> Term {
    Term { first, second: None }
}

const fn opposite((dx, dy): Offset) -> Term {
    Term { first: (dx, dy), second: Some((-dx, -dy)) }
}

impl Stencil {
    /// Every sample is a term, row by row.
    pub fn full() -> Self {
        let reach = RADIUS as isize;
        let terms: Vec<Term> = (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| single((x, y)))).collect();
        Self { pairs: terms.chunks(2).map(|pair| [pair[0], *pair.get(1).unwrap_or(&CENTER)]).collect() }
    }

    /// Opposite samples are one term.
    pub fn folded() -> Self {
        let reach = 1..=RADIUS as isize;
        let diagonal =
            reach.clone().flat_map(|y| (1..=RADIUS as isize).map(move |x| [opposite((x, y)), opposite((x, -y))]));
        let straight = reach.map(|d| [opposite((d, 0)), opposite((0, d))]);
        Self { pairs: diagonal.chain(straight).chain([[CENTER, CENTER]]).collect() }
    }

    /// The weights of the terms, from those of the window's samples.
    pub fn weights<const N: usize>(&self, of: impl Fn(Offset) -> [f32; N]) -> Vec<[[f32; N]; 2]> {
        let last = self.pairs.len() - 1;
        let weights =
            |(k, pair): (usize, &[Term; 2])| [of(pair[0].first), if k == last { [0.0; N] } else { of(pair[1].first) }];
        self.pairs.iter().enumerate().map(weights).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_of_the_window_is_weighted_once() {
        for stencil in [Stencil::full(), Stencil::folded()] {
            let weights = stencil.weights(|_| [1.0]);
            let mut seen = [[0.0; SIDE]; SIDE];
            for (term, [weight]) in stencil.pairs.iter().flatten().zip(weights.iter().flatten()) {
                for (dx, dy) in [Some(term.first), term.second].into_iter().flatten() {
                    seen[(dy + RADIUS as isize) as usize][(dx + RADIUS as isize) as usize] += weight;
                }
            }
            assert_eq!(seen, [[1.0; SIDE]; SIDE]);
            assert!(2 * stencil.pairs.len() <= MOST_TERMS);
        }
    }
}
