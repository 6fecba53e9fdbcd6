//! The same picture in the words of Mermaid, which many a wiki draws.

use super::flows::{Flow, Node, flows};
use super::plan::{Cell, Plan};
use crate::design::Design;
use crate::network::Network;
use std::fmt::{self, Write};

/// The design as a Mermaid flowchart.
pub fn mermaid(design: &Design) -> String {
    let network = Network::new(design);
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = write(&mut text, design, &network);
    text
}

fn write(out: &mut String, design: &Design, network: &Network) -> fmt::Result {
    let plan = Plan::new(network);
    writeln!(out, "flowchart TB\n  internet([internet])\n  subgraph vpc[\"{} {}\"]", design.name, network.cidr)?;
    for (place, zone) in plan.zones.iter().enumerate() {
        writeln!(out, "    subgraph zone_{zone}[\"zone {zone}\"]")?;
        for cell in plan.rows.iter().filter_map(|row| row.cells[place].as_ref()) {
            subnet(out, network, cell)?;
        }
        writeln!(out, "    end")?;
    }
    writeln!(out, "  end")?;
    flows(network).iter().try_for_each(|flow| arrow(out, flow))
}

fn subnet(out: &mut String, network: &Network, cell: &Cell) -> fmt::Result {
    let subnet = &network.subnets[cell.subnet];
    writeln!(out, "      subgraph s{}[\"{} {}\"]", cell.subnet, subnet.name, subnet.net)?;
    for i in &cell.items {
        writeln!(out, "        i{i}[\"{}\"]", network.interfaces[*i].owner)?;
    }
    writeln!(out, "      end")
}

fn arrow(out: &mut String, flow: &Flow) -> fmt::Result {
    let name = |node: Node| match node {
        Node::Internet => "internet".to_owned(),
        Node::Interface(i) => format!("i{i}"),
    };
    let line = if flow.out { "-.->" } else { "-->" };
    writeln!(out, "  {} {line}|\"{}\"| {}", name(flow.from), flow.what, name(flow.to))
}
