//! One connection, followed: the packet there, hop by hop, then its answer.

use super::reason::Reason;
use super::world::World;
use crate::network::{Destination, Kind, Network, Route, Target};
use crate::packet::{End, Packet, Ports, Protocol};
use crate::rule::{self, AclEntry, GroupRule, Holds};
use serde::Serialize;

/// A step of a packet, and what decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Where.
    pub at: String,
    /// The packet as it is there.
    pub packet: String,
    /// What decided, such as a rule.
    pub rule: String,
}

/// Why a packet did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// The code.
    pub reason: Reason,
    /// The hop that stopped it.
    pub hop: Hop,
    /// Is it the answer.
    pub back: bool,
    /// What would let it pass.
    #[serde(skip)]
    pub(super) lack: Lack,
}

/// What a packet lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// An entry of the ACL of this subnet.
    Entry { subnet: usize, inbound: bool, packet: Packet, ports: Ports },
    /// A rule of a group of this interface.
    Rule { interface: usize, inbound: bool, packet: Packet },
    /// A route out of this subnet.
    Route { subnet: usize, packet: Packet },
    /// A public address.
    Public { interface: usize },
    /// Nothing that a rule could give.
    Sense,
}

type Passed<T = ()> = Result<T, Box<Blocked>>;

/// A part of the way between two places that translate nothing.
#[derive(Debug, Clone)]
struct Segment {
    kind: Between,
    packet: Packet,
    /// Whence the sender begins connections: where answers may go.
    ports: Ports,
}

#[derive(Debug, Clone, Copy)]
enum Between {
    /// Two interfaces.
    Local { from: usize, to: usize },
    /// An interface and the world outside.
    Out { from: usize },
    /// The world outside and an interface.
    In { to: usize },
    /// An interface and a service behind a gateway endpoint.
    Endpoint { from: usize },
}

/// Who follows a connection.
pub(crate) struct Walk<'a> {
    net: &'a Network,
    world: &'a mut World,
    /// The port that a NAT on the way begins its connection from.
    nat_port: u16,
    segments: Vec<Segment>,
    /// What was passed.
    pub hops: Vec<Hop>,
    /// Whoever only wants to know whether it arrives leaves the hops out.
    tells: bool,
    back: bool,
}

/// By what a packet left the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did not leave.
    None,
    /// The internet gateway, from the interface of the sender.
    Gateway,
    /// A NAT, by the place of its interface.
    Nat(usize),
    /// A gateway endpoint.
    Endpoint,
    /// Something.
    Unknown,
}

impl<'a> Walk<'a> {
    pub fn new(net: &'a Network, world: &'a mut World, nat_port: u16) -> Self {
        Self { net, world, nat_port, segments: Vec::new(), hops: Vec::new(), tells: true, back: false }
    }

    /// One that keeps no hops.
    pub fn silent(net: &'a Network, world: &'a mut World, nat_port: u16) -> Self {
        Self { tells: false, ..Self::new(net, world, nat_port) }
    }

    /// By what a packet that arrived has left the network.
    pub fn exit(&self) -> Exit {
        let Some(first) = self.segments.first() else { return Exit::Unknown };
        match first.kind {
            Between::Local { to, .. } if first.packet.destination.interface == Some(to) => Exit::None,
            Between::Local { to, .. } => Exit::Nat(to),
            Between::Out { .. } => Exit::Gateway,
            Between::In { .. } => Exit::None,
            Between::Endpoint { .. } => Exit::Endpoint,
        }
    }

    /// Follows the answer to a packet that went from one interface to another.
    pub fn answer(&mut self, from: usize, to: usize, packet: Packet, ports: Ports) -> Passed {
        self.segments = vec![Segment { kind: Between::Local { from, to }, packet, ports }];
        self.back()
    }

    /// Follows a packet from where it begins to where it ends.
    pub fn there(&mut self, packet: &Packet) -> Passed {
        match packet.source.interface {
            Some(_) if is_amazons(&packet.destination, self.net) => {
                self.pass(packet, || ("AWS".into(), "answered by AWS itself, past every rule and ACL".into()));
                Ok(())
            }
            Some(from) => {
                self.group(from, packet, false)?;
                self.leave(from, packet.clone(), self.net.interfaces[from].source_ports(), 0)
            }
            None => self.come_in(packet.clone(), Ports::ANYONE),
        }
    }

