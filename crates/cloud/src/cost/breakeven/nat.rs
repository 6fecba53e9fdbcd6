//! A NAT gateway against a NAT instance.

use super::{Book, BreakEven, month};
use crate::cost::instances;
use crate::cost::money::Quantity;
use crate::cost::prices::Prices;
use crate::cost::table::Table;

const FORMULA: &str = "gateway = 730 x (hour + address) + GB x processed; instance = 730 x (hour + address) + 8 GB of \
                       disk; they meet at GB = (instance - gateway of 0 GB) / processed";

pub(super) fn made(prices: &'static Prices) -> Option<BreakEven> {
    let book = Book::new(prices);
    let address = book.address()?;
    let idle = month(book.price("nat-gateway.hour")?) + address;
    let processed = book.price("nat-gateway.gb")?;
    let mut table = Table::new(&["instance", "USD a month", "cheaper than a gateway from GB a month"]);
    for kind in instances::all().iter().filter(|kind| kind.arm) {
        let Some(instance) = book.instance(&kind.name) else { continue };
        let cost = instance + address;
        let first = if cost > idle { whole_up((cost - idle).over(processed)) } else { "0".to_owned() };
        table.rows.push(vec![kind.name.clone(), cost.to_string(), first]);
    }
    let says = vec![
        format!("a gateway costs {idle} when idle and {} a GB more", processed.usd()),
        "an instance carries only what its network does, is one machine in one zone, and is yours to keep running"
            .to_owned(),
        "what goes on to the internet is paid in both cases, and not counted here".to_owned(),
    ];
    Some(BreakEven { title: "NAT gateway or NAT instance", formula: FORMULA, table, says, sources: book.sources() })
}

/// In whole units, the last one begun counted in full.
pub(super) fn whole_up(quantity: Option<Quantity>) -> String {
    let whole = quantity.and_then(|quantity| quantity.wholes(Quantity::whole(1)));
    whole.map_or_else(|| "?".to_owned(), |whole| whole.to_string())
}
