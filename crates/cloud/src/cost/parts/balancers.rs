//! Load balancers: their hours, and their capacity units (LCU).
//!
//! The largest of four dimensions is billed: 25 new connections a second, 3,000 active ones a minute, 1 GB an hour, 1,000
//! evaluations of rules a second, of which the first 10 rules are free
//! (<https://aws.amazon.com/elasticloadbalancing/pricing/>, as <https://internettoolset.com/cloud/load-balancer-calculator>
//! tells it). Every request is taken to be a connection of its own, the load to be even over the month, and what the
//! internet is sent to pass through the balancers: the dearest reading of `load`.

use crate::cost::draft::{Asked, Draft};
use crate::cost::money::{HOURS, Quantity};
use crate::cost::span::Span;

/// Rules that cost nothing.
const FREE_RULES: usize = 10;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let hours = |name: &str| Draft::hours(name, "load balancer", "alb.hour", Span::fixed(1));
    let mut drafts: Vec<Draft> = asked.design.load_balancers.keys().map(|name| hours(name.get_ref())).collect();
    if !drafts.is_empty() {
        let units = units(asked);
        drafts.push(Draft::fixed("load balancers", "capacity units", "alb.lcu-hour", "lcu-hour", units));
    }
    drafts
}

/// Capacity units times hours.
fn units(asked: &Asked) -> Quantity {
    let requests = asked.loads.requests_per_s;
    let listeners = asked.design.load_balancers.values().flat_map(|balancer| &balancer.listeners);
    let rules = listeners.map(|listener| listener.rules.len()).max().unwrap_or_default();
    let paid = u64::try_from(rules.saturating_sub(FREE_RULES)).unwrap_or(u64::MAX);
    let new = requests.part(HOURS, 25);
    // A connection counts in the minute in which it is open: 60 a minute for one a second.
    let active = requests.part(60 * HOURS, 3000);
    let bytes = asked.loads.egress_gb;
    let evaluations = requests.times(paid).part(HOURS, 1000);
    new.max(active).max(bytes).max(evaluations)
}
