//! What of a design costs money: one kind of component a file.

mod addresses;
mod alarms;
mod balancers;
mod buckets;
mod caches;
mod databases;
mod edge;
mod endpoints;
mod instances;
mod names;
mod nats;
mod queues;
mod traffic;

use super::draft::{Asked, Draft};

/// All of them, in the order in which a bill tells them.
const PARTS: [fn(&Asked) -> Vec<Draft>; 13] = [
    instances::drafts,
    databases::drafts,
    caches::drafts,
    balancers::drafts,
    nats::drafts,
    endpoints::drafts,
    addresses::drafts,
    traffic::drafts,
    edge::drafts,
    buckets::drafts,
    queues::drafts,
    names::drafts,
    alarms::drafts,
];

/// Whatever a design uses.
pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    PARTS.iter().flat_map(|part| part(asked)).collect()
}
