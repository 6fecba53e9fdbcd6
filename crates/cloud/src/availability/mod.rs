//! How available a design is, as far as promises of AWS go, what each fault does, and what each mend would buy.
//!
//! The figures are composed of service level agreements and not measured: an agreement promises money back and no uptime.
//! Parts fail apart from one another here; in the world they often do not.

mod build;
mod chance;
mod classes;
pub mod failover;
mod fixes;
pub mod graph;
pub mod sla;
mod text;

pub use build::{graph, graphs};
pub use chance::chance;
pub use classes::{CLASSES, Downtime, downtime};
pub use fixes::Fix;

use crate::design::Design;
use graph::{Effect, Graph, Kind, Origin};
use serde::Serialize;
use sla::Sla;

/// What every figure is.
pub const BASIS: &str = "SLA-composed, not measured";

/// How available a design is.
#[derive(Debug, Clone, Serialize)]
pub struct Availability {
    /// Of which design.
    pub design: String,
    /// What the figures are.
    pub basis: &'static str,
    /// Of the time, in percent.
    pub percent: f64,
    /// How long the service is down.
    pub downtime: Downtime,
    /// The promises that it is composed of.
    pub promises: Vec<Promise>,
    /// What the loss of each part does, the worst first.
    pub faults: Vec<Fault>,
    /// What one mend at a time would buy, the most first.
    pub fixes: Vec<Fix>,
    /// For comparison.
    pub classes: Vec<Downtime>,
}

/// A promise for a part.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    /// For which part.
    pub part: String,
    /// What is promised.
    #[serde(flatten)]
    pub sla: Sla,
}

/// A part that may fail as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// What its loss does.
    pub effect: Effect,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub part: String,
    /// Where the design speaks of it.
    #[serde(skip)]
    pub origin: Origin,
}

/// Judges a design.
pub fn availability(design: &Design) -> Availability {
    let (graph, slas) = (graph(design, 0), sla::table());
    let percent = percent(&graph, &slas);
    let promise = |part: &graph::Part| part.sla.map(|sla| Promise { part: part.name.clone(), sla: slas[sla].clone() });
    Availability {
        design: design.name.clone(),
        basis: BASIS,
        percent,
        downtime: downtime(percent),
        promises: graph.parts.iter().filter_map(promise).collect(),
        faults: faults(design),
        fixes: fixes::fixes(design, percent, &slas),
        classes: CLASSES.iter().map(|class| downtime(*class)).collect(),
    }
}

/// How much of the time the service works, in percent.
pub fn percent(graph: &Graph, slas: &[Sla]) -> f64 {
    let of = |part: usize| match (graph.parts[part].kind, graph.parts[part].sla) {
        (Kind::Spare, _) => 0.0,
        (_, Some(sla)) => slas[sla].percent / 100.0,
        (_, None) => 1.0,
    };
    100.0 * chance(&graph.root, &of)
}

/// What the loss of each part does, wherever AWS has put it; the worst first.
pub fn faults(design: &Design) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for graph in graphs(design) {
        for (n, part) in graph.parts.iter().enumerate().filter(|(_, part)| part.kind.is_fault_domain()) {
            let (effect, origin) = (graph.without(n), part.origin.clone());
            let fault = Fault { effect, kind: part.kind, part: part.name.clone(), origin };
            match faults.iter_mut().find(|other| other.part == fault.part) {
                Some(other) => other.effect = other.effect.clone().max(fault.effect),
                None => faults.push(fault),
            }
        }
    }
    faults.sort_by(|a, b| b.effect.cmp(&a.effect).then_with(|| (a.kind, &a.part).cmp(&(b.kind, &b.part))));
    faults
}

#[cfg(test)]
mod tests;
