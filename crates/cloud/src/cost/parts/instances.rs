//! Instances, alone and in groups, and their disks, which are taken to be gp3.

use crate::cost::draft::{Asked, Draft};
use crate::cost::money::Quantity;
use crate::cost::span::Span;
use crate::design::Purchase;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, group) in &asked.design.auto_scaling_groups {
        let count = asked.count(name, group);
        drafts.push(machines(asked, name.get_ref(), &group.instance_type, group.purchase, count));
        drafts.push(disks(name.get_ref(), group.disk_gb, count));
    }
    for (name, instance) in &asked.design.instances {
        let one = Span::fixed(1);
        drafts.push(machines(asked, name.get_ref(), &instance.instance_type, instance.purchase, one));
        drafts.push(disks(name.get_ref(), instance.disk_gb, one));
    }
    drafts
}

pub(super) fn machines(asked: &Asked, name: &str, kind: &str, purchase: Purchase, count: Span<u64>) -> Draft {
    let plan = asked.plan.row(purchase);
    let draft = Draft::hours(name, format!("{kind}, {plan}"), format!("ec2.{kind}"), count);
    draft.by(plan)
}

pub(super) fn disks(name: &str, gb: u32, count: Span<u64>) -> Draft {
    let size = Quantity::whole(u64::from(gb));
    Draft::new(name, "disk, gp3", "ebs.gp3", "gb-month", count.map(|count| size.times(count)))
}
