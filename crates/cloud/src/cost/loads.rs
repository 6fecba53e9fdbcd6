//! The load of a design as exact quantities.

use super::CostError;
use super::money::Quantity;
use crate::design::Load;

/// The figures of [`Load`], a month unless their names say otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loads {
    pub requests_per_s: Quantity,
    pub requests_per_s_an_instance: Quantity,
    pub egress_gb: Quantity,
    pub edge_gb: Quantity,
    pub edge_requests_m: Quantity,
    pub nat_gb: Quantity,
    pub endpoint_gb: Quantity,
    pub cross_zone_gb: Quantity,
    pub stored_gb: Quantity,
    pub writes_k: Quantity,
    pub reads_k: Quantity,
    pub messages_m: Quantity,
    pub dns_queries_m: Quantity,
}

impl Loads {
    /// Refuses figures that are none, or below nothing.
    pub fn read(load: &Load) -> Result<Self, CostError> {
        let read = |figure, value: f64| {
            Quantity::read(value).ok_or(CostError::Load { figure, value, most: Quantity::LARGEST })
        };
        Ok(Self {
            requests_per_s: read("requests_per_s", load.requests_per_s)?,
            requests_per_s_an_instance: read("requests_per_s_an_instance", load.requests_per_s_an_instance)?,
            egress_gb: read("egress_gb", load.egress_gb)?,
            edge_gb: read("edge_gb", load.edge_gb)?,
            edge_requests_m: read("edge_requests_m", load.edge_requests_m)?,
            nat_gb: read("nat_gb", load.nat_gb)?,
            endpoint_gb: read("endpoint_gb", load.endpoint_gb)?,
            cross_zone_gb: read("cross_zone_gb", load.cross_zone_gb)?,
            stored_gb: read("stored_gb", load.stored_gb)?,
            writes_k: read("writes_k", load.writes_k)?,
            reads_k: read("reads_k", load.reads_k)?,
            messages_m: read("messages_m", load.messages_m)?,
            dns_queries_m: read("dns_queries_m", load.dns_queries_m)?,
        })
    }
}
