//! What a design costs, by hand, by rule and by property.

mod breakeven;
mod data;
mod free;
mod growth;
mod hand;
mod monotone;

use super::*;
use crate::examples::named;

/// A design with one of everything.
const ALL: &str = include_str!("all.toml");

/// The example without what it says of its load.
fn securewallet() -> &'static str {
    named("securewallet").unwrap().text.split("\n[load]").next().unwrap()
}

/// The bill of a design with `old` replaced.
fn bill(text: &str, plan: Plan) -> Bill {
    cost(&Design::parse(text).unwrap(), plan).unwrap()
}

/// The line of this name whose words begin like this.
fn line<'a>(bill: &'a Bill, name: &str, what: &str) -> &'a Line {
    let found = bill.lines.iter().find(|line| line.name == name && line.what.starts_with(what));
    found.unwrap_or_else(|| panic!("no {name}: {what} in\n{bill}"))
}

/// Least and most of a line, to a hundredth of a cent.
fn amounts(bill: &Bill, name: &str, what: &str) -> [String; 2] {
    let amount = line(bill, name, what).amount.unwrap_or_else(|| panic!("{name}: {what} is unpriced"));
    [amount.least.exact(), amount.most.exact()]
}

fn totals(bill: &Bill) -> [String; 2] {
    [bill.total.least.exact(), bill.total.most.exact()]
}
