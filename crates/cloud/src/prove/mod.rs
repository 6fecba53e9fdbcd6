//! Does something hold for all packets, not only for those that somebody thought of.
//!
//! Rules tell packets apart at borders: the ends of address ranges and port ranges. Between two borders all packets share
//! one fate, so it is enough to follow one of each class, and the walk is the one of [`crate::trace()`]. What is found
//! broken is therefore a question that a trace answers, and the command that asks it is part of the result.
//!
//! What is said of interfaces is said of every address that AWS could give them.

mod always;
mod answers;
mod balanced;
mod counterexample;
mod cuts;
mod leaving;
mod outside;
mod own;
mod prover;
mod search;
mod text;

pub use counterexample::Counterexample;

use crate::design::Design;
use serde::Serialize;

/// What came of all invariants of a design.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// The name of the design.
    pub design: String,
    /// Those that must always hold, then those in the file.
    pub invariants: Vec<Proved>,
}

impl Proof {
    /// Is nothing broken and nothing unknown. What is vacuous does not fail, and is not said to hold either.
    pub fn holds(&self) -> bool {
        self.invariants.iter().all(|proved| matches!(proved.standing, Standing::Holds | Standing::Vacuous))
    }
}

/// An invariant, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Proved {
    /// Of those that must always hold; `own` for one in the file.
    pub name: &'static str,
    /// In words.
    pub says: String,
    /// What came of it.
    pub standing: Standing,
    /// Why it is vacuous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// A packet that breaks it, or that breaks it perhaps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<Counterexample>,
    /// What would have to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// What came of an invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// For every packet, however the unknown turns out.
    Holds,
    /// There is a packet for which it does not.
    Broken,
    /// It speaks of nothing: what it names does not exist, or there are no packets of its kind.
    Vacuous,
    /// That depends on what is not known.
    Unknown,
}

/// Decides all invariants of a design that was checked; `file` is what the commands of counter-examples call it.
pub fn prove(design: &Design, file: &str) -> Proof {
    let prover = prover::Prover::new(design, file);
    let invariants = always::ALL.iter().map(|decide| decide(&prover)).chain(own::all(&prover)).collect();
    Proof { design: design.name.clone(), invariants }
}

#[cfg(test)]
mod tests;
