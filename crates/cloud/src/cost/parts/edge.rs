//! CloudFront: what the edge sends, and the requests that it answers, taken to be by HTTPS.

use crate::cost::draft::{Asked, Draft};

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    if asked.design.distributions.is_empty() {
        return Vec::new();
    }
    let requests = asked.loads.edge_requests_m.times(100);
    vec![
        Draft::fixed("edge", "to the internet", "cloudfront.egress", "gb", asked.loads.edge_gb),
        Draft::fixed("edge", "requests", "cloudfront.requests.https", "10000-requests", requests),
    ]
}
