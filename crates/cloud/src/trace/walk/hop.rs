//! What is told of a step, and of a packet that got no further.

use crate::packet::{Packet, Ports};
use crate::trace::reason::Reason;
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
    pub(in crate::trace) lack: Lack,
}

/// What a packet lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::trace) enum Lack {
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
