//! Draws the picture.

use super::columns::{HEADER, INSET, MARGIN};
use super::flows::Node;
use super::pen::{Look, Pen};
use super::plan::Plan;
use super::rows::LEADING;
use super::sheet::{Arrow, EDGES, Placed, Sheet};
use super::words::{GOES_ON, Words};
use crate::Design;
use crate::network::Network;

const NETWORK: Look = Look::new("#fbfcfe", "#8a94a6");
const GATEWAY: Look = Look::new("#e8eef7", "#5b6f94");
const ZONE: Look = Look { dashed: true, ..Look::new("none", "#b4bccb") };
const PUBLIC: Look = Look::new("#f1f8ee", "#b9d3ae");
const PRIVATE: Look = Look::new("#eef3fb", "#b3c4e2");
const CHIP: Look = Look::new("#fafafa", "#c4c4c4");
const MARKED: &str = "#b3261e";

/// Of arrows, by who asks.
const COLOURS: &[&str] = &["#1f6fb2", "#c2571a", "#2f855a", "#8e44ad", "#b7950b", "#ad1457", "#00838f", "#5d4037"];
const OUTSIDE: &str = "#374151";
const OUT: &str = "#9aa3b2";

pub(super) fn draw(design: &Design, network: &Network, plan: &Plan, words: &Words, sheet: &Sheet) -> String {
    let mut pen = Pen::default();
    pen.text(MARGIN, 28, "title", &format!("{} in {}", design.name, design.region));
    pen.area(sheet.network, NETWORK);
    pen.text(sheet.network.x + INSET, sheet.network.y + 16, "name", &format!("VPC {}", network.cidr));
    for (area, zone) in sheet.zones.iter().zip(&plan.zones) {
        pen.area(*area, ZONE);
        pen.text(area.x + INSET, area.y + 15, "name", &format!("zone {zone}"));
    }
    for subnet in &sheet.subnets {
        let public = network.subnets.iter().any(|s| s.name == subnet.name && network.is_public(s));
        boxed(&mut pen, words, subnet, HEADER, if public { PUBLIC } else { PRIVATE });
    }
    sheet.arrows.iter().for_each(|arrow| draw_arrow(&mut pen, network, arrow));
    pen.area(sheet.gateway, GATEWAY);
    let gateway = if design.vpc.internet_gateway { "internet gateway" } else { "no internet gateway" };
    pen.text(sheet.gateway.x + INSET, sheet.gateway.y + 16, "name", gateway);
    for (i, item) in &sheet.items {
        let line = colour(network, *i);
        boxed(&mut pen, words, item, item.area.w, Look::new("#ffffff", line));
    }
    sheet.chips.iter().for_each(|chip| boxed(&mut pen, words, chip, chip.area.w, CHIP));
    for (text, y) in words.rest.iter().zip((sheet.rest + LEADING / 2..).step_by(13)) {
        pen.fitted(MARGIN, y, "bad", &format!("! {text}"), sheet.width - 2 * MARGIN);
    }
    pen.finish(sheet.width, sheet.height, &format!("The network of {}", design.name))
}

/// A box and its lines, which have this much room; red where something is said of it.
fn boxed(pen: &mut Pen, words: &Words, placed: &Placed, room: i32, look: Look) {
    let marked = !words.marks(&placed.name).is_empty();
    pen.area(placed.area, if marked { Look { line: MARKED, width: 2, ..look } } else { look });
    let (x, mut y) = (placed.area.x + 7, placed.area.y + 3);
    for (class, text) in &placed.lines {
        y += LEADING;
        match text.strip_prefix(GOES_ON) {
            Some(rest) => pen.fitted(x + 6, y, class, rest, room - EDGES),
            None => pen.fitted(x, y, class, text, room - EDGES),
        }
    }
}

fn draw_arrow(pen: &mut Pen, network: &Network, arrow: &Arrow) {
    let name = |node: Node| match node {
        Node::Internet => "internet".to_owned(),
        Node::Interface(i) => network.named(i),
    };
    let colour = match arrow.flow.from {
        _ if arrow.flow.out => OUT,
        Node::Internet => OUTSIDE,
        Node::Interface(i) => colour(network, i),
    };
    let title = format!("{} to {}: {}", name(arrow.flow.from), name(arrow.flow.to), arrow.flow.what);
    pen.arrow(&arrow.points, colour, arrow.flow.out, &title);
}

/// One for whatever has a name, in every zone.
fn colour(network: &Network, interface: usize) -> &'static str {
    let it = &network.interfaces[interface];
    if it.kind.is_nat() {
        return OUT;
    }
    let mut owners: Vec<&str> = network.interfaces.iter().map(|it| it.owner.as_str()).collect();
    owners.dedup();
    let place = owners.iter().position(|owner| *owner == it.owner).unwrap_or(0);
    COLOURS[place % COLOURS.len()]
}