    /// Follows the answer back.
    pub fn back(&mut self) -> Passed {
        self.back = true;
        for Segment { kind, packet, ports } in self.segments.clone().into_iter().rev() {
            let answer = packet.answer();
            match kind {
                Between::Local { from, to } => self.cross(to, from, &answer, ports)?,
                Between::Out { from } | Between::Endpoint { from } => self.acl_of(from, &answer, true, ports)?,
                Between::In { to } => self.answer_outside(to, &answer, ports)?,
            }
        }
        Ok(())
    }

    /// An answer leaves as its question came: through the internet gateway.
    fn answer_outside(&mut self, from: usize, answer: &Packet, ports: Ports) -> Passed {
        let (target, named) = self.route(from, answer)?;
        if !matches!(target, Target::Internet | Target::Unknown) {
            let why = format!("{named}, though the question came through the internet gateway");
            let lack = Lack::Route { subnet: self.net.interfaces[from].subnet, packet: answer.clone() };
            return self.stop(Reason::NoRoute, "route table", answer, why, lack);
        }
        self.acl_of(from, answer, false, ports)
    }

    /// From an interface onwards.
    fn leave(&mut self, from: usize, packet: Packet, ports: Ports, nats: usize) -> Passed {
        if let Some(to) = packet.destination.interface {
            self.cross(from, to, &packet, ports)?;
            self.segments.push(Segment { kind: Between::Local { from, to }, packet: packet.clone(), ports });
            return self.group(to, &packet, true);
        }
        if packet.destination.address.is_some_and(|address| self.net.cidr.contains(&address)) {
            return self.stop(
                Reason::NobodyThere,
                "network",
                &packet,
                "no interface has this address".into(),
                Lack::Sense,
            );
        }
        match self.route(from, &packet)?.0 {
            Target::Internet => self.go_out(from, packet, ports),
            Target::Nat(nat) if nats == 0 => self.translate(from, nat, packet, ports),
            Target::Endpoint(name) => self.enter_endpoint(from, &name, packet, ports),
            // Whatever it is, it leads outside and answers come back, or else the route would have counted as gone.
            Target::Unknown => self.acl_of(from, &packet, false, ports),
            Target::Nat(_) | Target::Blackhole => {
                let why = "the target of the route is gone".to_owned();
                self.stop(Reason::Blackhole, "route table", &packet, why, Lack::Sense)
            }
        }
    }

    /// Through a NAT, which sends on in its own name.
    fn translate(&mut self, from: usize, nat: usize, packet: Packet, ports: Ports) -> Passed {
        self.cross(from, nat, &packet, ports)?;
        self.segments.push(Segment { kind: Between::Local { from, to: nat }, packet: packet.clone(), ports });
        self.group(nat, &packet, true)?;
        let source_port = if packet.protocol.has_ports() { self.nat_port } else { 0 };
        let sent = Packet { source: self.net.private_end(nat), source_port, ..packet };
        let net = self.net;
        self.pass(&sent, || (net.named(nat), "the source becomes the NAT's".into()));
        self.group(nat, &sent, false)?;
        self.leave(nat, sent, Ports::ANYONE, 1)
    }

    /// Through the internet gateway.
    fn go_out(&mut self, from: usize, packet: Packet, ports: Ports) -> Passed {
        self.acl_of(from, &packet, false, ports)?;
        if !self.net.interfaces[from].public {
            let why = format!("{} has no public address", self.net.named(from));
            return self.stop(
                Reason::NoPublicAddress,
                "internet gateway",
                &packet,
                why,
                Lack::Public { interface: from },
            );
        }
        if packet.destination.address.is_some_and(|address| address.is_private()) {
            let why = "the destination is private".to_owned();
            return self.stop(Reason::PrivateOutside, "internet gateway", &packet, why, Lack::Sense);
        }
        self.segments.push(Segment { kind: Between::Out { from }, packet: packet.clone(), ports });
        let sent = Packet { source: self.net.public_end(from), ..packet };
        self.pass(&sent, || ("internet gateway".into(), "the source becomes its public address".into()));
        if sent.destination.public.is_some() { self.come_in(sent, ports) } else { Ok(()) }
    }

