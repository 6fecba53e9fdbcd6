//! The search for a packet that breaks an invariant.

use super::counterexample::Counterexample;
use super::prover::Prover;
use super::{Proved, Standing};
use crate::network::{Kind, Network};
use crate::packet::{End, Packet, Protocol};
use crate::trace::legs::{source_ports, taken};
use crate::trace::walk::Walk;
use crate::trace::world::{World, explore};

/// One class of packets: whence, whither, what.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub from: End,
    pub to: End,
    pub protocol: Protocol,
    pub port: u16,
}

/// What a packet says about an invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it does not speak of this one.
    Beside,
    /// It holds here.
    Fine,
    /// It does not.
    Wrong,
}

/// What was found so far.
pub(super) struct Search<'a> {
    prover: &'a Prover<'a>,
    net: &'a Network,
    /// Was there a packet of which it speaks.
    speaks: bool,
    wrong: Option<Case>,
    doubt: Option<(Case, Vec<String>)>,
}

impl<'a> Search<'a> {
    pub fn new(prover: &'a Prover<'a>, net: &'a Network) -> Self {
        Self { prover, net, speaks: false, wrong: None, doubt: None }
    }

    /// Tries packets until one is wrong in every world.
    pub fn all(&mut self, cases: impl IntoIterator<Item = Case>, judge: impl Fn(&mut World, &Case) -> Fate) {
        if self.wrong.is_none() {
            let found = cases.into_iter().find(|case| self.is_wrong(case, &judge));
            self.wrong = found;
        }
    }

    fn is_wrong(&mut self, case: &Case, judge: impl Fn(&mut World, &Case) -> Fate) -> bool {
        let worlds = explore(|world| judge(world, case), |a, b| a == b);
        let fates: Vec<Fate> = worlds.outcomes.iter().map(|(fate, _)| *fate).collect();
        self.speaks |= fates.iter().any(|fate| *fate != Fate::Beside);
        if fates == [Fate::Wrong] && worlds.complete {
            return true;
        }
        if (fates.contains(&Fate::Wrong) || !worlds.complete) && self.doubt.is_none() {
            let asked = worlds.outcomes.into_iter().flat_map(|(_, asked)| asked).map(|(question, _)| question);
            let mut asked: Vec<String> = asked.collect();
            asked.sort();
            asked.dedup();
            self.doubt = Some((case.clone(), asked));
        }
        false
    }

    /// Was one found that is wrong: there is nothing left to search for.
    pub fn is_over(&self) -> bool {
        self.wrong.is_some()
    }

    /// Was there a packet of which it speaks.
    pub fn speaks(&self) -> bool {
        self.speaks
    }

    /// What came of it; `vacuous` says why where no packet spoke of it.
    pub fn end(self, name: &'static str, says: &str, vacuous: impl FnOnce() -> String) -> Proved {
        let show = |case: &Case| Some(Counterexample::of(self.net, case, self.prover.file));
        let proved = Proved::new(name, says, Standing::Holds);
        match (&self.wrong, self.doubt) {
            (Some(case), _) => Proved { standing: Standing::Broken, counterexample: show(case), ..proved },
            (None, Some((case, unknown))) => {
                Proved { standing: Standing::Unknown, counterexample: show(&case), unknown, ..proved }
            }
            (None, None) if !self.speaks => Proved::vacuous(name, says, vacuous()),
            (None, None) => proved,
        }
    }
}

impl Proved {
    fn new(name: &'static str, says: &str, standing: Standing) -> Self {
        Self { name, says: says.to_owned(), standing, why: None, counterexample: None, unknown: Vec::new() }
    }

    /// One that speaks of nothing.
    pub(super) fn vacuous(name: &'static str, says: &str, why: String) -> Self {
        Self { why: Some(why), ..Self::new(name, says, Standing::Vacuous) }
    }
}

impl Case {
    /// Its packet from this port.
    pub fn packet(&self, source_port: u16) -> Packet {
        let Self { from, to, protocol, port } = self;
        Packet { protocol: *protocol, source: from.clone(), source_port, destination: to.clone(), port: *port }
    }

    /// Does it arrive; a balancer takes what it listens for, and answers pings itself. No rule on the way there looks at the source port.
    pub fn arrives(&self, net: &Network, world: &mut World) -> bool {
        let source_port = if self.protocol.has_ports() { self.first_port(net) } else { 0 };
        Walk::silent(net, world, 1024).there(&self.packet(source_port)).is_ok() && self.is_taken(net)
    }

    pub fn first_port(&self, net: &Network) -> u16 {
        self.from.interface.map_or(1024, |i| net.interfaces[i].source_ports().first)
    }

    fn is_taken(&self, net: &Network) -> bool {
        let node = self.to.interface.or(self.to.public).filter(|&i| net.interfaces[i].kind == Kind::Balancer);
        let listens = |node| self.protocol == Protocol::Icmp || taken(net, node, self.protocol, self.port).is_ok();
        node.is_none_or(listens)
    }

    /// Is it answered on every source port, where it arrives.
    pub fn is_answered(&self, net: &Network, world: &mut World) -> Fate {
        for (own, nat) in source_ports(net, &self.from, &self.to, self.protocol) {
            let mut walk = Walk::silent(net, world, nat);
            if walk.there(&self.packet(own)).is_err() || !self.is_taken(net) {
                return Fate::Beside;
            }
            if walk.back().is_err() {
                return Fate::Wrong;
            }
        }
        Fate::Fine
    }
}

/// It must not arrive.
pub(super) fn never(arrives: bool) -> Fate {
    if arrives { Fate::Wrong } else { Fate::Fine }
}
