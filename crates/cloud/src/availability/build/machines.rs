//! Instances: alone, or as many as an auto-scaling group keeps.

use super::super::graph::{Kind, Node, Origin};
use super::Builder;
use crate::design::{AutoScalingGroup, Instance, Text};
use std::collections::BTreeSet;

impl Builder<'_> {
    /// An instance or a group of them, and the others that it asks.
    pub(super) fn machine(&mut self, name: &str) -> Node {
        let mut nodes = vec![self.alone(name)];
        for others in self.others(name) {
            nodes.push(Node::Any(others.iter().map(|other| self.alone(other)).collect()));
        }
        if nodes.len() > 1 { Node::All(nodes) } else { nodes.remove(0) }
    }

    fn alone(&mut self, name: &str) -> Node {
        let design = self.design;
        if let Some((name, group)) = design.auto_scaling_groups.get_key_value(name) {
            return self.group(name, group);
        }
        match design.instances.get_key_value(name) {
            Some((name, instance)) => self.instance(name, instance),
            None => Node::Any(Vec::new()),
        }
    }

    /// Where nothing else is a way in: whoever has a public address.
    pub(super) fn public_machines(&mut self) -> Vec<Node> {
        let design = self.design;
        let groups = design.auto_scaling_groups.iter().filter(|(_, group)| group.public_address);
        let instances = design.instances.iter().filter(|(_, instance)| instance.public_address);
        let names: Vec<&Text> = groups.map(|(name, _)| name).chain(instances.map(|(name, _)| name)).collect();
        names.into_iter().map(|name| self.machine(name.get_ref())).collect()
    }

    /// Whoever takes messages from a queue.
    pub(super) fn workers(&mut self) -> Vec<Node> {
        let design = self.design;
        let scales = |group: &AutoScalingGroup| group.scale.as_ref().is_some_and(|scale| scale.queue.is_some());
        let groups = design.auto_scaling_groups.iter();
        let groups = groups.filter(|(_, group)| scales(group) || self.receives(group.role.as_ref()));
        let instances = design.instances.iter().filter(|(_, instance)| self.receives(instance.role.as_ref()));
        let names: Vec<&Text> = groups.map(|(name, _)| name).chain(instances.map(|(name, _)| name)).collect();
        names.into_iter().map(|name| self.machine(name.get_ref())).collect()
    }

    fn receives(&self, role: Option<&Text>) -> bool {
        let role = role.and_then(|role| self.design.roles.get(role.get_ref().as_str()));
        let mut allowed = role.into_iter().flat_map(|role| &role.allow);
        allowed.any(|permission| matches!(permission.get_ref().action.as_str(), "sqs:ReceiveMessage" | "sqs:*"))
    }

    fn instance(&mut self, name: &Text, instance: &Instance) -> Node {
        let zone = self.zones(std::slice::from_ref(&instance.subnet)).remove(0);
        let sla = Some(("ec2", "instance"));
        let machine = self.part(Kind::Instance, format!("instance {}", name.get_ref()), sla, name);
        let mut nodes = vec![machine, self.zone(&zone)];
        nodes.extend(self.processes(name, name.get_ref(), &instance.processes));
        nodes.extend(self.needs(name.get_ref(), instance.role.as_ref()));
        nodes.extend(self.nats(name.get_ref(), &zone));
        Node::All(nodes)
    }

    fn processes(&mut self, at: &Text, machine: &str, names: &[String]) -> Vec<Node> {
        names.iter().map(|name| self.part(Kind::Process, format!("{name} on {machine}"), None, at)).collect()
    }

    /// As many instances as the group always has, spread over its zones. Of a single one the group starts another.
    fn group(&mut self, name: &Text, group: &AutoScalingGroup) -> Node {
        let zones = self.zones(&group.subnets);
        let count = group.min.max(1).min(group.max) as usize;
        let used = zones.len().min(count);
        let shares = (0..used).map(|n| {
            let here = (n..count).step_by(zones.len());
            self.share(name, group, &zones[n], here)
        });
        let mut running = Node::Any(shares.collect());
        if used > 1 {
            let promised =
                self.part(Kind::Managed, "EC2 over zones".to_owned(), Some(("ec2", "region")), Origin::default());
            running = Node::All(vec![promised, running]);
        }
        if count == 1 {
            running = self.replaced(name, running, &zones);
        }
        let mut nodes = self.needs(name.get_ref(), group.role.as_ref());
        nodes.push(running);
        Node::All(nodes)
    }

    /// The instances of a group in one zone. They fail together as often as one alone: nothing better is promised.
    fn share(&mut self, name: &Text, group: &AutoScalingGroup, zone: &str, here: impl Iterator<Item = usize>) -> Node {
        let owner = name.get_ref();
        let share = self.part(Kind::Share, format!("{owner} in zone {zone}"), Some(("ec2", "instance")), name);
        let machines = here.map(|n| {
            let machine = format!("{owner} {}", n + 1);
            let mut nodes = vec![self.part(Kind::Instance, format!("instance {machine}"), None, name)];
            nodes.extend(self.processes(name, &machine, &group.processes));
            Node::All(nodes)
        });
        let mut nodes = vec![Node::Any(machines.collect()), share, self.zone(zone)];
        nodes.extend(self.nats(owner, zone));
        Node::All(nodes)
    }

    fn replaced(&mut self, name: &Text, running: Node, zones: &[String]) -> Node {
        let owner = name.get_ref();
        let spare = self.part(Kind::Spare, format!("the next instance of {owner}"), None, name);
        let places = zones.iter().map(|zone| {
            let mut nodes = vec![self.zone(zone)];
            nodes.extend(self.nats(owner, zone));
            Node::All(nodes)
        });
        let next = Node::Any(places.collect());
        let how = format!("the group starts another instance of {owner}");
        Node::First { how, nodes: vec![running, Node::All(vec![spare, next])] }
    }

    /// NATs through which whoever stands in this zone asks the internet.
    fn nats(&mut self, owner: &str, zone: &str) -> Vec<Node> {
        let here = self.network.of(owner).into_iter().filter(|&i| self.network.subnet(i).zone == zone);
        let nats: BTreeSet<usize> = here.filter_map(|i| self.network.nat_of(i)).collect();
        nats.into_iter().map(|nat| self.nat(nat)).collect()
    }

    fn nat(&mut self, nat: usize) -> Node {
        let (name, zone) = (self.network.interfaces[nat].owner.clone(), self.network.subnet(nat).zone.clone());
        let gateway = self.network.interfaces[nat].groups.is_none();
        let sla = if gateway { ("nat-gateway", "single-az") } else { ("ec2", "instance") };
        let origin = self.design.nats.get_key_value(name.as_str());
        let origin = origin.map_or_else(Origin::default, |(name, _)| name.into());
        let nat = self.part(Kind::Nat, format!("NAT {name}"), Some(sla), origin);
        Node::All(vec![nat, self.zone(&zone)])
    }
}
