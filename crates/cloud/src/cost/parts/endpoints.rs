//! Interface endpoints: by the hour in each zone, and by what goes through. Gateway endpoints cost nothing
//! (<https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html>).

use crate::cost::draft::{Asked, Draft};
use crate::cost::span::Span;
use crate::design::EndpointKind;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let endpoints = asked.design.endpoints.iter();
    let interfaces = endpoints.filter(|(_, endpoint)| endpoint.kind == EndpointKind::Interface);
    let draft = interfaces.map(|(name, endpoint)| {
        let what = format!("interface endpoint of {}", endpoint.service);
        let zones = Span::fixed(endpoint.subnets.len() as u64);
        Draft::hours(name.get_ref(), what, "vpc-endpoint.interface.hour", zones)
    });
    let mut drafts: Vec<Draft> = draft.collect();
    if !drafts.is_empty() {
        let gb = asked.loads.endpoint_gb;
        drafts.push(Draft::fixed("interface endpoints", "processed", "vpc-endpoint.interface.gb", "gb", gb));
    }
    drafts
}
