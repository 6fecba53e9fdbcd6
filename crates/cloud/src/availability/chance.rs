//! How likely a condition holds when each part works with a likelihood of its own.
//!
//! Parts that stand in several places of the graph make sums and products of branches wrong, so the graph is turned into a
//! decision diagram, in which every part is asked once.

use super::graph::Node;
use std::collections::HashMap;

/// The likelihood that the node works, where each part works with its own, whatever the others do.
pub fn chance(node: &Node, of: &impl Fn(usize) -> f64) -> f64 {
    let mut diagram = Diagram::default();
    let top = diagram.build(node, of);
    diagram.likelihood(top, of, &mut HashMap::new())
}

/// A place in a diagram: one of the two ends, or a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    No,
    Yes,
    Asks(usize),
}

/// Questions by their places, each about one part, with where to go when it is gone and when it works.
#[derive(Default)]
struct Diagram {
    questions: Vec<(usize, Place, Place)>,
    known: HashMap<(usize, Place, Place), usize>,
    joined: HashMap<(bool, Place, Place), Place>,
}

impl Diagram {
    fn build(&mut self, node: &Node, of: &impl Fn(usize) -> f64) -> Place {
        match node {
            Node::Part(part) if of(*part) >= 1.0 => Place::Yes,
            Node::Part(part) if of(*part) <= 0.0 => Place::No,
            Node::Part(part) => self.ask(*part, Place::No, Place::Yes),
            Node::All(nodes) => self.join(true, nodes, of),
            Node::Any(nodes) | Node::First { nodes, .. } => self.join(false, nodes, of),
        }
    }

    fn join(&mut self, all: bool, nodes: &[Node], of: &impl Fn(usize) -> f64) -> Place {
        let empty = if all { Place::Yes } else { Place::No };
        nodes.iter().fold(empty, |joined, node| {
            let next = self.build(node, of);
            self.pair(all, joined, next)
        })
    }

    fn ask(&mut self, part: usize, gone: Place, works: Place) -> Place {
        if gone == works {
            return gone;
        }
        let questions = &mut self.questions;
        let place = *self.known.entry((part, gone, works)).or_insert_with(|| {
            questions.push((part, gone, works));
            questions.len() - 1
        });
        Place::Asks(place)
    }

    /// Both hold, or either does.
    fn pair(&mut self, all: bool, a: Place, b: Place) -> Place {
        let (decides, leaves) = if all { (Place::No, Place::Yes) } else { (Place::Yes, Place::No) };
        match (a, b) {
            _ if a == decides || b == decides => return decides,
            _ if a == leaves || a == b => return b,
            _ if b == leaves => return a,
            _ => {}
        }
        if let Some(known) = self.joined.get(&(all, a, b)) {
            return *known;
        }
        let part = self.part(a).min(self.part(b));
        let ((a_gone, a_works), (b_gone, b_works)) = (self.after(a, part), self.after(b, part));
        let (gone, works) = (self.pair(all, a_gone, b_gone), self.pair(all, a_works, b_works));
        let joined = self.ask(part, gone, works);
        self.joined.insert((all, a, b), joined);
        joined
    }

    /// The part that a place asks about; ends ask about none.
    fn part(&self, place: Place) -> usize {
        if let Place::Asks(question) = place { self.questions[question].0 } else { usize::MAX }
    }

    /// Where one is after the part is found gone, and found working.
    fn after(&self, place: Place, part: usize) -> (Place, Place) {
        match place {
            Place::Asks(question) if self.questions[question].0 == part => {
                (self.questions[question].1, self.questions[question].2)
            }
            _ => (place, place),
        }
    }

    fn likelihood(&self, place: Place, of: &impl Fn(usize) -> f64, seen: &mut HashMap<usize, f64>) -> f64 {
        let question = match place {
            Place::No => return 0.0,
            Place::Yes => return 1.0,
            Place::Asks(question) => question,
        };
        if let Some(known) = seen.get(&question) {
            return *known;
        }
        let (part, gone, works) = self.questions[question];
        let (gone, works) = (self.likelihood(gone, of, seen), self.likelihood(works, of, seen));
        let chance = of(part) * works + (1.0 - of(part)) * gone;
        seen.insert(question, chance);
        chance
    }
}
