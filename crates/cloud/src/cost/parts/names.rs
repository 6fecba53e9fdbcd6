//! Names by Route 53: one hosted zone for all of them, and a health check for every target of a name that asks.

use crate::cost::draft::{Asked, Draft};
use crate::cost::money::Quantity;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let records = &asked.design.records;
    if records.is_empty() {
        return Vec::new();
    }
    let asking = records.values().filter(|record| record.health_path.is_some());
    let checks = asking.map(|record| record.targets.len() as u64).sum();
    let checks = Quantity::whole(checks);
    vec![
        Draft::fixed("names", "hosted zone", "route53.hosted-zone", "month", Quantity::whole(1)),
        Draft::fixed("names", "health checks", "route53.health-check", "month", checks),
        Draft::fixed("names", "questions", "route53.queries", "million-requests", asked.loads.dns_queries_m),
    ]
}
