//! Traffic to a service of AWS: through a NAT gateway that is there anyway, a gateway endpoint, or an interface endpoint.

use super::nat::whole_up;
use super::{Book, BreakEven, month};
use crate::cost::money::{Quantity, Usd};
use crate::cost::prices::Prices;
use crate::cost::table::Table;

const FORMULA: &str = "NAT = GB x processed; gateway endpoint = 0; interface endpoint = zones x 730 x hour + GB x \
                       its own price; they meet at GB = zones x 730 x hour / (processed - its own price)";

/// Amounts that are shown.
const GB: [u64; 5] = [0, 10, 100, 1000, 10_000];
/// The zones of the interface endpoint that is shown.
const ZONES: u64 = 2;

pub(super) fn made(prices: &'static Prices) -> Option<BreakEven> {
    let book = Book::new(prices);
    let (nat, hour) = (book.price("nat-gateway.gb")?, book.price("vpc-endpoint.interface.hour")?);
    let (own, free) = (book.price("vpc-endpoint.interface.gb")?, book.price("vpc-endpoint.gateway.hour")?);
    let standing = month(hour).times(ZONES);
    let mut table = Table::new(&["GB a month", "through NAT", "gateway endpoint", "interface endpoint, 2 zones"]);
    for gb in GB.map(Quantity::whole) {
        let costs: [Usd; 3] = [nat.times(gb), month(free), standing + own.times(gb)];
        table.rows.push([gb.to_string()].into_iter().chain(costs.map(|cost| cost.to_string())).collect());
    }
    let meet = |zones: u64| whole_up(nat.above(own).and_then(|more| month(hour).times(zones).over(more)));
    let says = vec![
        "a gateway endpoint is cheaper from the first GB; there are such for s3 and dynamodb alone".to_owned(),
        format!("an interface endpoint is cheaper from {} GB in 1 zone, {} in 2, {} in 3", meet(1), meet(2), meet(3)),
    ];
    Some(BreakEven { title: "NAT gateway or endpoint", formula: FORMULA, table, says, sources: book.sources() })
}
