//! An entry of a network ACL that allows what no security group behind it lets through.

use crate::design::Text;
use crate::findings::{Found, Rule, Seen, Severity};
use crate::network::Interface;
use crate::packet::Ports;
use crate::rule::{AclEntry, GroupRule, Maybe, Peer, Traffic, Way};
use ipnet::Ipv4Net;

pub const RULE: Rule = Rule {
    name: "acl-allows-nobody",
    severity: Severity::Note,
    finds: "an entry of a network ACL that allows what no security group behind it lets through",
    why: "nothing goes this way today, so the entry only waits for a mistake in a group",
    remedy: "take the entry away, or open the group that it was meant for",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Security.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let mut found = Vec::new();
    for (name, acl) in &seen.design.network_acls {
        let behind = behind(seen, name);
        if behind.is_empty() {
            continue;
        }
        for entry in acl.inbound.iter().chain(&acl.outbound).filter(|entry| entry.get_ref().allow) {
            if !behind.iter().any(|one| is_used(seen, entry.get_ref(), one)) {
                let what = format!("`{}` of {} has no group behind it", entry.get_ref(), name.get_ref());
                found.push(Found { what, at: entry.span().start, parts: seen.with_acl(name) });
            }
        }
    }
    found
}

/// Whoever stands in a subnet of this ACL.
fn behind<'a>(seen: &'a Seen, name: &Text) -> Vec<&'a Interface> {
    let subnets = &seen.network.subnets;
    let here = |interface: &&Interface| subnets[interface.subnet].acl.as_deref() == Some(name.get_ref());
    seen.network.interfaces.iter().filter(here).collect()
}

/// May a packet take this entry: one that a group lets through, or the answer to one.
fn is_used(seen: &Seen, entry: &AclEntry, one: &Interface) -> bool {
    let Some(groups) = &one.groups else { return true };
    let rules = |way: Way| {
        let groups = groups.iter().map(|group| &seen.network.groups[group]);
        groups.flat_map(move |group| if way == Way::From { &group.inbound } else { &group.outbound })
    };
    let (same, other) = if entry.way == Way::From { (Way::From, Way::To) } else { (Way::To, Way::From) };
    // Answers go to the port from which was asked: ours where they come in, anybody's where they go out.
    let asked_from = if entry.way == Way::From { one.source_ports() } else { Ports::ANYONE };
    rules(same).any(|rule| entry.traffic.meets(&rule.traffic) && ranges_meet(seen, entry, rule))
        || rules(other).any(|rule| answers(&entry.traffic, &rule.traffic, asked_from) && ranges_meet(seen, entry, rule))
}

/// May an answer to what the group's rule lets through take the entry.
fn answers(entry: &Traffic, rule: &Traffic, asked_from: Ports) -> bool {
    let back = match rule {
        Traffic::Tcp(_) => Traffic::Tcp(Maybe::Known(asked_from)),
        Traffic::Udp(_) => Traffic::Udp(Maybe::Known(asked_from)),
        other => other.clone(),
    };
    entry.meets(&back)
}

fn ranges_meet(seen: &Seen, entry: &AclEntry, rule: &GroupRule) -> bool {
    let Maybe::Known(range) = &entry.range else { return true };
    let network = &seen.network;
    match &rule.peer {
        Peer::Range(net) => overlap(range, net),
        Peer::Unknown => true,
        // The addresses of a service are public.
        Peer::Service(_) => !(range.network().is_private() && range.prefix_len() >= 8),
        Peer::Group(name) => {
            (0..network.interfaces.len()).any(|i| network.is_member(i, name) && overlap(range, &network.subnet(i).net))
        }
    }
}

fn overlap(a: &Ipv4Net, b: &Ipv4Net) -> bool {
    a.contains(b) || b.contains(a)
}
