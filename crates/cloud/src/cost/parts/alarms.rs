//! Alarms by CloudWatch, of one metric each.

use crate::cost::draft::{Asked, Draft};
use crate::cost::money::Quantity;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let alarms = Quantity::whole(asked.design.alarms.len() as u64);
    vec![Draft::fixed("alarms", "alarms", "cloudwatch.alarm", "month", alarms)]
}
