//! Where a packet goes next: to its neighbour, through a NAT, a gateway or an endpoint.

use super::{Between, Lack, Passed, Segment, Walk};
use crate::network::{Kind, Network, Target};
use crate::packet::{End, Packet, Ports, Protocol};
use crate::trace::reason::Reason;

/// More NATs on a way than this are a circle.
const MOST_NATS: usize = 8;

impl Walk<'_> {
    /// An answer leaves as its question came: through the internet gateway.
    pub(super) fn answer_outside(&mut self, from: usize, answer: &Packet, ports: Ports) -> Passed {
        let (target, named) = self.route(from, answer)?;
        if !matches!(target, Target::Internet | Target::Unknown) {
            let why = format!("{named}, though the question came through the internet gateway");
            let lack = Lack::Route { subnet: self.net.interfaces[from].subnet, packet: answer.clone() };
            return self.stop(Reason::NoRoute, "route table", answer, why, lack);
        }
        self.acl_of(from, answer, false, ports)
    }

    /// From an interface onwards.
    pub(super) fn leave(&mut self, from: usize, packet: Packet, ports: Ports, nats: usize) -> Passed {
        if let Some(to) = packet.destination.interface {
            self.cross(from, to, &packet, ports)?;
            if self.net.interfaces[to].kind == Kind::NatGateway {
                // <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
                let why = "a NAT gateway passes on what is for others, and answers nothing itself".to_owned();
                return self.stop(Reason::NobodyThere, &self.net.named(to), &packet, why, Lack::Sense);
            }
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
        if packet.destination.address.is_some_and(|address| address.is_link_local()) {
            let why = "no route carries packets for AWS's own addresses".to_owned();
            return self.stop(Reason::NobodyThere, "network", &packet, why, Lack::Sense);
        }
        match self.route(from, &packet)?.0 {
            Target::Internet => self.go_out(from, packet, ports),
            Target::Nat(nat) if self.takes(from, nat, nats) => self.translate(from, nat, packet, ports, nats + 1),
            Target::Endpoint(name) => self.enter_endpoint(from, &name, packet, ports),
            // Whatever it is, it leads outside and answers come back, or else the route would have counted as gone.
            Target::Unknown => self.acl_of(from, &packet, false, ports),
            Target::Nat(_) | Target::Blackhole => {
                let why = "the target of the route is gone".to_owned();
                self.stop(Reason::Blackhole, "route table", &packet, why, Lack::Sense)
            }
        }
    }

    /// Does a NAT take this. No page of AWS says what becomes of a packet that another NAT sends on.
    fn takes(&mut self, from: usize, nat: usize, nats: usize) -> bool {
        let (net, others) = (self.net, nats > 0);
        let ends = others && (from == nat || nats > MOST_NATS);
        let asked = || format!("does {} take what {} sends on", net.named(nat), net.named(from));
        !ends && self.world.holds((!others).then_some(true), asked)
    }

    /// Through a NAT, which sends on in its own name.
    fn translate(&mut self, from: usize, nat: usize, packet: Packet, ports: Ports, nats: usize) -> Passed {
        self.cross(from, nat, &packet, ports)?;
        self.segments.push(Segment { kind: Between::Local { from, to: nat }, packet: packet.clone(), ports });
        self.group(nat, &packet, true)?;
        let source_port = if packet.protocol.has_ports() { self.nat_port } else { 0 };
        let sent = Packet { source: self.net.private_end(nat), source_port, ..packet };
        let net = self.net;
        self.pass(&sent, || (net.named(nat), "the source becomes the NAT's".into()));
        self.group(nat, &sent, false)?;
        self.leave(nat, sent, Ports::ANYONE, nats)
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
    pub(super) fn come_in(&mut self, packet: Packet, ports: Ports) -> Passed {
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
}

/// Addresses at which AWS itself answers, whatever rules say: resolver, metadata, time (Amazon VPC User Guide, network ACLs
/// and security groups; the resolver is also at the third address of the network).
pub(super) fn is_amazons(end: &End, net: &Network) -> bool {
    let Some(address) = end.address else { return false };
    let resolver = u32::from(net.cidr.network()) + 2 == u32::from(address);
    let octets = address.octets();
    resolver || (octets[..3] == [169, 254, 169] && matches!(octets[3], 123 | 253 | 254))
}