    /// From outside through the internet gateway.
    fn come_in(&mut self, packet: Packet, ports: Ports) -> Passed {
        if !self.net.gateway {
            let why = "the network has no internet gateway".to_owned();
            return self.stop(Reason::NobodyThere, "internet", &packet, why, Lack::Sense);
        }
        let Some(to) = packet.destination.public.or(packet.destination.interface) else {
            return self.stop(Reason::NobodyThere, "internet", &packet, "nothing of this network".into(), Lack::Sense);
        };
        if packet.source.address.is_some_and(|address| address.is_private()) {
            let why = "the source is private".to_owned();
            return self.stop(Reason::PrivateSource, "internet gateway", &packet, why, Lack::Sense);
        }
        if packet.destination.public.is_none() {
            let why = format!("{} has no public address", self.net.named(to));
            return self.stop(Reason::NotPublic, "internet gateway", &packet, why, Lack::Public { interface: to });
        }
        if self.net.interfaces[to].kind == Kind::NatGateway {
            let why = "a NAT gateway takes answers alone".to_owned();
            return self.stop(Reason::NotPublic, "internet gateway", &packet, why, Lack::Sense);
        }
        let inside = Packet { destination: self.net.private_end(to), ..packet };
        self.pass(&inside, || ("internet gateway".into(), "the destination becomes its private address".into()));
        self.acl_of(to, &inside, true, ports)?;
        self.segments.push(Segment { kind: Between::In { to }, packet: inside.clone(), ports });
        self.group(to, &inside, true)
    }

    fn enter_endpoint(&mut self, from: usize, name: &str, packet: Packet, ports: Ports) -> Passed {
        if packet.protocol == Protocol::Udp {
            let why = format!("{name} takes no {}", packet.protocol.name());
            return self.stop(Reason::EndpointProtocol, "gateway endpoint", &packet, why, Lack::Sense);
        }
        self.acl_of(from, &packet, false, ports)?;
        self.pass(&packet, || (format!("gateway endpoint {name}"), "the source stays private".into()));
        self.segments.push(Segment { kind: Between::Endpoint { from }, packet, ports });
        Ok(())
    }

    /// Between two interfaces: ACLs stand at the borders of subnets, and the route within the network comes before all.
    fn cross(&mut self, from: usize, to: usize, packet: &Packet, ports: Ports) -> Passed {
        if self.net.interfaces[from].subnet == self.net.interfaces[to].subnet {
            let net = self.net;
            self.pass(packet, || (net.named(to), "same subnet: no ACL between".into()));
            return Ok(());
        }
        self.acl_of(from, packet, false, ports)?;
        self.acl_of(to, packet, true, ports)
    }

    /// The ACL of the subnet where an interface stands: the lowest entry that covers the packet decides.
    fn acl_of(&mut self, interface: usize, packet: &Packet, inbound: bool, ports: Ports) -> Passed {
        let (net, subnet) = (self.net, self.net.interfaces[interface].subnet);
        let way = if inbound { "inbound" } else { "outbound" };
        let Some(name) = &net.subnets[subnet].acl else {
            let at = || format!("{} {way}", net.subnets[subnet].name);
            self.pass(packet, || (at(), "the default network ACL allows all".into()));
            return Ok(());
        };
        let acl = &net.acls[name];
        let entries = if inbound { &acl.inbound } else { &acl.outbound };
        let at = || format!("network ACL {name} of {} {way}", net.subnets[subnet].name);
        let decides = entries.iter().find(|entry| self.covers(at, entry, packet));
        match decides {
            Some(entry) if entry.allow => {
                self.pass(packet, || (at(), entry.to_string()));
                Ok(())
            }
            found => {
                let rule = found.map_or("* deny all".to_owned(), AclEntry::to_string);
                let lack = Lack::Entry { subnet, inbound, packet: packet.clone(), ports };
                self.stop(Reason::AclRestriction, &at(), packet, rule, lack)
            }
        }
    }

    fn covers(&mut self, at: impl Fn() -> String, entry: &AclEntry, packet: &Packet) -> bool {
        self.world.holds(entry.covers(packet), || format!("does `{entry}` of {} cover {packet}", at()))
    }

