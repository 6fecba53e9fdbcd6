//! A trace as a picture: each connection is two lanes, the packet going down and its answer coming up, each hop with the
//! rule that decided. Green passed, red did not.

use super::{Hop, Leg, Trace, Verdict};
use crate::diagram::pen::{Area, Look, Pen, fit, wrapped};

const WIDTH: i32 = 1200;
const MARGIN: i32 = 20;
const LANE: i32 = (WIDTH - 3 * MARGIN) / 2;
const LEADING: i32 = 14;
const INSET: i32 = 8;
/// Between two hops.
const GAP: i32 = 14;

const PASSED: Look = Look::new("#f1f8ee", "#1b7f3b");
const STOPPED: Look = Look { width: 2, ..Look::new("#fdeceb", "#b3261e") };
const GREEN: &str = "#1b7f3b";
const RED: &str = "#b3261e";

impl Trace {
    /// The trace as SVG, 1200 wide.
    pub fn svg(&self) -> String {
        let mut pen = Pen::default();
        let mut y = self.head(&mut pen);
        for leg in &self.legs {
            y = draw_leg(&mut pen, leg, y);
        }
        for (class, line) in self.foot() {
            for line in wrapped(&line, WIDTH - 2 * MARGIN, 10) {
                y += LEADING;
                pen.text(MARGIN, y, class, &line);
            }
        }
        pen.finish(WIDTH, y + MARGIN, &format!("A packet and its answer: {}", self.verdict))
    }

    fn head(&self, pen: &mut Pen) -> i32 {
        pen.text(MARGIN, 28, "title", &self.verdict.to_string());
        let class = if self.verdict == Verdict::Allowed { "good" } else { "bad" };
        let said = match (self.verdict, self.blocked()) {
            (Verdict::Allowed, _) => "the packet arrives, and its answer comes back".to_owned(),
            (_, Some(blocked)) => {
                let what = if blocked.back { "the answer" } else { "the packet" };
                format!("{what} ends at {}: {}", blocked.hop.at, blocked.reason.meaning())
            }
            _ => "that depends on what is not known".to_owned(),
        };
        pen.text(MARGIN, 46, class, &said);
        54
    }

    /// What turns it, and what would have to be known.
    fn foot(&self) -> Vec<(&'static str, String)> {
        let unknown = self.unknown.iter().map(|asked| ("soft", format!("it would have to be known: {asked}")));
        let turned = if self.verdict == Verdict::Blocked { "this would let it through" } else { "this would stop it" };
        let change = self.change.iter().map(|change| ("", format!("{turned}: {}: {}", change.at, change.what)));
        unknown.chain(change).collect()
    }
}

/// A hop in a lane.
struct Step<'a> {
    hop: &'a Hop,
    code: Option<&'static str>,
    height: i32,
}

impl<'a> Step<'a> {
    fn new(hop: &'a Hop, code: Option<&'static str>) -> Self {
        let lines = 2 + rule(hop).len() + usize::from(code.is_some());
        Self { hop, code, height: i32::try_from(lines).unwrap_or(0) * LEADING + INSET }
    }

    fn draw(&self, pen: &mut Pen, x: i32, y: i32) {
        pen.area(Area { x, y, w: LANE, h: self.height }, if self.code.is_some() { STOPPED } else { PASSED });
        let rules = rule(self.hop).into_iter().map(|line| ("", line));
        let code = self.code.map(|code| ("bad", code.to_owned()));
        let lines = [("name", fit(&self.hop.at, LANE - 2 * INSET, 12))].into_iter().chain(rules).chain(code);
        let mut y = y;
        for (class, line) in lines.chain([("mono", self.hop.packet.clone())]) {
            y += LEADING;
            pen.text(x + INSET, y, class, &line);
        }
    }
}

fn rule(hop: &Hop) -> Vec<String> {
    wrapped(&hop.rule, LANE - 2 * INSET, 10)
}

/// A connection: its title, then both lanes, as high as the longer one.
fn draw_leg(pen: &mut Pen, leg: &Leg, top: i32) -> i32 {
    pen.text(MARGIN, top + 24, "name", &format!("{} to {}", leg.from, leg.to));
    pen.text(MARGIN, top + 42, "soft", "there");
    pen.text(2 * MARGIN + LANE, top + 42, "soft", "back");
    let (there, back) = (steps(leg, false), steps(leg, true));
    let start = top + 50;
    let high = height(&there).max(height(&back));
    lane(pen, &there, MARGIN, start, false);
    // The answer comes up: it begins where the question ended.
    let upwards: Vec<Step> = back.into_iter().rev().collect();
    lane(pen, &upwards, 2 * MARGIN + LANE, start + high - height(&upwards), true);
    start + high + INSET
}

fn steps(leg: &Leg, back: bool) -> Vec<Step<'_>> {
    let hops = if back { &leg.back } else { &leg.there };
    let stopped = leg.blocked.iter().filter(|blocked| blocked.back == back);
    let stopped = stopped.map(|blocked| Step::new(&blocked.hop, Some(blocked.reason.code())));
    hops.iter().map(|hop| Step::new(hop, None)).chain(stopped).collect()
}

fn height(steps: &[Step]) -> i32 {
    steps.iter().map(|step| step.height + GAP).sum()
}

/// Hops one below the other, with an arrow from each to the next; upwards, the next is the one above.
fn lane(pen: &mut Pen, steps: &[Step], x: i32, top: i32, upwards: bool) {
    let mut y = top;
    for (n, step) in steps.iter().enumerate() {
        if n > 0 {
            let (above, below) = ((x + LANE / 2, y - GAP), (x + LANE / 2, y));
            let points = if upwards { [below, above] } else { [above, below] };
            let last = if upwards { &steps[n - 1] } else { step };
            pen.arrow(&points, if last.code.is_some() { RED } else { GREEN }, false, "");
        }
        step.draw(pen, x, y);
        y += step.height + GAP;
    }
}
