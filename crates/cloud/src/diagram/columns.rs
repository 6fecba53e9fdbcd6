//! Where things lie from left to right.

use super::pen::Area;
use super::wires::{Port, Spot, Wire};

/// Around everything.
pub(super) const MARGIN: i32 = 20;
/// Inside of boxes.
pub(super) const INSET: i32 = 10;
/// Between two arrows that run side by side.
pub(super) const PITCH: i32 = 8;
/// Between two arrows at one edge of a box: those at the other edges of its column run between them.
const STEP: i32 = 2 * PITCH;
/// The part of a subnet where its own words stand.
pub(super) const HEADER: i32 = 128;
const WIDTH: i32 = 1200;
/// The least width of a column.
const LEAST: i32 = 380;

/// Columns of zones, side by side.
#[derive(Debug)]
pub(super) struct Columns {
    /// Of the whole picture.
    pub width: i32,
    /// Of a column, without the borders of its zone.
    column: i32,
    /// Of a box.
    pub item: i32,
    lanes: Vec<usize>,
}

/// How many boxes stand side by side in one subnet.
pub(super) fn across(zones: usize) -> usize {
    match zones {
        0 | 1 => 5,
        2 => 2,
        _ => 1,
    }
}

impl Columns {
    /// As wide as so many arrows at one edge of a box need.
    pub fn new(lanes: Vec<usize>, arrows: usize) -> Self {
        let (zones, most) = (count(lanes.len()), count(lanes.iter().copied().max().unwrap_or(0)));
        let (beside, borders) = (count(across(lanes.len())), 4 * MARGIN + (zones - 1) * INSET);
        let rest = 5 * INSET + HEADER + most * PITCH + (beside - 1) * INSET;
        let crowded = rest + beside * (2 * INSET + STEP * count(arrows + 1));
        let width = WIDTH.max(zones * LEAST + 4 * MARGIN).max(zones * crowded + borders);
        let column = (width - borders) / zones;
        Self { width, column, item: (column - rest) / beside, lanes }
    }

    /// The zone; its height is for others to say.
    pub fn zone(&self, zone: usize) -> Area {
        Area { x: 2 * MARGIN + count(zone) * (self.column + INSET), w: self.column, ..Area::default() }
    }

    /// A subnet of the zone.
    pub fn subnet(&self, zone: usize) -> Area {
        let zone = self.zone(zone);
        Area { x: zone.x + INSET, w: zone.w - 2 * INSET, ..zone }
    }

    /// A box.
    pub fn item(&self, spot: Spot) -> Area {
        let subnet = self.subnet(spot.zone);
        let x = subnet.x + INSET + HEADER + count(spot.slot) * (self.item + INSET);
        Area { x, w: self.item, ..Area::default() }
    }

    /// Where an arrow meets a box. Those above and those below never share a place.
    fn port(&self, port: Port) -> Option<i32> {
        let area = self.item(port.spot?);
        let start = area.x + area.w / 2 - STEP * count(port.of / 2) + if port.below { 0 } else { PITCH };
        Some(start + STEP * count(port.nth))
    }

    fn lane(&self, (zone, nth): (usize, usize)) -> i32 {
        let subnet = self.subnet(zone);
        subnet.x + subnet.w - INSET - count(self.lanes[zone] - 1 - nth) * PITCH
    }

    /// Where an arrow begins, its lane, and where it ends. At the gateway it may begin and end wherever it likes.
    pub fn of(&self, wire: &Wire) -> (i32, Option<i32>, i32) {
        let lane = wire.lane.map(|lane| self.lane(lane));
        let (from, to) = (self.port(wire.from), self.port(wire.to));
        let other = |x: Option<i32>| lane.or(x).unwrap_or(2 * MARGIN);
        (from.unwrap_or_else(|| other(to)), lane, to.unwrap_or_else(|| other(from)))
    }
}

/// A number of things as a number of pixels.
pub(super) fn count(things: usize) -> i32 {
    i32::try_from(things).unwrap_or(i32::MAX)
}
