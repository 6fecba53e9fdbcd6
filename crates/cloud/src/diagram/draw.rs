//! Draws the picture.

use super::columns::{HEADER, INSET, MARGIN};
use super::flows::Node;
use super::marks::KEY;
use super::pen::{self, Look, Pen, SIGN};
use super::plan::Plan;
use super::rows::LEADING;
use super::sheet::{Arrow, EDGES, Placed, ROW, Sheet};
use super::words::{GOES_ON, SIGNS, Words};
use crate::Design;
use crate::findings::Severity;
use crate::network::Network;
use std::ops::Not;

const NETWORK: Look = Look::new("#fbfcfe", "#8a94a6");
const GATEWAY: Look = Look::new("#e8eef7", "#5b6f94");
const ZONE: Look = Look { dashed: true, ..Look::new("none", "#b4bccb") };
const PUBLIC: Look = Look::new("#f1f8ee", "#b9d3ae");
const PRIVATE: Look = Look::new("#eef3fb", "#b3c4e2");
const CHIP: Look = Look::new("#fafafa", "#c4c4c4");

/// Of arrows, by who asks.
const COLOURS: &[&str] = &["#1f6fb2", "#c2571a", "#2f855a", "#8e44ad", "#b7950b", "#ad1457", "#00838f", "#5d4037"];
const OUTSIDE: &str = "#374151";
const OUT: &str = "#9aa3b2";

pub(super) fn draw(design: &Design, network: &Network, plan: &Plan, words: &Words, sheet: &Sheet) -> String {
    let mut pen = Pen::default();
    pen.text(MARGIN, 28, "title", &format!("{} in {}", design.name, design.region));
    pen.area(sheet.network, NETWORK);
    pen.text(sheet.network.x + INSET, sheet.network.y + 16, "name", &format!("VPC {}", network.cidr));
    pen.signs(sheet.network.x + INSET + 150, sheet.network.y + 16, words.marks.of_all());
    for (area, zone) in sheet.zones.iter().zip(&plan.zones) {
        pen.area(*area, ZONE);
        let name = format!("zone {zone}");
        pen.text(area.x + INSET, area.y + 15, "name", &name);
        pen.signs(area.x + INSET + 50, area.y + 15, words.marks.signs(&name));
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
    draw_legend(&mut pen, sheet);
    pen.finish(sheet.width, sheet.height, &format!("The network of {}", design.name))
}

/// What the signs stand for.
fn draw_legend(pen: &mut Pen, sheet: &Sheet) {
    let (top, lines) = &sheet.legend;
    if !lines.is_empty() {
        pen.text(MARGIN, top - ROW / 2, "name", &format!("Findings ({KEY})"));
    }
    for ((sign, text), y) in lines.iter().zip((top + ROW / 2..).step_by(15)) {
        pen.signs(MARGIN, y, sign.is_empty().not().then_some(sign));
        pen.text(MARGIN + SIGN + 6, y, "", text);
    }
}

/// The border of what is marked: the worse, the bolder.
fn marked(worst: Option<Severity>, look: Look) -> Look {
    match worst {
        None => look,
        Some(Severity::Error) => Look { line: pen::ERROR, width: 3, ..look },
        Some(Severity::Warning) => Look { line: pen::WARNING, width: 2, dashed: true, ..look },
        Some(Severity::Note) => Look { line: pen::NOTE, dashed: true, ..look },
    }
}

/// A box and its lines, which have this much room.
fn boxed(pen: &mut Pen, words: &Words, placed: &Placed, room: i32, look: Look) {
    pen.area(placed.area, marked(words.marks.worst(&placed.name), look));
    let (x, mut y) = (placed.area.x + 7, placed.area.y + 3);
    for (class, text) in &placed.lines {
        y += LEADING;
        if *class == SIGNS {
            pen.signs(x, y + 1, text.split(' '));
            continue;
        }
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
