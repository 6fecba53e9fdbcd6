//! What each thing with an address is, in a line or two.

use crate::design::{Design, LoadBalancer, Metric, NatKind, Purchase, Scale, Text};
use std::collections::BTreeMap;

/// Lines by the name of the thing.
pub(super) fn kinds(design: &Design) -> BTreeMap<String, Vec<String>> {
    let mut kinds = BTreeMap::new();
    for (name, nat) in &design.nats {
        let kind = if nat.kind == NatKind::Gateway { "NAT gateway" } else { "NAT instance" };
        let size = nat.instance_type.as_ref().map_or_else(String::new, |size| format!(" {size}"));
        kinds.insert(name.get_ref().clone(), vec![format!("{kind}{size}")]);
    }
    for (name, balancer) in &design.load_balancers {
        kinds.insert(name.get_ref().clone(), listeners(design, balancer));
    }
    for (name, group) in &design.auto_scaling_groups {
        let size = format!("{}–{} × {}{}", group.min, group.max, group.instance_type, purchase(group.purchase));
        let scale = group.scale.iter().map(scale);
        let lines = [size].into_iter().chain(scale).chain(processes(&group.processes));
        kinds.insert(name.get_ref().clone(), lines.collect());
    }
    for (name, instance) in &design.instances {
        let kind = format!("{}{}", instance.instance_type, purchase(instance.purchase));
        kinds.insert(name.get_ref().clone(), [kind].into_iter().chain(processes(&instance.processes)).collect());
    }
    for (name, database) in &design.databases {
        let copies = if database.multi_az { "Multi-AZ" } else { "in one zone" };
        let kind = format!("RDS {}, {copies}", database.engine);
        kinds.insert(name.get_ref().clone(), vec![kind, database.instance_class.clone()]);
    }
    for (name, cache) in &design.caches {
        kinds.insert(name.get_ref().clone(), vec![format!("Redis {} × {}", cache.nodes, cache.node_type)]);
    }
    for (name, endpoint) in &design.endpoints {
        kinds.insert(name.get_ref().clone(), vec![format!("endpoint of {}", endpoint.service)]);
    }
    kinds
}

fn listeners(design: &Design, balancer: &LoadBalancer) -> Vec<String> {
    let mut lines = vec!["load balancer".to_owned()];
    for listener in &balancer.listeners {
        lines.push(format!("{} {} → {}", listener.protocol, listener.port, colour(design, &listener.target)));
        for rule in &listener.rules {
            let which: String = rule.host.iter().chain(&rule.path).map(String::as_str).collect();
            lines.push(format!("{which} → {}", colour(design, &rule.target)));
        }
    }
    lines
}

/// A target group, and whether it is one of two that change places.
fn colour(design: &Design, target: &Text) -> String {
    let word = match &design.colours {
        Some(colours) if colours.has(target) && design.is_idle(target) => ", idle",
        Some(colours) if colours.has(target) => ", live",
        _ => "",
    };
    format!("{}{word}", target.get_ref())
}

fn purchase(purchase: Purchase) -> &'static str {
    match purchase {
        Purchase::OnDemand => "",
        Purchase::SavingsPlan => ", plan",
        Purchase::Spot => ", spot",
    }
}

fn scale(scale: &Scale) -> String {
    let what = match scale.on {
        Metric::Cpu => "% CPU",
        Metric::Requests => "requests each",
        Metric::BacklogPerInstance => "messages each",
        Metric::Messages => "messages",
        Metric::Memory => "% memory",
    };
    format!("kept at {} {what}", scale.target)
}

fn processes(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}
