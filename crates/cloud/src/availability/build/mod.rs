//! From a design to what the service needs.
//!
//! The service is what is reached from outside (names, caches at the edge, balancers, or else instances with a public
//! address) and whoever takes messages from queues. What those need is read from rights and security groups: a store that
//! lets an instance in, and that the instance may ask, is one it needs; so is another instance whose rules name its group.

mod machines;
mod needs;
mod others;
mod stores;

use super::graph::{Graph, Kind, Node, Origin, Part};
use super::sla::{self, Sla};
use crate::design::{Design, Distribution, Listener, LoadBalancer, Record, RecordPolicy, Scheme, TargetGroup, Text};
use crate::network::Network;
use std::collections::{BTreeMap, BTreeSet};

/// What the service of a design needs. Where AWS chooses a zone, it is the `turn`-th that there is.
pub fn graph(design: &Design, turn: usize) -> Graph {
    let network = &Network::new(design);
    let (letting, slas) = (others::letting(network), sla::table());
    let (parts, places, within) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut builder = Builder { design, network, letting, slas, turn, parts, places, within };
    let root = builder.service();
    Graph { parts: builder.parts, root }
}

/// One graph for each zone in which AWS might begin.
pub fn graphs(design: &Design) -> Vec<Graph> {
    let zones: BTreeSet<&str> = design.subnets.values().map(|subnet| subnet.zone.as_str()).collect();
    (0..zones.len().max(1)).map(|turn| graph(design, turn)).collect()
}

struct Builder<'a> {
    design: &'a Design,
    network: &'a Network,
    letting: others::Letting<'a>,
    slas: Vec<Sla>,
    turn: usize,
    parts: Vec<Part>,
    places: BTreeMap<String, usize>,
    /// Balancers that are being looked at: whoever leads back to one needs nothing more of it.
    within: Vec<String>,
}

impl Builder<'_> {
    fn service(&mut self) -> Node {
        let mut needed =
            vec![self.part(Kind::Region, format!("region {}", self.design.region), None, Origin::default())];
        needed.extend(self.entries());
        needed.extend(self.workers());
        Node::All(needed)
    }

    /// The ways in. A name or cache that leads to another way in stands for it.
    fn entries(&mut self) -> Vec<Node> {
        let design = self.design;
        let records = design.records.values().flat_map(|record| &record.targets);
        let led: BTreeSet<&Text> = records.chain(design.distributions.values().flat_map(|d| &d.origins)).collect();
        let mut nodes: Vec<Node> = design.records.iter().map(|(name, record)| self.record(name, record)).collect();
        let edges = design.distributions.iter().filter(|(name, _)| !led.contains(name));
        nodes.extend(edges.map(|(_, edge)| self.distribution(edge)));
        let public = |lb: &LoadBalancer| lb.scheme == Scheme::InternetFacing;
        let balancers = design.load_balancers.iter().filter(|(name, lb)| public(lb) && !led.contains(name));
        nodes.extend(balancers.map(|(name, lb)| self.balancer(name, lb)));
        if nodes.is_empty() {
            nodes = self.public_machines();
        }
        nodes
    }

    fn record(&mut self, name: &Text, record: &Record) -> Node {
        let dns = self.managed("Route 53", "route53", "global", name);
        let targets: Vec<Node> = record.targets.iter().map(|target| self.target(target)).collect();
        let asked = record.health_path.is_some();
        let chosen = match record.policy {
            RecordPolicy::Failover if asked => {
                Node::First { how: format!("{} leads to the next target", name.get_ref()), nodes: targets }
            }
            RecordPolicy::Failover => Node::All(targets.into_iter().take(1).collect()),
            RecordPolicy::Latency | RecordPolicy::Geolocation if asked => Node::Any(targets),
            // Nobody asks whether the targets are well, so each of them gets its share of the questions.
            RecordPolicy::Simple | RecordPolicy::Latency | RecordPolicy::Geolocation => Node::All(targets),
        };
        Node::All(vec![dns, chosen])
    }

    fn distribution(&mut self, edge: &Distribution) -> Node {
        let sla = Some(("cloudfront", "global"));
        let mut nodes = vec![self.part(Kind::Managed, "CloudFront".to_owned(), sla, Origin::default())];
        nodes.extend(edge.origins.iter().map(|origin| self.target(origin)));
        Node::All(nodes)
    }

    /// Whatever a name or a cache at the edge leads to.
    fn target(&mut self, name: &Text) -> Node {
        let (design, key) = (self.design, name.get_ref().as_str());
        if let Some((name, lb)) = design.load_balancers.get_key_value(key) {
            return self.balancer(name, lb);
        }
        if let Some(edge) = design.distributions.get(key) {
            return self.distribution(edge);
        }
        if design.buckets.contains_key(key) {
            return self.managed("S3", "s3", "standard", name);
        }
        self.machine(key)
    }

    fn balancer(&mut self, name: &Text, lb: &LoadBalancer) -> Node {
        let zones = self.zones(&lb.subnets);
        let scope = if zones.len() > 1 { "multi-az" } else { "single-az" };
        let node = self.managed(name.get_ref(), "elb", scope, name);
        let open = zones.iter().map(|zone| self.zone(zone)).collect();
        let mut nodes = vec![node, Node::Any(open)];
        self.within.push(name.get_ref().clone());
        let targets = lb.listeners.iter().flat_map(Listener::targets).filter(|target| !self.design.is_idle(target));
        let targets: BTreeSet<&str> = targets.map(|target| target.get_ref().as_str()).collect();
        nodes.extend(targets.into_iter().map(|target| self.members(&self.design.target_groups[target])));
        self.within.pop();
        Node::All(nodes)
    }

    fn members(&mut self, group: &TargetGroup) -> Node {
        let members = group.members.iter().map(|member| self.machine(member.get_ref())).collect();
        let mut nodes = vec![Node::Any(members)];
        nodes.extend(group.health.needs.iter().map(|need| self.store(need.get_ref())));
        Node::All(nodes)
    }

    /// The zones of these subnets, beginning with the one that AWS might choose.
    fn zones(&self, subnets: &[Text]) -> Vec<String> {
        let zone = |subnet: &Text| self.design.subnets[subnet.get_ref().as_str()].zone.clone();
        let mut zones: Vec<String> = subnets.iter().map(zone).collect::<BTreeSet<_>>().into_iter().collect();
        let turn = self.turn % zones.len().max(1);
        zones.rotate_left(turn);
        zones
    }

    fn zone(&mut self, letter: &str) -> Node {
        let at = self.design.subnets.iter().find(|(_, subnet)| subnet.zone == letter);
        let (name, at) = (format!("zone {letter}"), at.map_or(0, |(name, _)| name.span().start));
        self.part(Kind::Zone, name.clone(), None, Origin { name, at })
    }

    /// Something that AWS keeps in several places.
    fn managed(&mut self, name: &str, service: &str, scope: &str, at: &Text) -> Node {
        let name = if service == "elb" { format!("balancer {name}") } else { name.to_owned() };
        self.part(Kind::Managed, name, Some((service, scope)), at)
    }

    /// A part by its name, which it keeps wherever it is needed.
    fn part(&mut self, kind: Kind, name: String, sla: Option<(&str, &str)>, origin: impl Into<Origin>) -> Node {
        if let Some(known) = self.places.get(&name) {
            return Node::Part(*known);
        }
        let sla = sla.map(|(service, scope)| sla::place(&self.slas, service, scope));
        self.places.insert(name.clone(), self.parts.len());
        self.parts.push(Part { name, kind, sla, origin: origin.into() });
        Node::Part(self.parts.len() - 1)
    }
}
