//! Buckets by S3, in the class Standard.

use crate::cost::draft::{Asked, Draft};

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    if asked.design.buckets.is_empty() {
        return Vec::new();
    }
    let loads = asked.loads;
    vec![
        Draft::fixed("buckets", "stored", "s3.standard", "gb-month", loads.stored_gb),
        Draft::fixed("buckets", "writes", "s3.put", "1000-requests", loads.writes_k),
        Draft::fixed("buckets", "reads", "s3.get", "1000-requests", loads.reads_k),
    ]
}
