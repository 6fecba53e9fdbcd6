//! Few large instances against many small ones, for the same money.

use super::{Book, BreakEven};
use crate::cost::instances::{self, InstanceType};
use crate::cost::money::Usd;
use crate::cost::prices::Prices;
use crate::cost::table::Table;

const FORMULA: &str = "how many = budget / (730 x hour + 8 GB of disk), rounded down; what is left when one is lost = \
                       (how many - 1) / how many";

pub(super) fn made(prices: &'static Prices, budget: Usd) -> Option<BreakEven> {
    let book = Book::new(prices);
    let mut kinds: Vec<(&InstanceType, Usd)> =
        instances::all().iter().filter_map(|kind| Some((kind, book.instance(&kind.name)?))).collect();
    kinds.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    let mut table = Table::new(&["instance", "USD each", "how many", "vCPU", "GiB", "left when one is lost"]);
    for (kind, cost) in kinds {
        let many = budget.wholes(cost).unwrap_or_default();
        book.add_type(kind);
        table.rows.push(row(kind, cost, many));
    }
    let says = vec![
        format!("for {budget} USD a month; up is the top of the table, out its foot"),
        "a single instance leaves nothing when it is lost; a balancer, which scaling out needs, is not counted"
            .to_owned(),
        "vCPUs of burstable instances (t2, t3, t4g) are not theirs all the time".to_owned(),
    ];
    Some(BreakEven { title: "scale up or scale out", formula: FORMULA, table, says, sources: book.sources() })
}

fn row(kind: &InstanceType, cost: Usd, many: u64) -> Vec<String> {
    let vcpus = u64::from(kind.vcpus) * many;
    let left = (100 * many.saturating_sub(1)).checked_div(many);
    let left = left.map_or("does not fit".to_owned(), |percent| format!("{percent} %"));
    vec![
        kind.name.clone(),
        cost.to_string(),
        many.to_string(),
        vcpus.to_string(),
        kind.memory().times(many).to_string(),
        left,
    ]
}
