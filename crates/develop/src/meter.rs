//! Where the time of a photo goes, by stage.
//!
//! Stages call one another, so the meter knows at any moment which one is at work, and charges it when another takes
//! over. The clock is the caller's: this crate reads none.

use std::cell::RefCell;

/// Seconds since some moment; never runs backwards.
pub type Clock<'a> = &'a dyn Fn() -> f64;

/// Charges time to stages by name.
pub struct Meter<'a> {
    clock: Clock<'a>,
    state: RefCell<State>,
}

struct State {
    at_work: &'static str,
    since_s: f64,
    totals_s: Vec<(&'static str, f64)>,
}

impl<'a> Meter<'a> {
    /// A meter that begins by charging `first`.
    pub fn new(clock: Clock<'a>, first: &'static str) -> Self {
        let state = State { at_work: first, since_s: clock(), totals_s: Vec::new() };
        Self { clock, state: RefCell::new(state) }
    }

    /// From now on `name` is at work; returns who was before.
    pub fn enter(&self, name: &'static str) -> &'static str {
        let now_s = (self.clock)();
        let mut state = self.state.borrow_mut();
        let before = std::mem::replace(&mut state.at_work, name);
        let spent_s = now_s - std::mem::replace(&mut state.since_s, now_s);
        match state.totals_s.iter_mut().find(|(n, _)| *n == before) {
            Some((_, total_s)) => *total_s += spent_s,
            None => state.totals_s.push((before, spent_s)),
        }
        before
    }

    /// Seconds by stage, in the order in which they first worked.
    pub fn totals_s(self) -> Vec<(String, f64)> {
        self.enter("");
        self.state.into_inner().totals_s.into_iter().map(|(name, s)| (name.to_owned(), s)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn each_stage_pays_for_its_own_time() {
        let now = Cell::new(0.0);
        let clock = || now.get();
        let meter = Meter::new(&clock, "decode");
        now.set(1.0);
        let before = meter.enter("resample");
        now.set(3.0);
        let resample = meter.enter("encode");
        now.set(7.0);
        meter.enter(resample);
        now.set(8.0);
        meter.enter(before);
        let expected = [("decode", 1.0), ("resample", 3.0), ("encode", 4.0)];
        assert_eq!(meter.totals_s(), expected.map(|(n, s)| (n.to_owned(), s)));
    }
}