    /// The security groups of an interface: any rule lets a connection through, and answers need none.
    fn group(&mut self, interface: usize, packet: &Packet, inbound: bool) -> Passed {
        let net = self.net;
        let Some(names) = &net.interfaces[interface].groups else { return Ok(()) };
        let way = if inbound { "inbound" } else { "outbound" };
        let at = || format!("security groups of {} {way}", net.named(interface));
        let of = |name: &String| if inbound { &net.groups[name].inbound } else { &net.groups[name].outbound };
        let rules: Vec<(&String, &GroupRule)> = names.iter().flat_map(|n| of(n).iter().map(move |r| (n, r))).collect();
        let holds = |rule: &GroupRule| rule.allows(packet, |i, group| net.is_member(i, group));
        let sure = rules.iter().find(|(_, rule)| holds(rule) == Some(true));
        let found = sure.or_else(|| rules.iter().find(|(_, rule)| self.may(at, rule, holds(rule), packet)));
        if let Some((name, rule)) = found {
            self.pass(packet, || (at(), format!("{name}: {rule}")));
            return Ok(());
        }
        let (reason, why) = match rules.len() {
            0 => (Reason::GroupEmpty, format!("no rules in {}", names.join(", "))),
            n => (Reason::GroupMismatch, format!("none of {n} rules in {} allows it", names.join(", "))),
        };
        self.stop(reason, &at(), packet, why, Lack::Rule { interface, inbound, packet: packet.clone() })
    }

    fn may(&mut self, at: impl Fn() -> String, rule: &GroupRule, holds: Holds, packet: &Packet) -> bool {
        self.world.holds(holds, || format!("does `{rule}` of {} allow {packet}", at()))
    }

    /// The route that decides, and its words: the longest prefix that holds the destination.
    fn route(&mut self, from: usize, packet: &Packet) -> Passed<(Target, String)> {
        let (net, subnet) = (self.net, self.net.interfaces[from].subnet);
        let table = net.subnets[subnet].table.as_ref();
        let routes = table.map_or(&[][..], |name| &net.tables[name]);
        let at = || format!("route table {} of {}", table.map_or("(none)", |t| t), net.subnets[subnet].name);
        let found = routes.iter().find(|route| self.leads(at, route, packet));
        let Some(route) = found else {
            let lack = Lack::Route { subnet, packet: packet.clone() };
            return self.stop(Reason::NoRoute, &at(), packet, "only the route within the network".into(), lack);
        };
        let named = format!("{} to {}", route.to, self.target(&route.target));
        let gone = route.target == Target::Unknown
            && !self.world.holds(None, || format!("does `{named}` of {} lead outside", at()));
        let target = if gone { Target::Blackhole } else { route.target.clone() };
        self.pass(packet, || (at(), named.clone()));
        Ok((target, named))
    }

    fn leads(&mut self, at: impl Fn() -> String, route: &Route, packet: &Packet) -> bool {
        let end = &packet.destination;
        let holds = match &route.to {
            Destination::Range(net) => rule::in_range(net, end),
            Destination::Service(name) => Some(end.service.as_deref() == Some(name)),
        };
        self.world.holds(holds, || format!("does {} of {} hold {end}", route.to, at()))
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Internet => "the internet gateway".to_owned(),
            Target::Nat(nat) => self.net.named(*nat),
            Target::Endpoint(name) => format!("endpoint {name}"),
            Target::Blackhole => "blackhole".to_owned(),
            Target::Unknown => "?".to_owned(),
        }
    }

    fn pass(&mut self, packet: &Packet, said: impl FnOnce() -> (String, String)) {
        if self.tells {
            let (at, rule) = said();
            self.hops.push(Hop { at, packet: packet.to_string(), rule });
        }
    }

    fn stop<T>(&self, reason: Reason, at: &str, packet: &Packet, rule: String, lack: Lack) -> Passed<T> {
        let hop = Hop { at: at.to_owned(), packet: packet.to_string(), rule };
        Err(Box::new(Blocked { reason, hop, back: self.back, lack }))
    }
}

/// Addresses at which AWS itself answers, whatever rules say: resolver, metadata, time (Amazon VPC User Guide, network ACLs
/// and security groups; the resolver is also at the third address of the network).
fn is_amazons(end: &End, net: &Network) -> bool {
    let Some(address) = end.address else { return false };
    let resolver = u32::from(net.cidr.network()) + 2 == u32::from(address);
    let octets = address.octets();
    resolver || (octets[..3] == [169, 254, 169] && matches!(octets[3], 123 | 253 | 254))
}
