//! What concerns several parts of a design at once: names that nothing has, ranges that do not fit.

mod colours;
mod limits;
mod machines;
mod network;
mod places;
mod services;

use super::nearest::nearest;
use super::{Design, Problem, Text};

/// All that is wrong, by line.
pub(super) fn check(design: &Design, text: &str) -> Vec<Problem> {
    let mut checker = Checker { design, text, problems: Vec::new() };
    checker.version();
    checker.ranges();
    checker.names();
    checker.subnets();
    checker.routes();
    checker.acls();
    checker.groups();
    checker.limits();
    checker.machines();
    checker.colours();
    checker.services();
    checker.invariants();
    checker.problems.sort_by_key(|problem| problem.line);
    checker.problems
}

struct Checker<'a> {
    design: &'a Design,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn add(&mut self, at: usize, what: String) {
        let line = self.text[..at.min(self.text.len())].lines().count().max(1);
        // A position at the start of a line belongs to it, not to the one before.
        let line = line + usize::from(at > 0 && self.text.as_bytes().get(at - 1) == Some(&b'\n'));
        self.problems.push(Problem { line, what });
    }

    fn placed(&mut self, subnets: &[Text], groups: &[Text]) {
        subnets.iter().for_each(|subnet| self.subnet(subnet));
        self.security_groups(groups);
    }

    fn subnet(&mut self, name: &Text) {
        self.known("a subnet", name, self.design.subnets.keys());
    }

    fn security_groups(&mut self, names: &[Text]) {
        for name in names {
            self.known("a security group", name, self.design.security_groups.keys());
        }
    }

    /// The name of something that a record, a cache at the edge, or another part leads to.
    fn any_of(&mut self, kinds: &[&str], name: &Text) {
        let all = self.design.addressed();
        let fitting = all.into_iter().filter(|(kind, _)| kinds.contains(kind));
        self.known(&kinds.join(" or "), name, fitting.flat_map(|(_, names)| names));
    }

    /// A name is one of these.
    fn known<'n>(&mut self, kind: &str, name: &Text, known: impl IntoIterator<Item = &'n Text>) {
        let known: Vec<&str> = known.into_iter().map(|known| known.get_ref().as_str()).collect();
        if !known.contains(&name.get_ref().as_str()) {
            self.unknown(name.span().start, kind, name.get_ref(), known);
        }
    }

    /// What stands here is a name that nothing has; the nearest of those that there are is told.
    fn unknown<'n>(&mut self, at: usize, kind: &str, found: &str, known: impl IntoIterator<Item = &'n str>) {
        let meant = nearest(found, known).map_or_else(String::new, |name| format!("; there is `{name}`"));
        self.add(at, format!("expected {kind}, found `{found}`{meant}"));
    }
}

impl Design {
    /// The names of whatever other parts name, by kind.
    fn addressed(&self) -> [(&'static str, Vec<&Text>); 11] {
        [
            ("a subnet", self.subnets.keys().collect()),
            ("a NAT", self.nats.keys().collect()),
            ("an endpoint", self.endpoints.keys().collect()),
            ("a load balancer", self.load_balancers.keys().collect()),
            ("an auto-scaling group", self.auto_scaling_groups.keys().collect()),
            ("an instance", self.instances.keys().collect()),
            ("a database", self.databases.keys().collect()),
            ("a cache", self.caches.keys().collect()),
            ("a queue", self.queues.keys().collect()),
            ("a bucket", self.buckets.keys().collect()),
            ("a distribution", self.distributions.keys().collect()),
        ]
    }
}
