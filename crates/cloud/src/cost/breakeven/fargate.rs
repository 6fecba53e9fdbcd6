//! A group of instances against Fargate, by how much of the time their capacity is needed.

use super::{Book, BreakEven};
use crate::cost::instances::{self, InstanceType};
use crate::cost::money::{Quantity, Usd};
use crate::cost::prices::Prices;
use crate::cost::table::Table;

const FORMULA: &str = "instance = 730 x hour + 8 GB of disk, needed or not; Fargate = 730 x used x (vCPU x vCPU-hour + \
                       GiB x GB-hour); they meet where used = instance / Fargate in use all the time";

pub(super) fn made(prices: &'static Prices) -> Option<BreakEven> {
    let book = Book::new(prices);
    let mut table =
        Table::new(&["instance", "USD a month", "Fargate of the same size", "instance is cheaper from use of"]);
    for kind in instances::all() {
        let Some((instance, same)) = book.instance(&kind.name).zip(same_size(&book, kind)) else { continue };
        book.add_type(kind);
        let used = instance.ratio(same) * 100.0;
        table.rows.push(vec![kind.name.clone(), instance.to_string(), same.to_string(), format!("{used:.1} %")]);
    }
    let says = vec![
        "used: the share of the month for which the vCPUs and the memory are needed; Fargate is taken to follow at once"
            .to_owned(),
        "a burstable instance (t2, t3, t4g) does not have its vCPUs all the time: compare by m, c and r where CPU counts"
            .to_owned(),
        "Fargate only comes in certain sizes; the same size is a price, not always one that can be ordered".to_owned(),
    ];
    Some(BreakEven { title: "instances or Fargate", formula: FORMULA, table, says, sources: book.sources() })
}

/// A month of as many vCPUs and as much memory, in use all the time.
fn same_size(book: &Book, kind: &InstanceType) -> Option<Usd> {
    let family = if kind.arm { "arm" } else { "x86" };
    let cpu = book.price(&format!("fargate.{family}.vcpu-hour"))?;
    let memory = book.price(&format!("fargate.{family}.gb-hour"))?;
    let hours = Quantity::whole(super::HOURS);
    let gib_hours = kind.memory().times(super::HOURS);
    Some(cpu.times(hours.times(u64::from(kind.vcpus))) + memory.times(gib_hours))
}
