//! A picture can be read, and its arrows are true.

mod marks;

use super::flows::{Flow, Node, flows};
use super::marks::Marks;
use super::pen::Area;
use super::plan::Plan;
use super::sheet::Sheet;
use super::words::Words;
use super::{pen, svg};
use crate::examples::EXAMPLES;
use crate::findings::{Finding, findings};
use crate::network::Kind;
use crate::packet::Protocol;
use crate::rule::{Maybe, Peer, Traffic};
use crate::trace::Reason;
use crate::{Design, Network, Question, Verdict, trace};
use proptest::prelude::*;
use std::fmt::Write;

/// What is wrong with a design, so that it is drawn too.
fn found(design: &Design) -> Vec<Finding> {
    findings(design, "").findings
}

fn sheet(design: &Design) -> Sheet {
    let network = Network::new(design);
    let found = found(design);
    let words = Words::new(design, &network, Marks(&found));
    Sheet::new(&Plan::new(&network), flows(&network), &words)
}

/// Do they share more than a border.
fn overlap(a: Area, b: Area) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

fn holds(outer: Area, inner: Area) -> bool {
    outer.x <= inner.x
        && inner.x + inner.w <= outer.x + outer.w
        && outer.y <= inner.y
        && inner.y + inner.h <= outer.y + outer.h
}

/// The pieces of an arrow, as thin boxes.
fn pieces(points: &[(i32, i32)]) -> Vec<Area> {
    let piece = |pair: &[(i32, i32)]| {
        let ((a, b), (c, d)) = (pair[0], pair[1]);
        Area { x: a.min(c), y: b.min(d), w: (a - c).abs().max(1), h: (b - d).abs().max(1) }
    };
    points.windows(2).filter(|pair| pair[0] != pair[1]).map(piece).collect()
}

/// What spoils a picture.
fn flaws(design: &Design) -> Vec<String> {
    let (sheet, mut flaws) = (sheet(design), Vec::new());
    let items: Vec<_> = sheet.items.iter().map(|(_, item)| item).collect();
    let boxes: Vec<_> = items.iter().copied().chain(&sheet.chips).collect();
    for (n, one) in boxes.iter().enumerate() {
        let after = boxes[n + 1..].iter().filter(|other| overlap(one.area, other.area));
        flaws.extend(after.map(|other| format!("{} covers {}", one.name, other.name)));
    }
    let all = items.iter().copied().chain(&sheet.subnets).chain(&sheet.chips);
    for placed in all.clone() {
        let room =
            if sheet.subnets.iter().any(|s| s.name == placed.name) { super::columns::HEADER } else { placed.area.w };
        for (class, line) in placed.lines.iter().filter(|(class, _)| *class != "name") {
            if pen::width(line, 10) > room - 7 && line.contains(' ') {
                flaws.push(format!("`{line}` ({class}) leaves {}", placed.name));
            }
        }
        let lines = i32::try_from(placed.lines.len()).unwrap();
        if lines * super::rows::LEADING > placed.area.h {
            flaws.push(format!("{} is too low for {lines} lines", placed.name));
        }
    }
    let (top, lines) = &sheet.legend;
    if top + i32::try_from(lines.len()).unwrap() * super::sheet::ROW > sheet.height {
        flaws.push("the list of findings leaves the picture".to_owned());
    }
    let wide = |text: &str| pen::width(text, 10) + pen::SIGN + 2 * super::columns::MARGIN > sheet.width;
    flaws.extend(lines.iter().filter(|(_, text)| wide(text)).map(|(_, text)| format!("`{text}` leaves the picture")));
    for item in &items {
        let inside = sheet.subnets.iter().filter(|subnet| holds(subnet.area, item.area)).count();
        if inside != 1 || !holds(sheet.network, item.area) {
            flaws.push(format!("{} stands in {inside} subnets", item.name));
        }
    }
    let headers = sheet.subnets.iter().map(|s| {
        let h = i32::try_from(s.lines.len()).unwrap() * super::rows::LEADING;
        Area { w: super::columns::HEADER, h, ..s.area }
    });
    let solid: Vec<Area> = boxes.iter().map(|placed| placed.area).chain(headers).collect();
    let arrows: Vec<Vec<Area>> = sheet.arrows.iter().map(|arrow| pieces(&arrow.points)).collect();
    for (n, arrow) in arrows.iter().enumerate() {
        for piece in arrow {
            // Crossing is well; running along together is not.
            let along = |other: &Area| overlap(*piece, *other) && (piece.w == 1) == (other.w == 1);
            if solid.iter().any(|area| overlap(*piece, *area)) {
                flaws.push(format!("{:?} crosses a box at {piece:?}", sheet.arrows[n].flow));
            }
            if arrows[n + 1..].iter().flatten().any(along) {
                flaws.push(format!("{:?} runs along another at {piece:?}", sheet.arrows[n].flow));
            }
            if !holds(Area { x: 0, y: 0, w: sheet.width, h: sheet.height }, *piece) {
                flaws.push(format!("{:?} leaves the picture", sheet.arrows[n].flow));
            }
        }
    }
    flaws
}

#[test]
fn nothing_covers_anything_in_the_examples() {
    for example in EXAMPLES {
        let design = Design::parse(example.text).unwrap();
        assert_eq!(flaws(&design), Vec::<String>::new(), "{}", example.name);
        assert_eq!(sheet(&design).width, 1200, "{}", example.name);
        let again = Design::parse(&design.to_toml()).unwrap();
        assert_eq!(svg(&design, &found(&design)), svg(&again, &found(&again)), "{}", example.name);
    }
}

