//! One connection, followed: the packet there, hop by hop, then its answer.
//!
//! [`ways`] says where a packet goes next, [`rules`] whether it may, [`hop`] what is told of it.

mod hop;
mod rules;
mod ways;

pub(super) use hop::Lack;
pub use hop::{Blocked, Hop};

use super::reason::Reason;
use super::world::World;
use crate::network::Network;
use crate::packet::{Packet, Ports};

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
            Some(_) if ways::is_amazons(&packet.destination, self.net) => {
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
