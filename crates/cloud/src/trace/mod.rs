//! Does a packet get there, does the answer come back, and which rule decides.
//!
//! Every source port that the sender may choose is considered: one that fails means blocked, with that port. Through a load
//! balancer there are two connections. What a question names may stand at several places: one pair that fails means blocked.

mod change;
pub(crate) mod legs;
pub(crate) mod places;
mod reason;
mod svg;
mod text;
pub(crate) mod walk;
pub(crate) mod world;

pub use change::Change;
pub use legs::Leg;
pub use places::PlaceError;
pub use reason::{CODES, Reason};
pub use walk::{Blocked, Hop};

use crate::network::Network;
use crate::packet::Protocol;
use places::Places;
use serde::Serialize;
use std::net::Ipv4Addr;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// `internet`, or the name of a subnet or of what stands in one. Where that stands in several places, or to say at
    /// which of their addresses: `app in private-a at 10.0.11.7`.
    pub from: String,
    /// The same, or the name of a service of AWS such as `s3`, or an address.
    pub to: String,
    /// The protocol.
    pub protocol: Protocol,
    /// The port; 0 without ports.
    pub port: u16,
    /// Whence the internet asks; one that no rule names where this is left out.
    pub source: Option<Ipv4Addr>,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The packet arrives and its answer comes back, from every place, to every place, on every source port.
    Allowed,
    /// Somewhere it does not.
    Blocked,
    /// That depends on what is not known.
    Unknown,
}

/// A question answered.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// The answer.
    pub verdict: Verdict,
    /// The connections that decide: the first that fails, or else one after the other.
    pub legs: Vec<Leg>,
    /// How many pairs of places there are, and how many of them fail.
    pub pairs: (usize, usize),
    /// What would have to be known.
    pub unknown: Vec<String>,
    /// The smallest change that would turn the verdict.
    pub change: Vec<Change>,
}

impl Trace {
    /// Does the packet get there, whatever becomes of its answer and of what a balancer does with it.
    pub fn arrives(&self) -> bool {
        self.legs.first().is_some_and(|leg| leg.blocked.as_ref().is_none_or(|blocked| blocked.back))
    }

    /// Why it is blocked.
    pub fn blocked(&self) -> Option<&Blocked> {
        self.legs.iter().find_map(|leg| leg.blocked.as_ref())
    }
}

/// Answers a question.
///
/// # Errors
/// Where a name is none, or leads nowhere.
pub fn trace(network: &Network, question: &Question) -> Result<Trace, PlaceError> {
    let places = places::resolve(network, question)?;
    let mut trace = judge(&places, question);
    trace.change = change::smallest(&places.network, question, &trace);
    Ok(trace)
}

/// The answer without the change that would turn it.
pub(crate) fn judge(places: &Places, question: &Question) -> Trace {
    let (network, pairs) = (&places.network, &places.pairs);
    let worlds =
        world::explore(|world| legs::follow(network, world, pairs, question), |a, b| a.allowed() == b.allowed());
    let unknown = worlds.outcomes.len() > 1 || !worlds.complete;
    let asked = worlds.outcomes.iter().flat_map(|(_, asked)| asked.iter().map(|(question, _)| question.clone()));
    let mut asked: Vec<String> = if unknown { asked.collect() } else { Vec::new() };
    asked.sort();
    asked.dedup();
    let (followed, _) = worlds.outcomes.into_iter().next().expect("there is one world at least");
    let verdict = match (unknown, followed.allowed()) {
        (true, _) => Verdict::Unknown,
        (false, true) => Verdict::Allowed,
        (false, false) => Verdict::Blocked,
    };
    Trace { verdict, legs: followed.legs, pairs: followed.pairs, unknown: asked, change: Vec::new() }
}

#[cfg(test)]
mod tests;
