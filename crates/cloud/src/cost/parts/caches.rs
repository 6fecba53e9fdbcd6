//! Redis by ElastiCache: every node costs the same.

use crate::cost::draft::{Asked, Draft};
use crate::cost::span::Span;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let caches = asked.design.caches.iter();
    let draft = caches.map(|(name, cache)| {
        let (kind, nodes) = (&cache.node_type, Span::fixed(u64::from(cache.nodes)));
        Draft::hours(name.get_ref(), kind, format!("elasticache.redis.{kind}"), nodes)
    });
    draft.collect()
}
