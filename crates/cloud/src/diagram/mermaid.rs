//! The same picture in the words of Mermaid, which many a wiki draws.

use super::flows::{Flow, Node, flows};
use super::marks::{KEY, Marks};
use super::pen::{ERROR, NOTE, WARNING};
use super::plan::{Cell, Plan};
use super::words::Words;
use crate::design::Design;
use crate::findings::Finding;
use crate::network::Network;
use std::fmt::{self, Write};

/// The design as a Mermaid flowchart, with findings at what they concern.
pub fn mermaid(design: &Design, findings: &[Finding]) -> String {
    let network = Network::new(design);
    let mut chart = Chart { out: String::new(), marks: Marks(findings), marked: String::new() };
    // Writing to a text cannot fail.
    let _ = chart.write(design, &network);
    chart.out
}

struct Chart<'a> {
    out: String,
    marks: Marks<'a>,
    /// Which nodes have which look.
    marked: String,
}

impl Chart<'_> {
    fn write(&mut self, design: &Design, network: &Network) -> fmt::Result {
        let (plan, words) = (Plan::new(network), Words::new(design, network, self.marks));
        let title = label(&format!("{} {}", design.name, network.cidr), &self.marks.of_all());
        writeln!(self.out, "flowchart TB\n  internet([internet])\n  subgraph vpc[\"{title}\"]")?;
        for (place, zone) in plan.zones.iter().enumerate() {
            let name = format!("zone {zone}");
            self.begin("    ", &format!("zone_{zone}"), &name, &name)?;
            for cell in plan.rows.iter().filter_map(|row| row.cells[place].as_ref()) {
                self.subnet(network, cell)?;
            }
            writeln!(self.out, "    end")?;
        }
        writeln!(self.out, "  end")?;
        for (n, chip) in words.above.iter().chain(&words.below).enumerate() {
            let kind = chip.lines.get(1).map_or("", |(_, kind)| kind);
            self.node("  ", &format!("c{n}"), &chip.name, &format!("{}: {kind}", chip.name))?;
        }
        flows(network).iter().try_for_each(|flow| arrow(&mut self.out, flow))?;
        self.legend()
    }

    fn subnet(&mut self, network: &Network, cell: &Cell) -> fmt::Result {
        let subnet = &network.subnets[cell.subnet];
        let id = format!("s{}", cell.subnet);
        self.begin("      ", &id, &subnet.name, &format!("{} {}", subnet.name, subnet.net))?;
        for i in &cell.items {
            let owner = &network.interfaces[*i].owner;
            self.node("        ", &format!("i{i}"), owner, owner)?;
        }
        writeln!(self.out, "      end")
    }

    fn begin(&mut self, indent: &str, id: &str, name: &str, text: &str) -> fmt::Result {
        writeln!(self.out, "{indent}subgraph {id}[\"{}\"]", label(text, &self.marks.signs(name)))?;
        self.mark(id, name)
    }

    fn node(&mut self, indent: &str, id: &str, name: &str, text: &str) -> fmt::Result {
        writeln!(self.out, "{indent}{id}[\"{}\"]", label(text, &self.marks.signs(name)))?;
        self.mark(id, name)
    }

    fn mark(&mut self, id: &str, name: &str) -> fmt::Result {
        match self.marks.worst(name) {
            Some(worst) => writeln!(self.marked, "  class {id} {worst}"),
            None => Ok(()),
        }
    }

    /// What the signs stand for.
    fn legend(&mut self) -> fmt::Result {
        if self.marks.0.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "  subgraph findings[\"{KEY}\"]")?;
        for (n, (sign, text)) in self.marks.legend().enumerate() {
            writeln!(self.out, "    f{n}[\"{sign} {}\"]", label(&text, &[]))?;
        }
        // A line that nobody sees puts the list below the network.
        write!(self.out, "  end\n  vpc ~~~ findings\n{}{}", classes(), self.marked)
    }
}

/// A text within quotes, with signs below it.
fn label(text: &str, signs: &[String]) -> String {
    let text = text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;");
    if signs.is_empty() { text } else { format!("{text}<br/><b>{}</b>", signs.join(" ")) }
}

fn arrow(out: &mut String, flow: &Flow) -> fmt::Result {
    let name = |node: Node| match node {
        Node::Internet => "internet".to_owned(),
        Node::Interface(i) => format!("i{i}"),
    };
    let line = if flow.out { "-.->" } else { "-->" };
    writeln!(out, "  {} {line}|\"{}\"| {}", name(flow.from), flow.what, name(flow.to))
}

/// The looks of what is marked, by severity.
fn classes() -> String {
    let class =
        |name: &str, stroke: &str, look: &str| format!("  classDef {name} stroke:{stroke},stroke-width:{look}\n");
    class("error", ERROR, "4px")
        + &class("warning", WARNING, "3px,stroke-dasharray:6 3")
        + &class("note", NOTE, "2px,stroke-dasharray:2 2")
}
