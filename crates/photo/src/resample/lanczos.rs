//! Lanczos3 as rows pass by: the vertical sum as soon as its rows are there, the horizontal one for eight rows at once.

use super::{Down, Scaling, history::History, horizontal, taps::Taps, vertical};
use crate::{Simd, Strip};

/// A direct Lanczos3 scaling, without halvings.
#[derive(Debug)]
pub struct Lanczos {
    simd: Simd,
    across: Taps,
    downward: Taps,
    history: History,
    /// Target rows begun: those in `tall` and those sent.
    made: usize,
    /// Up to [`horizontal::ROWS`] rows that are summed vertically, with the columns that the target needs.
    tall: Strip,
    /// How many of them there are.
    waiting: usize,
    out: Strip,
    columns: Vec<[f32; horizontal::ROWS]>,
}

impl Lanczos {
    /// A resampler for `scaling`, whose `levels` it ignores.
    pub fn new(simd: Simd, scaling: &Scaling) -> Self {
        let Scaling { source, region, target } = scaling;
        let across = Taps::new(source.width, region.x, region.width, target.width);
        let downward = Taps::new(source.height, region.y, region.height, target.height);
        let most = (0..downward.len()).map(|i| downward.at(i).1.len()).max().unwrap_or(0);
        Self {
            simd,
            history: History::new(*source, most),
            made: 0,
            tall: Strip::new(across.span().len(), horizontal::ROWS),
            waiting: 0,
            out: Strip::default(),
            columns: Vec::new(),
            across,
            downward,
        }
    }

    /// Takes the next rows of the source; sends on the rows of the target that are ready, in strips of up to eight.
    pub fn push<E>(&mut self, strip: &Strip, down: Down<E>) -> Result<(), E> {
        let until = self.history.until(strip);
        while self.made < self.downward.len() && self.downward.end(self.made) <= until {
            self.sum_rows(strip);
            if self.waiting == horizontal::ROWS || self.made == self.downward.len() {
                self.send(down)?;
            }
        }
        self.history.keep(strip, self.downward.needed_from(self.made));
        Ok(())
    }

    /// The vertical sum of the next target row.
    fn sum_rows(&mut self, strip: &Strip) {
        let (first, weights) = self.downward.at(self.made);
        let span = self.across.span();
        for c in 0..3 {
            let rows: Vec<&[f32]> =
                (0..weights.len()).map(|k| &self.history.row(strip, c, first + k)[span.clone()]).collect();
            vertical::sum(self.simd, &rows, weights, self.tall.row_mut(c, self.waiting));
        }
        self.waiting += 1;
        self.made += 1;
    }

    /// The horizontal sums of the waiting rows. Of a last, shorter group all eight lanes are done too.
    fn send<E>(&mut self, down: Down<E>) -> Result<(), E> {
        self.out.reshape(self.across.len(), horizontal::ROWS);
        for (tall, out) in self.tall.planes.iter().zip(&mut self.out.planes) {
            let first = self.across.span().start;
            horizontal::resample(self.simd, tall, first, &self.across, out, &mut self.columns);
        }
        self.out.reshape(self.across.len(), self.waiting);
        self.waiting = 0;
        down(&mut self.out)
    }
}
