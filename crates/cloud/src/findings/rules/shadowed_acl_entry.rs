//! An entry of a network ACL that decides nothing.

use crate::findings::{Found, Rule, Seen, Severity};
use crate::packet::{Ports, Protocol};
use crate::rule::{AclEntry, Maybe, Traffic};
use ipnet::Ipv4Net;

pub const RULE: Rule = Rule {
    name: "shadowed-acl-entry",
    severity: Severity::Warning,
    finds: "an entry of a network ACL that never decides, since lower numbers cover all of it",
    why: "the lowest number that covers a packet decides, so this entry is either said twice or means the opposite of what \
          happens",
    remedy: "take it away, or give it a lower number where it is the one that is meant",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let acls = seen.design.network_acls.iter();
    let lists = acls.flat_map(|(name, acl)| [(name, "inbound", &acl.inbound), (name, "outbound", &acl.outbound)]);
    let mut found = Vec::new();
    for (name, way, entries) in lists {
        for entry in entries {
            let before = entries.iter().map(toml::Spanned::get_ref).filter(|e| e.number < entry.get_ref().number);
            let before: Vec<&AclEntry> = before.collect();
            if let Some(how) = hidden(entry.get_ref(), &before) {
                let what = format!("`{}` of {} {way} {how}", entry.get_ref(), name.get_ref());
                found.push(Found { what, at: entry.span().start, parts: seen.with_acl(name) });
            }
        }
    }
    found
}

/// How an entry is hidden by those before it, where it is.
fn hidden(entry: &AclEntry, before: &[&AclEntry]) -> Option<String> {
    let boxed = Boxed::of(entry)?;
    let others: Vec<(Boxed, &AclEntry)> = before.iter().filter_map(|other| Some((Boxed::of(other)?, *other))).collect();
    let cells = boxed.cells(&others);
    let deciding = |cell: &Cell| others.iter().filter(|(b, _)| b.has(cell)).min_by_key(|(_, other)| other.number);
    let deciders: Vec<&AclEntry> = cells.iter().map(|cell| deciding(cell).map(|(_, e)| *e)).collect::<Option<_>>()?;
    let opposite = deciders.iter().find(|other| other.allow != entry.allow);
    Some(match opposite {
        Some(other) => format!("never decides: `{other}` comes first and says the opposite"),
        None => format!("adds nothing: `{}` comes first and says the same", deciders[0]),
    })
}

/// A protocol that rules tell apart; the last stands for all that they do not name.
const PROTOCOLS: [Option<Protocol>; 4] = [Some(Protocol::Tcp), Some(Protocol::Udp), Some(Protocol::Icmp), None];

/// A packet that stands for all like it: its protocol, its port and the address of its other end.
type Cell = (Option<Protocol>, u16, u32);

/// What an entry covers, where all of it is known.
struct Boxed {
    protocols: Vec<Option<Protocol>>,
    ports: Ports,
    net: Ipv4Net,
}

impl Boxed {
    fn of(entry: &AclEntry) -> Option<Self> {
        let Maybe::Known(net) = entry.range else { return None };
        let (protocols, ports) = match &entry.traffic {
            Traffic::All => (PROTOCOLS.to_vec(), Ports::ALL),
            Traffic::Icmp => (vec![Some(Protocol::Icmp)], Ports::ALL),
            Traffic::Tcp(Maybe::Known(ports)) => (vec![Some(Protocol::Tcp)], *ports),
            Traffic::Udp(Maybe::Known(ports)) => (vec![Some(Protocol::Udp)], *ports),
            _ => return None,
        };
        Some(Self { protocols, ports, net })
    }

    fn has(&self, (protocol, port, address): &Cell) -> bool {
        self.protocols.contains(protocol)
            && self.ports.has(*port)
            && self.net.contains(&std::net::Ipv4Addr::from(*address))
    }

    fn ends(&self) -> (u32, u32) {
        (u32::from(self.net.network()), u32::from(self.net.broadcast()))
    }

    /// One packet for each part of this that the others tell apart.
    fn cells(&self, others: &[(Self, &AclEntry)]) -> Vec<Cell> {
        let mut ports = vec![self.ports.first];
        let mut addresses = vec![self.ends().0];
        for (other, _) in others {
            ports.push(other.ports.first);
            ports.extend(other.ports.last.checked_add(1));
            addresses.push(other.ends().0);
            addresses.extend(other.ends().1.checked_add(1));
        }
        let all = self.protocols.iter().flat_map(|p| ports.iter().map(move |port| (*p, *port)));
        let all = all.flat_map(|(p, port)| addresses.iter().map(move |address| (p, port, *address)));
        all.filter(|cell| self.has(cell)).collect()
    }
}
