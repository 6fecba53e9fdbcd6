//! What the service needs, as a graph of *all of* and *any of*, and what it comes to when a part is gone.

use crate::design::Text;
use serde::Serialize;

/// A service as its parts hold it up.
#[derive(Debug, Clone)]
pub struct Graph {
    /// Whatever may be gone, each once.
    pub parts: Vec<Part>,
    /// What must work for the service to work.
    pub root: Node,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// This part, by its place in [`Graph::parts`].
    Part(usize),
    /// Everything.
    All(Vec<Node>),
    /// Anything; the others carry on at once.
    Any(Vec<Node>),
    /// The first that works; when one is gone the next takes over, and that takes a while.
    First {
        /// Who takes over, and how long it takes.
        how: String,
        /// In the order of their turn.
        nodes: Vec<Node>,
    },
}

/// Something that may be gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What AWS promises for it, by its place in [`super::sla::table`].
    pub sla: Option<usize>,
    /// Where the design speaks of it.
    pub origin: Origin,
}

/// What a part belongs to, and where that stands in the design.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The name of an instance, of a store, or of a zone, such as `zone a`.
    pub name: String,
    /// Counted in bytes.
    pub at: usize,
}

impl From<&Text> for Origin {
    fn from(name: &Text) -> Self {
        Self { name: name.get_ref().clone(), at: name.span().start }
    }
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A program on an instance.
    Process,
    /// An instance.
    Instance,
    /// An availability zone.
    Zone,
    /// A NAT gateway or instance.
    Nat,
    /// A database, or its standby.
    Database,
    /// A cache, or its copy.
    Cache,
    /// The region.
    Region,
    /// Something that AWS itself keeps in several places.
    Managed,
    /// The instances of a group in one zone, taken together.
    Share,
    /// An instance that an auto-scaling group starts in place of another; nothing is promised for it.
    Spare,
}

impl Kind {
    /// Is it something that fails as a whole, and that a design can have twice.
    pub fn is_fault_domain(self) -> bool {
        !matches!(self, Self::Managed | Self::Share | Self::Spare)
    }
}

/// What the loss of a part does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The others carry on.
    Nothing,
    /// The service works again when others have taken over.
    Gap(Vec<String>),
    /// The service stops until the part is back.
    Stops,
}

impl Graph {
    /// Does the service work without these parts.
    pub fn works(&self, gone: &impl Fn(usize) -> bool) -> bool {
        works(&self.root, gone)
    }

    /// What the loss of one part does.
    pub fn without(&self, part: usize) -> Effect {
        let gone = |other| other == part;
        if !self.works(&gone) {
            return Effect::Stops;
        }
        let mut gaps = Vec::new();
        take_over(&self.root, &gone, &mut gaps);
        gaps.sort();
        gaps.dedup();
        if gaps.is_empty() { Effect::Nothing } else { Effect::Gap(gaps) }
    }
}

fn works(node: &Node, gone: &impl Fn(usize) -> bool) -> bool {
    match node {
        Node::Part(part) => !gone(*part),
        Node::All(nodes) => nodes.iter().all(|node| works(node, gone)),
        Node::Any(nodes) | Node::First { nodes, .. } => nodes.iter().any(|node| works(node, gone)),
    }
}

/// Collects whoever takes over because the first is gone, where the service has to wait for it.
fn take_over(node: &Node, gone: &impl Fn(usize) -> bool, gaps: &mut Vec<String>) {
    match node {
        Node::Part(_) => {}
        Node::All(nodes) => nodes.iter().for_each(|node| take_over(node, gone, gaps)),
        Node::Any(nodes) => {
            if !nodes.iter().any(|node| goes_on(node, gone)) {
                nodes.iter().filter(|node| works(node, gone)).for_each(|node| take_over(node, gone, gaps));
            }
        }
        Node::First { how, nodes } => match nodes.iter().position(|node| works(node, gone)) {
            Some(0) => take_over(&nodes[0], gone, gaps),
            Some(_) => gaps.push(how.clone()),
            None => {}
        },
    }
}

/// Does it work without anybody taking over.
fn goes_on(node: &Node, gone: &impl Fn(usize) -> bool) -> bool {
    let mut gaps = Vec::new();
    take_over(node, gone, &mut gaps);
    works(node, gone) && gaps.is_empty()
}
