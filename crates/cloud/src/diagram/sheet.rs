//! Where all of it lies.

use super::columns::{Columns, HEADER, INSET, MARGIN, across, count};
use super::flows::Flow;
use super::pen::{Area, SIGN};
use super::plan::Plan;
use super::rows::{LEADING, Rows, Tracks};
use super::wires::{Port, Spot, Wire, wires};
use super::words::{Chip, Line, Words};
use std::collections::BTreeMap;

/// Below the title.
const TOP: i32 = 44;
const GATEWAY: i32 = 24;
/// What a box keeps free at both sides of its text, with what sets a line in that goes on.
pub(super) const EDGES: i32 = 18;
/// From one line of the list of findings to the next.
pub(super) const ROW: i32 = 15;
/// Of boxes outside the network.
const CHIP: i32 = 183;

/// A box with what is written in it.
#[derive(Debug)]
pub(super) struct Placed {
    pub name: String,
    pub area: Area,
    pub lines: Vec<Line>,
}

/// An arrow.
#[derive(Debug)]
pub(super) struct Arrow {
    pub points: Vec<(i32, i32)>,
    pub flow: Flow,
}

/// The picture in numbers.
#[derive(Debug)]
pub(super) struct Sheet {
    pub width: i32,
    pub height: i32,
    pub network: Area,
    pub gateway: Area,
    pub zones: Vec<Area>,
    pub subnets: Vec<Placed>,
    /// Interfaces, by their places.
    pub items: Vec<(usize, Placed)>,
    /// Outside the network.
    pub chips: Vec<Placed>,
    pub arrows: Vec<Arrow>,
    /// Where the list of findings begins, and its lines.
    pub legend: (i32, Vec<(String, String)>),
}

impl Sheet {
    pub fn new(plan: &Plan, flows: Vec<Flow>, words: &Words) -> Self {
        let (spots, first) = spots(plan);
        let (wires, lanes) = wires(&flows, &spots, plan.zones.len());
        let most = wires.iter().map(|wire| wire.from.of.max(wire.to.of)).max().unwrap_or(0);
        let columns = Columns::new(lanes, most);
        let (mut rows, tracks) = Rows::new(first, &wires, &columns);
        let (mut chips, top) = row_of_chips(&words.above, words, TOP, columns.width);
        let gateway = Area { x: 2 * MARGIN, y: top + 24, w: columns.width - 4 * MARGIN, h: GATEWAY };
        let items = items(words, &spots, &columns);
        let subnets = headers(plan, words);
        rows.stack((gateway.y, gateway.y + GATEWAY), &heights(&items, &rows, &spots), &row_heights(plan, &subnets));
        let bottom = rows.end();
        let network = Area { x: MARGIN, y: top, w: columns.width - 2 * MARGIN, h: bottom + 2 * INSET - top };
        let (below, end) = row_of_chips(&words.below, words, bottom + 3 * INSET, columns.width);
        chips.extend(below);
        let lines = words.legend(columns.width - 2 * MARGIN - SIGN);
        let heading = if lines.is_empty() { 0 } else { ROW + INSET };
        let height = end + heading + count(lines.len()) * ROW + INSET;
        let legend = (end + heading, lines);
        let zone = |zone| Area { y: gateway.y + GATEWAY + 8, h: bottom - gateway.y - GATEWAY, ..columns.zone(zone) };
        let zones = (0..plan.zones.len()).map(zone).collect();
        let arrows = flows.into_iter().zip(&wires).zip(tracks);
        let arrows = arrows.map(|((flow, wire), tracks)| arrow(flow, wire, tracks, &rows, &columns)).collect();
        let items = items.into_iter().map(|(i, item)| (i, stretched(item, rows.line(spots[&i].line)))).collect();
        let subnets = subnets.into_iter().map(|(row, zone, mut subnet)| {
            subnet.area = columns.subnet(zone);
            stretched(subnet, rows.row(row))
        });
        let subnets = subnets.collect();
        Self { width: columns.width, height, network, gateway, zones, subnets, items, chips, arrows, legend }
    }
}

/// The place of each interface, and the first line of each row.
fn spots(plan: &Plan) -> (BTreeMap<usize, Spot>, Vec<usize>) {
    let (across, mut spots, mut first) = (across(plan.zones.len()), BTreeMap::new(), vec![1]);
    for row in &plan.rows {
        let start = first[first.len() - 1];
        let most = row.cells.iter().flatten().map(|cell| cell.items.len().div_ceil(across)).max();
        for (zone, cell) in row.cells.iter().enumerate() {
            for (n, item) in cell.iter().flat_map(|cell| &cell.items).enumerate() {
                spots.insert(*item, Spot { line: start + n / across, zone, slot: n % across });
            }
        }
        first.push(start + most.unwrap_or(1).max(1));
    }
    (spots, first)
}

