//! What is written in each box.

use super::kinds::kinds;
use super::marks::Marks;
use super::pen;
use crate::design::{Design, EndpointKind, RecordPolicy, Text};
use crate::network::{Interface, Network, Target};
use crate::rule::GroupRule;
use std::collections::BTreeMap;

/// A line, and how it looks: a class of the pen's style.
pub(super) type Line = (&'static str, String);

/// The class of a line of signs.
pub(super) const SIGNS: &str = "signs";

/// All that is written.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// By interface; the first line is the name.
    pub items: Vec<Vec<Line>>,
    /// By subnet.
    pub subnets: Vec<Vec<Line>>,
    /// Who comes from outside: names, and the edge.
    pub above: Vec<Chip>,
    /// What stands beside the network: gateway endpoints, buckets, queues.
    pub below: Vec<Chip>,
    /// What was found.
    pub marks: Marks<'a>,
}

/// A box outside the network; the first line is the name.
#[derive(Debug)]
pub(super) struct Chip {
    pub name: String,
    pub lines: Vec<Line>,
}

impl<'a> Words<'a> {
    pub fn new(design: &Design, network: &Network, marks: Marks<'a>) -> Self {
        let kinds = kinds(design);
        let items = network.interfaces.iter().map(|it| item(network, it, &kinds)).collect();
        let subnets = (0..network.subnets.len()).map(|subnet| header(network, subnet)).collect();
        let (above, below) = (above(design), below(design));
        Self { items, subnets, above, below, marks }
    }

    /// Lines with the signs of this name behind them, none longer than the width holds.
    pub fn with_marks(&self, name: &str, lines: &[Line], width: i32) -> Vec<Line> {
        let mut all: Vec<Line> = lines.iter().flat_map(|line| broken(line, width)).collect();
        let beside = usize::try_from(width / pen::SIGN).unwrap_or(1).max(1);
        all.extend(self.marks.signs(name).chunks(beside).map(|signs| (SIGNS, signs.join(" "))));
        all
    }

    /// What the signs stand for, in lines of this width; a line that goes on has no sign.
    pub fn legend(&self, width: i32) -> Vec<(String, String)> {
        let lines = |(sign, text): (String, String)| {
            let lines = pen::wrapped(&text, width, 10).into_iter().enumerate();
            lines.map(move |(n, line)| (if n == 0 { sign.clone() } else { String::new() }, line))
        };
        self.marks.legend().flat_map(lines).collect()
    }
}

/// What begins a line that goes on with the one before.
pub(super) const GOES_ON: char = '\u{a0}';

/// A line in several. A name stays whole.
fn broken((class, text): &Line, width: i32) -> Vec<Line> {
    if *class == "name" {
        return vec![(class, text.clone())];
    }
    let lines = pen::wrapped(text, width, 10);
    let set = |(n, line): (usize, String)| (*class, if n == 0 { line } else { format!("{GOES_ON}{line}") });
    lines.into_iter().enumerate().map(set).collect()
}

/// Name, kind, and what its security groups let in and out.
fn item(network: &Network, interface: &Interface, kinds: &BTreeMap<String, Vec<String>>) -> Vec<Line> {
    let mut lines = vec![("name", interface.owner.clone())];
    lines.extend(kinds.get(&interface.owner).into_iter().flatten().map(|line| ("soft", line.clone())));
    if interface.public && !interface.kind.is_nat() {
        lines.push(("soft", "public address".to_owned()));
    }
    let groups: Vec<_> = interface.groups.iter().flatten().filter_map(|name| network.groups.get(name)).collect();
    let (inbound, outbound) = (groups.iter().flat_map(|g| &g.inbound), groups.iter().flat_map(|g| &g.outbound));
    lines.extend(gathered(inbound).into_iter().map(|rule| ("", format!("in {rule}"))));
    lines.extend(gathered(outbound).into_iter().map(|rule| ("", format!("out {rule}"))));
    lines
}

