//! A design as rules see it.

use super::Found;
use crate::availability::{Fault, faults};
use crate::design::{Design, Text};
use crate::network::Network;
use std::collections::BTreeSet;

/// A design, what it means, and what the loss of each of its parts does.
pub struct Seen<'a> {
    /// What a person wrote.
    pub design: &'a Design,
    /// What it means.
    pub network: Network,
    /// What the loss of each part does.
    pub faults: Vec<Fault>,
    text: &'a str,
}

impl<'a> Seen<'a> {
    /// A design and the text that it was read from.
    pub fn new(design: &'a Design, text: &'a str) -> Self {
        Self { design, network: Network::new(design), faults: faults(design), text }
    }

    /// The number of the line at this place, and the line.
    pub fn line(&self, at: usize) -> Option<(usize, &'a str)> {
        let before = self.text.get(..at).filter(|_| !self.text.is_empty())?;
        let number = before.matches('\n').count();
        self.text.lines().nth(number).map(|line| (number + 1, line))
    }

    /// Where a key of what is called so stands; where that is called so, if the key is left out or shares its line.
    pub fn key(&self, name: &Text, key: &str) -> usize {
        let from = name.span().end;
        let rest = self.text.get(from..).unwrap_or_default();
        let own = &rest[..rest.find("\n[").unwrap_or(rest.len())];
        let is_key = |line: &str| {
            let after = line.trim_start().strip_prefix(key);
            after.is_some_and(|after| after.trim_start().starts_with('='))
        };
        let mut at = from;
        for line in own.split_inclusive('\n') {
            if is_key(line) {
                return at + line.len() - line.trim_start().len();
            }
            at += line.len();
        }
        name.span().start
    }

    /// The zone of a subnet.
    pub fn zone(&self, subnet: &Text) -> &'a str {
        &self.design.subnets[subnet.get_ref().as_str()].zone
    }

    /// The subnets that have this network ACL.
    pub fn with_acl(&self, acl: &Text) -> Vec<String> {
        let subnets = self.design.subnets.iter().filter(|(_, subnet)| subnet.network_acl.as_ref() == Some(acl));
        names(subnets.map(|(name, _)| name))
    }

    /// Whoever has this role.
    pub fn with_role(&self, role: &Text) -> Vec<String> {
        let groups = self.design.auto_scaling_groups.iter().map(|(name, group)| (name, &group.role));
        let instances = self.design.instances.iter().map(|(name, instance)| (name, &instance.role));
        names(groups.chain(instances).filter(|(_, of)| of.as_ref() == Some(role)).map(|(name, _)| name))
    }

    /// The zones of subnets.
    pub fn zones(&self, subnets: &[Text]) -> BTreeSet<&'a str> {
        subnets.iter().map(|subnet| self.zone(subnet)).collect()
    }
}

impl Found {
    /// Something that is wrong with the one that is called so.
    pub fn of(name: &Text, what: String, at: usize) -> Self {
        Self { what, at, parts: vec![name.get_ref().clone()] }
    }
}

/// Names as they are told.
pub fn names<'a>(names: impl IntoIterator<Item = &'a Text>) -> Vec<String> {
    names.into_iter().map(|name| name.get_ref().clone()).collect()
}
