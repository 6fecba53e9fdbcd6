//! The warp on rows that pass by, with no more rows kept than the mapping needs.

use super::mapping::Mapping;
use super::sampling::{TAPS, taps, value};
use crate::error::DevelopError;
use crate::stage::{Down, Stage};
use photo::{Size, Strip};

/// The mapping is looked at in every this many columns to see which rows a target row needs.
const LOOK: usize = 8;

/// Rows added to what was seen there, above and below.
const SPARE: usize = 2;

/// Straightens and corrects rows of linear light in one resampling.
#[derive(Debug)]
pub struct Warp {
    mapping: Mapping,
    /// First and last source row of each target row.
    spans: Vec<(usize, usize)>,
    /// First source row that this target row or a later one needs.
    needed_from: Vec<usize>,
    /// Row `y` of the source lies at row `y % ring.rows`.
    ring: Strip,
    seen: usize,
    made: usize,
    out: Strip,
}

impl Warp {
    /// A stage for `mapping`.
    pub fn new(mapping: Mapping) -> Self {
        let spans: Vec<_> = (0..mapping.target().height as usize).map(|y| span(&mapping, y)).collect();
        let mut needed_from: Vec<usize> = spans.iter().map(|s| s.0).collect();
        (0..needed_from.len().saturating_sub(1))
            .rev()
            .for_each(|y| needed_from[y] = needed_from[y].min(needed_from[y + 1]));
        let mut until = 0;
        let most = spans.iter().zip(&needed_from).map(|(span, from)| {
            until = until.max(span.1 + 1);
            until - from
        });
        let rows = most.max().unwrap_or(0);
        let ring = Strip::new(mapping.source().width as usize, rows);
        Self { mapping, spans, needed_from, ring, seen: 0, made: 0, out: Strip::default() }
    }

    /// Takes one source row; makes the target rows that it completes.
    fn take(&mut self, strip: &Strip, y: usize, down: Down) -> Result<(), DevelopError> {
        let slot = self.seen % self.ring.rows.max(1);
        if self.made < self.spans.len() && self.seen >= self.needed_from[self.made] {
            (0..3).for_each(|c| self.ring.row_mut(c, slot).copy_from_slice(strip.row(c, y)));
        }
        self.seen += 1;
        while self.made < self.spans.len() && self.spans[self.made].1 < self.seen {
            self.make_row();
            down(&mut self.out)?;
        }
        Ok(())
    }

    fn make_row(&mut self) {
        self.out.reshape(self.mapping.target().width as usize, 1);
        let (mapping, y, span) = (&self.mapping, self.made, self.spans[self.made]);
        if mapping.is_even() {
            for x in 0..self.out.width {
                let place = Place::new(mapping.at(0, x, y), span);
                (0..3).for_each(|c| self.out.planes[c][x] = place.value(&self.ring, c));
            }
        } else {
            for c in 0..3 {
                let one = |(x, v): (usize, &mut f32)| *v = Place::new(mapping.at(c, x, y), span).value(&self.ring, c);
                self.out.planes[c].iter_mut().enumerate().for_each(one);
            }
        }
        self.made += 1;
    }
}

/// Four rows, four columns and their weights.
struct Place {
    rows: [usize; TAPS],
    x: isize,
    across: [f32; TAPS],
    downward: [f32; TAPS],
}

impl Place {
    /// The place `at` of the source; rows outside `span` are replaced by the nearest in it.
    #[inline(always)]
    fn new(at: (f64, f64), span: (usize, usize)) -> Self {
        let ((x, across), (y, downward)) = (taps(at.0), taps(at.1));
        let row = |i: usize| (y + i as isize).clamp(span.0 as isize, span.1 as isize) as usize;
        Self { rows: std::array::from_fn(row), x, across, downward }
    }

    #[inline(always)]
    fn value(&self, ring: &Strip, c: usize) -> f32 {
        value(self.rows.map(|y| ring.row(c, y % ring.rows)), self.x, &self.across, &self.downward)
    }
}

/// First and last source row of target row `y`.
fn span(mapping: &Mapping, y: usize) -> (usize, usize) {
    let last = mapping.target().width as usize - 1;
    let planes = if mapping.is_even() { 1 } else { 3 };
    let (mut top, mut bottom) = (f64::INFINITY, f64::NEG_INFINITY);
    for plane in 0..planes {
        for x in (0..last).step_by(LOOK).chain([last]) {
            let (_, at) = mapping.at(plane, x, y);
            (top, bottom) = (top.min(at), bottom.max(at));
        }
    }
    let rows = mapping.source().height as usize;
    let first = (top as usize).saturating_sub(TAPS / 2 + SPARE);
    (first.min(rows.saturating_sub(1)), (bottom as usize + TAPS / 2 + SPARE).min(rows.saturating_sub(1)))
}

impl Stage for Warp {
    fn name(&self) -> &'static str {
        "straighten"
    }

    fn output_size(&self, _input: Size) -> Size {
        self.mapping.target()
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        (0..strip.rows).try_for_each(|y| self.take(strip, y, down))
    }
}
