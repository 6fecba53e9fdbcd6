//! Traffic between zones and to the internet. A GB that crosses zones is paid twice: where it leaves and where it arrives.

use crate::cost::draft::{Asked, Draft};

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let loads = asked.loads;
    vec![
        Draft::fixed("network", "between zones, both ends", "traffic.cross-zone", "gb", loads.cross_zone_gb.times(2)),
        Draft::fixed("network", "to the internet", "egress.internet", "gb", loads.egress_gb),
    ]
}