fn items(words: &Words, spots: &BTreeMap<usize, Spot>, columns: &Columns) -> Vec<(usize, Placed)> {
    let item = |(&i, spot): (&usize, &Spot)| {
        let name = words.items[i][0].1.clone();
        let lines = words.with_marks(&name, &words.items[i], columns.item - EDGES);
        (i, Placed { area: columns.item(*spot), name, lines })
    };
    spots.iter().map(item).collect()
}

/// Row, zone and words of each subnet.
fn headers(plan: &Plan, words: &Words) -> Vec<(usize, usize, Placed)> {
    let rows = plan.rows.iter().enumerate();
    let cells = rows.flat_map(|(row, cells)| {
        cells.cells.iter().enumerate().filter_map(move |(zone, cell)| Some((row, zone, cell.as_ref()?.subnet)))
    });
    let placed = |(row, zone, subnet): (usize, usize, usize)| {
        let name = words.subnets[subnet][0].1.clone();
        let lines = words.with_marks(&name, &words.subnets[subnet], HEADER - EDGES);
        (row, zone, Placed { name, area: Area::default(), lines })
    };
    cells.map(placed).collect()
}

/// The height of each line of boxes.
fn heights(items: &[(usize, Placed)], rows: &Rows, spots: &BTreeMap<usize, Spot>) -> Vec<i32> {
    let mut heights = vec![0; rows.first.last().copied().unwrap_or(1)];
    for (i, item) in items {
        let line = spots[i].line;
        heights[line] = heights[line].max(height(&item.lines));
    }
    heights
}

/// The height of the words of each row.
fn row_heights(plan: &Plan, subnets: &[(usize, usize, Placed)]) -> Vec<i32> {
    let of = |row: usize| subnets.iter().filter(move |(at, ..)| *at == row).map(|(_, _, it)| height(&it.lines));
    (0..plan.rows.len()).map(|row| of(row).max().unwrap_or(0)).collect()
}

fn height(lines: &[Line]) -> i32 {
    count(lines.len()) * LEADING + INSET
}

fn stretched(placed: Placed, (top, bottom): (i32, i32)) -> Placed {
    Placed { area: Area { y: top, h: bottom - top, ..placed.area }, ..placed }
}

/// Boxes outside the network, side by side, and where they end.
fn row_of_chips(chips: &[Chip], words: &Words, top: i32, width: i32) -> (Vec<Placed>, i32) {
    let beside = usize::try_from((width - 2 * MARGIN + INSET) / (CHIP + INSET)).unwrap_or(1).max(1);
    let (mut placed, mut top) = (Vec::new(), top);
    for line in chips.chunks(beside) {
        let lines: Vec<_> = line.iter().map(|chip| words.with_marks(&chip.name, &chip.lines, CHIP - EDGES)).collect();
        let h = lines.iter().map(|lines| height(lines)).max().unwrap_or(0);
        for (n, (chip, lines)) in line.iter().zip(lines).enumerate() {
            let area = Area { x: MARGIN + count(n) * (CHIP + INSET), y: top, w: CHIP, h };
            placed.push(Placed { name: chip.name.clone(), area, lines });
        }
        top += h + INSET;
    }
    (placed, top)
}

fn arrow(flow: Flow, wire: &Wire, tracks: Tracks, rows: &Rows, columns: &Columns) -> Arrow {
    let (from, lane, to) = columns.of(wire);
    // The gateway is met from below, whichever way an arrow goes.
    let at = |port: &Port| match port.spot {
        Some(spot) if !port.below => rows.line(spot.line).0,
        spot => rows.line(spot.map_or(0, |spot| spot.line)).1,
    };
    let mut points = vec![(from, at(&wire.from))];
    let mut turn = |gap: usize, track: Option<usize>, a: i32, b: i32| {
        if let Some(track) = track {
            let y = rows.track(gap, track);
            points.extend([(a, y), (b, y)]);
        }
    };
    turn(wire.gaps.0, tracks.0, from, lane.unwrap_or(to));
    turn(wire.gaps.1, tracks.1, lane.unwrap_or(from), to);
    points.push((to, at(&wire.to)));
    Arrow { points, flow }
}