/// Rules that differ in their ports alone, as one: `tcp 80, 443 from 0.0.0.0/0`.
fn gathered<'a>(rules: impl Iterator<Item = &'a GroupRule>) -> Vec<String> {
    let mut gathered: Vec<(String, String, String)> = Vec::new();
    for rule in rules {
        let (traffic, whole) = (rule.traffic.to_string(), rule.to_string());
        let (protocol, ports) = traffic.split_once(' ').unwrap_or((&traffic, ""));
        let peer = whole[traffic.len()..].to_owned();
        match gathered.iter_mut().find(|(other, _, to)| other == protocol && *to == peer) {
            Some((_, others, _)) => *others = format!("{others}, {ports}"),
            None => gathered.push((protocol.to_owned(), ports.to_owned(), peer)),
        }
    }
    let line = |(protocol, ports, peer): (String, String, String)| match ports.as_str() {
        "" => format!("{protocol}{peer}"),
        ports => format!("{protocol} {ports}{peer}"),
    };
    gathered.into_iter().map(line).collect()
}

/// Name, range, routes and ACL of a subnet.
fn header(network: &Network, subnet: usize) -> Vec<Line> {
    let subnet = &network.subnets[subnet];
    let mut lines = vec![("name", subnet.name.clone()), ("", subnet.net.to_string())];
    let routes = subnet.table.as_ref().map_or(&[][..], |table| &network.tables[table]);
    for route in routes.iter().rev() {
        let target = match &route.target {
            Target::Internet => "internet",
            Target::Nat(nat) => &network.interfaces[*nat].owner,
            Target::Endpoint(name) => name,
            Target::Blackhole => "blackhole",
            Target::Unknown => "?",
        };
        lines.push(("soft", format!("{} → {target}", route.to)));
    }
    if routes.is_empty() {
        lines.push(("soft", "no way out".to_owned()));
    }
    lines.extend(subnet.acl.iter().map(|acl| ("soft", format!("ACL {acl}"))));
    lines
}

fn above(design: &Design) -> Vec<Chip> {
    let records = design.records.iter().map(|(name, record)| {
        let policy = match record.policy {
            RecordPolicy::Simple => "Route 53",
            RecordPolicy::Latency => "Route 53, by latency",
            RecordPolicy::Geolocation => "Route 53, by place",
            RecordPolicy::Failover => "Route 53, fail-over",
        };
        chip(name, policy, vec![format!("→ {}", names(&record.targets))])
    });
    let edges = design.distributions.iter().map(|(name, edge)| {
        let signed = edge.signed.then(|| "signed links".to_owned());
        chip(name, "CloudFront", [format!("→ {}", names(&edge.origins))].into_iter().chain(signed).collect())
    });
    records.chain(edges).collect()
}

fn below(design: &Design) -> Vec<Chip> {
    let gateways = design.endpoints.iter().filter(|(_, endpoint)| endpoint.kind == EndpointKind::Gateway);
    let gateways = gateways.map(|(name, endpoint)| {
        let kind = format!("gateway endpoint of {}", endpoint.service);
        chip(name, &kind, vec![format!("in {}", names(&endpoint.route_tables))])
    });
    let buckets = design.buckets.iter().map(|(name, bucket)| {
        let only = bucket.only_through.as_ref().map(|gate| format!("only through {}", gate.get_ref()));
        let signed = bucket.presigned.then(|| "presigned links".to_owned());
        let public = bucket.public.then(|| "anybody may read".to_owned());
        chip(name, "S3 bucket", [only, signed, public].into_iter().flatten().collect())
    });
    let queues = design.queues.iter().map(|(name, queue)| {
        let dead = queue.dead_letters.as_ref().zip(queue.receives);
        let dead = dead.map(|(dead, receives)| format!("after {receives} receives → {}", dead.get_ref()));
        let heartbeat = queue.heartbeat_s.map_or_else(String::new, |s| format!(", renewed every {s} s"));
        let hidden = format!("hidden {} s{heartbeat}", queue.visibility_s);
        chip(name, "SQS queue", [hidden].into_iter().chain(dead).collect())
    });
    let alarms = design
        .alarms
        .iter()
        .map(|(name, alarm)| chip(name, "alarm", vec![format!("{} above {}", alarm.queue.get_ref(), alarm.above)]));
    gateways.chain(buckets).chain(queues).chain(alarms).collect()
}

fn chip(name: &Text, kind: &str, lines: Vec<String>) -> Chip {
    let first = [("name", name.get_ref().clone()), ("soft", kind.to_owned())];
    let lines = first.into_iter().chain(lines.into_iter().map(|line| ("", line))).collect();
    Chip { name: name.get_ref().clone(), lines }
}

fn names(names: &[Text]) -> String {
    names.iter().map(|name| name.get_ref().as_str()).collect::<Vec<_>>().join(", ")
}
