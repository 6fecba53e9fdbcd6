//! Lanczos3 as rows pass by: the vertical sum as soon as its rows are there, the horizontal one for eight rows at once.

use super::{
    Down, Scaling,
    history::History,
    horizontal,
    taps::Taps,
    transpose::{Column, ROWS},
    vertical,
};
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
    /// Up to [`ROWS`] rows that are summed vertically, with the columns that the target needs.
    tall: Strip,
    /// How many of them there are.
    waiting: usize,
    out: Strip,
    columns: Vec<Column>,
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
            tall: Strip::new(across.span().len(), ROWS),
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
        loop {
            let room = (self.made + ROWS - self.waiting).min(self.downward.len());
            let ready = (self.made..room).take_while(|&row| self.downward.end(row) <= until).count();
            self.sum_rows(strip, ready);
            let last = self.made == self.downward.len();
            if self.waiting < ROWS && !(last && self.waiting > 0) {
                break;
            }
            self.send(down)?;
        }
        self.history.keep(strip, self.downward.needed_from(self.made));
        Ok(())
    }

    /// The vertical sums of the next `ready` target rows.
    fn sum_rows(&mut self, strip: &Strip, ready: usize) {
        let targets = self.made..self.made + ready;
        let first = self.downward.needed_from(self.made);
        let end = targets.clone().last().map_or(first, |last| self.downward.end(last));
        let (span, width) = (self.across.span(), self.tall.width);
        for c in 0..3 {
            let rows: Vec<&[f32]> = (first..end).map(|y| &self.history.row(strip, c, y)[span.clone()]).collect();
            let out = &mut self.tall.planes[c][self.waiting * width..][..ready * width];
            vertical::resample(self.simd, &rows, first, &self.downward, targets.clone(), out);
        }
        self.waiting += ready;
        self.made += ready;
    }

    /// The horizontal sums of the waiting rows. Of a last, shorter group all eight lanes are done too.
    fn send<E>(&mut self, down: Down<E>) -> Result<(), E> {
        self.out.reshape(self.across.len(), ROWS);
        let first = self.across.span().start;
        let (tall, out) = (&self.tall.planes, &mut self.out.planes);
        horizontal::resample(self.simd, tall, first, &self.across, out, &mut self.columns);
        self.out.reshape(self.across.len(), self.waiting);
        self.waiting = 0;
        down(&mut self.out)
    }
}
