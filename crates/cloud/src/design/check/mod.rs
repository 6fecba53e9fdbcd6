//! What concerns several parts of a design at once: names that nothing has, ranges that do not fit.

mod colours;
mod limits;
mod machines;
mod network;
mod services;

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
        self.known("a subnet", name, self.design.subnets.contains_key(name.get_ref().as_str()));
    }

    fn security_groups(&mut self, names: &[Text]) {
        for name in names {
            self.known("a security group", name, self.design.security_groups.contains_key(name.get_ref().as_str()));
        }
    }

    /// The name of something that a record, a cache at the edge, or another part leads to.
    fn any_of(&mut self, kinds: &[&str], name: &Text) {
        let all = self.design.addressed();
        let mut fitting = all.iter().filter(|(kind, _)| kinds.contains(kind));
        let known = fitting.any(|(_, names)| names.iter().any(|known| known.get_ref() == name.get_ref()));
        self.known(&kinds.join(" or "), name, known);
    }

    fn known(&mut self, kind: &str, name: &Text, known: bool) {
        if !known {
            self.add(name.span().start, format!("expected {kind}, found `{}`", name.get_ref()));
        }
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
