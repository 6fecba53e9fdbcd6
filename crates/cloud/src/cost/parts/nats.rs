//! NAT gateways by the hour and by what goes through, NAT instances as the instances that they are.

use super::instances;
use crate::cost::draft::{Asked, Draft};
use crate::cost::money::Quantity;
use crate::cost::span::Span;
use crate::design::{Nat, NatKind, Purchase};

/// The disk of a NAT instance, which the design does not name.
const DISK_GB: u32 = 8;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let nats = &asked.design.nats;
    let mut drafts: Vec<Draft> = nats.iter().flat_map(|(name, nat)| one(asked, name.get_ref(), nat)).collect();
    let gateways = nats.values().filter(|nat| nat.kind == NatKind::Gateway).count();
    if gateways > 0 {
        drafts.push(through(asked.loads.nat_gb, gateways == nats.len()));
    }
    drafts
}

fn one(asked: &Asked, name: &str, nat: &Nat) -> Vec<Draft> {
    let one = Span::fixed(1);
    match nat.kind {
        NatKind::Gateway => vec![Draft::hours(name, "NAT gateway", "nat-gateway.hour", one)],
        NatKind::Instance => {
            let kind = nat.instance_type.as_deref().unwrap_or("of no named type");
            vec![instances::machines(asked, name, kind, Purchase::OnDemand, one), instances::disks(name, DISK_GB, one)]
        }
    }
}

/// Beside gateways, instances may carry any part of it free of charge.
fn through(gb: Quantity, all: bool) -> Draft {
    let some = Span { least: Quantity::default(), mean: None, most: gb };
    let quantity = if all { Span::fixed(gb) } else { some };
    Draft::new("NAT gateways", "processed", "nat-gateway.gb", "gb", quantity)
}
