//! What a bill takes for granted, said where it matters.

use super::draft::Asked;
use super::money::Quantity;
use super::plan::Plan;
use crate::design::Load;

/// One sentence each.
pub(super) fn notes(asked: &Asked) -> Vec<String> {
    let mut notes = assumptions(asked);
    notes.extend(
        left_out(asked)
            .into_iter()
            .map(|(figure, of)| format!("load.{figure} is not counted, since the design has {of}")),
    );
    notes
}

fn assumptions(asked: &Asked) -> Vec<String> {
    let design = asked.design;
    let free = matches!(asked.plan, Plan::FreeTierBefore | Plan::FreeTierSince);
    let said = [
        (design.load == Load::default(), "the design states no load: traffic, requests and messages count as nothing"),
        (!design.load_balancers.is_empty(), "capacity units: every request is a new connection, the load is even"),
        (!design.queues.is_empty(), "a message makes three requests: sent, received, deleted"),
        (!design.records.is_empty(), "all names are in one hosted zone"),
        (
            design.colours.is_some(),
            "the idle colour has its least: what it has more while a release is made is not counted",
        ),
        (asked.plan == Plan::Spot, "spot: one reading of a price that moves, and of one zone"),
        (free, "what is free of charge is shared by all that the account runs"),
        (free, "free disks and storage of databases have no sourced figure here and are not taken off"),
        (!free, "what is free of charge is not taken off: see --plan free-tier-before and free-tier-since"),
        (true, "not counted: tax, support, snapshots, logs, credits of burstable instances, alarms made by scaling"),
    ];
    said.iter().filter(|(holds, _)| *holds).map(|(_, note)| (*note).to_owned()).collect()
}

/// Figures of the load for which the design has no component.
fn left_out(asked: &Asked) -> Vec<(&'static str, &'static str)> {
    let (design, loads) = (asked.design, asked.loads);
    let interface = |endpoint: &crate::design::Endpoint| endpoint.kind == crate::design::EndpointKind::Interface;
    let figures = [
        ("edge_gb", loads.edge_gb, design.distributions.is_empty(), "no distribution"),
        ("edge_requests_m", loads.edge_requests_m, design.distributions.is_empty(), "no distribution"),
        ("nat_gb", loads.nat_gb, design.nats.is_empty(), "no NAT"),
        ("endpoint_gb", loads.endpoint_gb, !design.endpoints.values().any(interface), "no interface endpoint"),
        ("stored_gb", loads.stored_gb, design.buckets.is_empty(), "no bucket"),
        ("writes_k", loads.writes_k, design.buckets.is_empty(), "no bucket"),
        ("reads_k", loads.reads_k, design.buckets.is_empty(), "no bucket"),
        ("messages_m", loads.messages_m, design.queues.is_empty(), "no queue"),
        ("dns_queries_m", loads.dns_queries_m, design.records.is_empty(), "no record"),
    ];
    let stated = figures.into_iter().filter(|(_, figure, missing, _)| *missing && *figure > Quantity::default());
    stated.map(|(name, _, _, of)| (name, of)).collect()
}
