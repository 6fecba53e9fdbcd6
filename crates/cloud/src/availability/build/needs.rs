//! Who asks whom.

use super::super::graph::Node;
use super::Builder;
use crate::design::{Scheme, Text};
use crate::network::{Destination, Network, Target};
use crate::packet::{Packet, Protocol};
use crate::rule::Peer;

impl Network {
    /// The NAT through which an interface asks the internet, where its groups let it and its route leads there.
    pub(crate) fn nat_of(&self, interface: usize) -> Option<usize> {
        let table = self.subnet(interface).table.as_ref()?;
        let everything = |to: &Destination| matches!(to, Destination::Range(net) if net.prefix_len() == 0);
        let route = self.tables[table].iter().find(|route| everything(&route.to))?;
        match route.target {
            Target::Nat(nat) if self.asks_outside(interface) => Some(nat),
            _ => None,
        }
    }

    fn asks_outside(&self, interface: usize) -> bool {
        let Some(groups) = &self.interfaces[interface].groups else { return true };
        let outside = |peer: &Peer| match peer {
            Peer::Range(net) => net.prefix_len() == 0 || !(net.network().is_private() || self.cidr.contains(net)),
            Peer::Unknown => true,
            Peer::Group(_) | Peer::Service(_) => false,
        };
        groups.iter().flat_map(|group| &self.groups[group].outbound).any(|rule| outside(&rule.peer))
    }

    /// May one ask the other at this port, as their security groups say. What is not known counts as yes.
    pub(crate) fn may_ask(&self, from: usize, to: usize, port: u16) -> bool {
        let (source, destination) = (self.private_end(from), self.private_end(to));
        let packet = Packet { protocol: Protocol::Tcp, source, source_port: 40_000, destination, port };
        let member = |interface: usize, group: &str| self.is_member(interface, group);
        let groups = |interface: usize| self.interfaces[interface].groups.as_ref();
        let out = groups(from).is_none_or(|names| {
            names.iter().flat_map(|g| &self.groups[g].outbound).any(|r| r.allows(&packet, member) != Some(false))
        });
        let into = groups(to).is_none_or(|names| {
            names.iter().flat_map(|g| &self.groups[g].inbound).any(|r| r.allows(&packet, member) != Some(false))
        });
        out && into
    }
}

impl Builder<'_> {
    /// What whoever is called so needs: stores and balancers that let it in, and what its role names.
    pub(super) fn needs(&mut self, owner: &str, role: Option<&Text>) -> Vec<Node> {
        let design = self.design;
        let databases = design.databases.iter().map(|(name, database)| (name, database.port()));
        let caches = design.caches.iter().map(|(name, cache)| (name, cache.port));
        let stores: Vec<&Text> = databases
            .chain(caches)
            .filter(|(name, port)| self.asks(owner, name, *port))
            .map(|(name, _)| name)
            .collect();
        let mut nodes: Vec<Node> = stores.into_iter().map(|name| self.store(name.get_ref())).collect();
        nodes.extend(self.inner_balancers(owner));
        nodes.extend(self.by_role(role));
        nodes
    }

    fn asks(&self, owner: &str, other: &Text, port: u16) -> bool {
        let (from, to) = (self.network.of(owner), self.network.of(other.get_ref()));
        from.iter().any(|&from| to.iter().any(|&to| self.network.may_ask(from, to, port)))
    }

    fn inner_balancers(&mut self, owner: &str) -> Vec<Node> {
        let inner = self.design.load_balancers.iter().filter(|(_, lb)| lb.scheme == Scheme::Internal);
        let asked = inner.filter(|(name, lb)| {
            let known = self.within.contains(name.get_ref());
            !known && lb.listeners.iter().any(|listener| self.asks(owner, name, listener.port))
        });
        let asked: Vec<_> = asked.collect();
        asked.into_iter().map(|(name, lb)| self.balancer(name, lb)).collect()
    }

    fn by_role(&mut self, role: Option<&Text>) -> Vec<Node> {
        let Some(role) = role.and_then(|role| self.design.roles.get(role.get_ref().as_str())) else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for (service, there) in [("sqs", !self.design.queues.is_empty()), ("s3", !self.design.buckets.is_empty())] {
            let names = |action: &str| action == "*" || action.split(':').next() == Some(service);
            if there && role.allow.iter().any(|permission| names(&permission.get_ref().action)) {
                nodes.push(self.service_of_aws(service));
                nodes.extend(self.endpoint(service));
            }
        }
        nodes
    }
}