/// A design of so many zones and tiers, with instances that may ask each other as the bits say.
fn generated(zones: usize, tiers: usize, instances: &[(usize, usize, u16)]) -> Design {
    let mut text =
        "version = 1\nname = \"drawn\"\nregion = \"us-east-1\"\nvpc = { cidr = \"10.0.0.0/16\" }\n".to_owned();
    let zone = |n: usize| char::from(b'a' + u8::try_from(n).unwrap());
    for (tier, z) in (0..tiers).flat_map(|tier| (0..zones).map(move |z| (tier, z))) {
        let table = ["route_table = \"public\", ", ""][tier.min(1)];
        let _ = writeln!(
            text,
            "[subnets.t{tier}-{}]\nzone = \"{}\"\n{}cidr = \"10.0.{}.0/24\"",
            zone(z),
            zone(z),
            table.replace(", ", "\n"),
            tier * 16 + z
        );
    }
    text.push_str("[route_tables]\npublic = { \"0.0.0.0/0\" = \"internet\" }\n");
    for (n, (tier, z, asks)) in instances.iter().enumerate() {
        let others = (0..instances.len()).filter(|other| asks >> other & 1 == 1 && *other != n);
        let out: Vec<String> = others.map(|other| format!("\"tcp {} to g{other}\"", 1000 + other)).collect();
        let _ = writeln!(
            text,
            "[security_groups.g{n}]\ninbound = [\"tcp {} from 10.0.0.0/16\", \"tcp 22 from 0.0.0.0/0\"]\noutbound = [{}]\n\
             [instances.i{n}]\nsubnet = \"t{}-{}\"\nsecurity_groups = [\"g{n}\"]\ninstance_type = \"t3.micro\"\npublic_address = {}",
            1000 + n,
            out.join(", "),
            tier % tiers,
            zone(z % zones),
            tier % tiers == 0,
        );
    }
    Design::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn nothing_covers_anything_in_any_design(
        zones in 1..5_usize,
        tiers in 1..4_usize,
        // As many arrows at one edge as it has room for.
        instances in prop::collection::vec((0..4_usize, 0..4_usize, 0..64_u16), 1..7),
    ) {
        let design = generated(zones, tiers, &instances);
        prop_assert_eq!(flaws(&design), Vec::<String>::new(), "{}", design.to_toml());
    }
}

/// The port of a rule that has just one.
fn port(traffic: &Traffic) -> Option<u16> {
    match traffic {
        Traffic::Tcp(Maybe::Known(ports)) if ports.first == ports.last => Some(ports.first),
        _ => None,
    }
}

/// Every pair of owners and every port that some rule names: there is an arrow exactly where groups let it through.
#[test]
fn arrows_are_what_groups_let_through() {
    let (mut drawn, mut missing) = (0, 0);
    for example in EXAMPLES {
        let network = Network::new(&Design::parse(example.text).unwrap());
        let rules = network.groups.values().flat_map(|group| group.inbound.iter().chain(&group.outbound));
        let mut ports: Vec<u16> = rules.filter_map(|rule| port(&rule.traffic)).collect();
        ports.sort_unstable();
        ports.dedup();
        let all = flows(&network);
        for (from, to) in inner_pairs(&network) {
            for port in &ports {
                let arrow = all.iter().any(|flow| is(&network, flow, &from, &to, *port));
                let passes = passes(&network, &from, &to, *port);
                assert_eq!(arrow, passes, "{}: {from} to {to} {port}", example.name);
                if arrow { drawn += 1 } else { missing += 1 }
            }
        }
    }
    assert!(drawn > 30 && missing > 300, "{drawn} {missing}");
}

/// Owners of interfaces with groups, but for NATs and balancers, to which other ways lead.
fn inner_pairs(network: &Network) -> Vec<(String, String)> {
    let owners = |kinds: &[Kind]| {
        let fitting = network.interfaces.iter().filter(|it| kinds.contains(&it.kind)).map(|it| it.owner.clone());
        let mut owners: Vec<String> = fitting.collect();
        owners.dedup();
        owners
    };
    let to = owners(&[Kind::Instance, Kind::Store, Kind::Endpoint]);
    let from = owners(&[Kind::Instance, Kind::Store, Kind::Balancer]);
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from.clone(), to.clone())));
    pairs.filter(|(from, to)| from != to).collect()
}

fn is(network: &Network, flow: &Flow, from: &str, to: &str, port: u16) -> bool {
    let owner = |node: Node| match node {
        Node::Interface(i) => network.interfaces[i].owner.as_str(),
        Node::Internet => "internet",
    };
    let named = flow.what.split(", ").any(|what| what == format!("tcp {port}") || what == "all");
    owner(flow.from) == from && owner(flow.to) == to && named && !flow.out
}

/// Do groups let it through, by a rule that names one of the two and not everybody.
fn passes(network: &Network, from: &str, to: &str, port: u16) -> bool {
    let mut narrow = network.clone();
    // Rules for everybody say nothing of these two; the picture leaves them out where both ends have nothing else.
    let everybody = |peer: &Peer| matches!(peer, Peer::Range(net) if net.prefix_len() == 0);
    let asked = |narrow: &Network| {
        let question = Question { from: from.into(), to: to.into(), protocol: Protocol::Tcp, port, source: None };
        let trace = trace(narrow, &question).unwrap();
        let group = trace.blocked().map(|b| matches!(b.reason, Reason::GroupMismatch | Reason::GroupEmpty));
        trace.verdict == Verdict::Allowed || group == Some(false)
    };
    let mut without = |inbound: bool| {
        narrow.clone_from(network);
        narrow.groups.values_mut().for_each(|group| {
            let rules = if inbound { &mut group.inbound } else { &mut group.outbound };
            rules.retain(|rule| !everybody(&rule.peer));
        });
        asked(&narrow)
    };
    without(true) || without(false)
}
