//! Where things lie from top to bottom: lines of boxes, and the gaps between them, in which arrows run side by side.

use super::columns::{Columns, INSET, PITCH, count};
use super::wires::Wire;

/// From one text to the next.
pub(super) const LEADING: i32 = 13;
/// Above the first arrow of a gap; in the first gap stand the names of the zones.
const ABOVE: i32 = 18;
const ABOVE_FIRST: i32 = 30;
/// Below the last one, without and with the border of a subnet.
const BELOW: i32 = 10;
const BELOW_LAST: i32 = 20;

/// Which line of a gap an arrow takes at each of its ends.
pub(super) type Tracks = (Option<usize>, Option<usize>);

/// Lines of boxes. Line 0 is the gateway, and gap n is below line n.
#[derive(Debug)]
pub(super) struct Rows {
    /// The first line of each row, and the one behind the last.
    pub first: Vec<usize>,
    /// Top and bottom of each line.
    lines: Vec<(i32, i32)>,
    /// How many arrows run in each gap.
    tracks: Vec<usize>,
}

impl Rows {
    /// Chooses tracks: in each gap, arrows that share a stretch run side by side.
    pub fn new(first: Vec<usize>, wires: &[Wire], columns: &Columns) -> (Self, Vec<Tracks>) {
        let lines = first.last().copied().unwrap_or(1);
        let mut used: Vec<Vec<Vec<(i32, i32)>>> = vec![Vec::new(); lines];
        let chosen = wires.iter().map(|wire| {
            let (from, lane, to) = columns.of(wire);
            let mut take = |gap: usize, a: i32, b: i32| Some(free(&mut used[gap], (a.min(b), a.max(b))));
            match lane {
                None if from == to => (None, None),
                None => (take(wire.gaps.0, from, to), None),
                Some(lane) => {
                    let out = wire.from.spot.and_then(|_| take(wire.gaps.0, from, lane));
                    (out, wire.to.spot.and_then(|_| take(wire.gaps.1, lane, to)))
                }
            }
        });
        let chosen = chosen.collect();
        let tracks = used.iter().map(Vec::len).collect();
        (Self { first, lines: vec![(0, 0); lines], tracks }, chosen)
    }

    /// Stacks lines of these heights below the gateway; each row is as high as its headers at least.
    pub fn stack(&mut self, gateway: (i32, i32), heights: &[i32], headers: &[i32]) {
        self.lines[0] = gateway;
        for (line, height) in heights.iter().enumerate().skip(1) {
            let top = self.lines[line - 1].1 + self.gap(line - 1);
            self.lines[line] = (top, top + height);
            let row = self.first.iter().rposition(|first| *first <= line).unwrap_or(0);
            if self.first.contains(&(line + 1)) {
                let least = self.lines[self.first[row]].0 + headers[row];
                self.lines[line].1 = self.lines[line].1.max(least);
            }
        }
    }

    fn gap(&self, gap: usize) -> i32 {
        let last = self.first.contains(&(gap + 1));
        self.above(gap) + count(self.tracks[gap]) * PITCH + if last { BELOW_LAST } else { BELOW }
    }

    fn above(&self, gap: usize) -> i32 {
        if gap == 0 { ABOVE_FIRST } else { ABOVE }
    }

    /// Top and bottom of a line.
    pub fn line(&self, line: usize) -> (i32, i32) {
        self.lines[line]
    }

    /// Top and bottom of the subnets of a row.
    pub fn row(&self, row: usize) -> (i32, i32) {
        (self.lines[self.first[row]].0 - INSET, self.lines[self.first[row + 1] - 1].1 + INSET)
    }

    /// Where all of it ends: below the last row, and below arrows that run there.
    pub fn end(&self) -> i32 {
        let last = self.lines.len() - 1;
        let arrows = count(self.tracks[last]);
        let below = if arrows > 0 { self.above(last) + arrows * PITCH } else { 0 };
        self.lines[last].1 + below.max(INSET)
    }

    /// Where an arrow runs in a gap.
    pub fn track(&self, gap: usize, track: usize) -> i32 {
        self.lines[gap].1 + self.above(gap) + count(track) * PITCH
    }
}

/// The first track on which nobody runs along this stretch.
fn free(tracks: &mut Vec<Vec<(i32, i32)>>, part: (i32, i32)) -> usize {
    let apart = |used: &Vec<(i32, i32)>| used.iter().all(|other| other.1 + PITCH < part.0 || part.1 + PITCH < other.0);
    let track = tracks.iter().position(apart).unwrap_or_else(|| {
        tracks.push(Vec::new());
        tracks.len() - 1
    });
    tracks[track].push(part);
    track
}
