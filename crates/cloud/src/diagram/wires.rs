//! Where arrows run: out of a box into the gap below or above its line of boxes, where needed along a lane at the side of
//! the column, and through another gap into the box they lead to. So no arrow crosses a box or a text.

use super::flows::{Flow, Node};
use std::collections::BTreeMap;

/// Where a box stands: line of boxes, column, place in its line. Line 0 is the internet gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub line: usize,
    pub zone: usize,
    pub slot: usize,
}

/// A place at the edge of a box where one arrow begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port {
    /// None for the internet gateway, which is as wide as the network.
    pub spot: Option<Spot>,
    /// Below the box, or above.
    pub below: bool,
    /// Which one at this edge, and of how many.
    pub nth: usize,
    pub of: usize,
}

/// An arrow before it has coordinates.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub from: Port,
    pub to: Port,
    /// The gaps at its ends; gap n is below line n.
    pub gaps: (usize, usize),
    /// Column and number of the lane between two gaps, where they differ.
    pub lane: Option<(usize, usize)>,
}

/// The arrows in the order of the flows, and how many lanes each column needs.
pub(super) fn wires(flows: &[Flow], spots: &BTreeMap<usize, Spot>, zones: usize) -> (Vec<Wire>, Vec<usize>) {
    let mut lanes: Vec<Vec<Vec<(usize, usize)>>> = vec![Vec::new(); zones];
    let mut wires: Vec<Wire> = flows.iter().map(|flow| wire(flow, spots, &mut lanes)).collect();
    number(&mut wires);
    (wires, lanes.iter().map(Vec::len).collect())
}

fn wire(flow: &Flow, spots: &BTreeMap<usize, Spot>, lanes: &mut [Vec<Vec<(usize, usize)>>]) -> Wire {
    let spot = |node: Node| match node {
        Node::Internet => None,
        Node::Interface(i) => Some(spots[&i]),
    };
    let (from, to) = (spot(flow.from), spot(flow.to));
    let line = |spot: Option<Spot>| spot.map_or(0, |spot| spot.line);
    let (a, b) = (line(from), line(to));
    // Down: out below, in above. Up: the other way round. Beside: both below.
    let (out_below, in_below) = (a <= b, a >= b);
    let gaps = (if out_below { a } else { a - 1 }, if in_below { b } else { b - 1 });
    let column = from.or(to).map_or(0, |spot| spot.zone);
    let lane = (gaps.0 != gaps.1).then(|| (column, free(&mut lanes[column], gaps)));
    let port = |spot, below| Port { spot, below, nth: 0, of: 0 };
    Wire { from: port(from, out_below), to: port(to, in_below), gaps, lane }
}

/// The first lane of a column that nobody uses between these gaps.
fn free(lanes: &mut Vec<Vec<(usize, usize)>>, (a, b): (usize, usize)) -> usize {
    let part = (a.min(b), a.max(b));
    let apart = |used: &Vec<(usize, usize)>| used.iter().all(|other| other.1 < part.0 || part.1 < other.0);
    let lane = lanes.iter().position(apart).unwrap_or_else(|| {
        lanes.push(Vec::new());
        lanes.len() - 1
    });
    lanes[lane].push(part);
    lane
}

/// Numbers the ports of each edge of each box.
fn number(wires: &mut [Wire]) {
    let mut counts: BTreeMap<(Spot, bool), usize> = BTreeMap::new();
    let mut ports: Vec<&mut Port> = wires.iter_mut().flat_map(|wire| [&mut wire.from, &mut wire.to]).collect();
    for port in &mut ports {
        if let Some(spot) = port.spot {
            let count = counts.entry((spot, port.below)).or_default();
            port.nth = *count;
            *count += 1;
        }
    }
    for port in &mut ports {
        port.of = port.spot.map_or(0, |spot| counts[&(spot, port.below)]);
    }
}
