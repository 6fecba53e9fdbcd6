//! How much a design bears.

use crate::design::Design;
use std::collections::BTreeSet;

/// Requests a second that the members of the target groups bear, every group grown to its most; the idle colour bears
/// none. A bound: whatever they depend on may give in before. Nothing where the load does not say what one instance bears,
/// or no balancer passes requests on.
pub fn capacity(design: &Design) -> Option<f64> {
    let one = design.load.requests_per_s_an_instance;
    let members: BTreeSet<&str> =
        design.serving().flat_map(|(_, group)| &group.members).map(|member| member.get_ref().as_str()).collect();
    let most = |name: &&str| design.auto_scaling_groups.get(*name).map_or(1, |group| u64::from(group.max));
    let instances: u64 = members.iter().map(most).sum();
    (one > 0.0 && instances > 0).then_some(one * instances as f64)
}
