//! What a month costs, line by line.

use super::draft::Draft;
use super::free::{Credit, Free};
use super::money::{Quantity, Usd};
use super::plan::Plan;
use super::prices::{Prices, Row};
use super::span::Span;
use crate::design::Design;
use serde::Serialize;

/// So much of something, and what it costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Whose it is: a name of the design, or a word for what belongs to all of it.
    pub name: String,
    /// What it is, in words.
    pub what: String,
    /// As the price lists name it.
    pub item: String,
    /// In what it is counted.
    pub unit: &'static str,
    /// How much of it is paid for, a month.
    pub quantity: Span<Quantity>,
    /// How much of it is free of charge.
    pub free: Span<Quantity>,
    /// What it costs; nothing where it is unpriced.
    pub amount: Option<Span<Usd>>,
    /// The price and its source; nothing where there is no such row, or none with a figure.
    pub price: Option<&'static Row>,
}

/// What a month of a design costs, before tax.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// The name of the design.
    pub design: String,
    /// Where it runs.
    pub region: String,
    /// How it is paid for.
    pub plan: Plan,
    /// Its parts.
    pub lines: Vec<Line>,
    /// The sum of the lines that have a price: a lower bound where others have none.
    pub total: Span<Usd>,
    /// Lines without a price, by their names and items.
    pub unpriced: Vec<String>,
    /// Credits that an account has once; they are not taken off the total.
    pub credits: Vec<Credit>,
    /// What was taken for granted, and what is not counted.
    pub notes: Vec<String>,
}

/// Is it paid for, or would be if it were not free of charge.
pub(super) fn is_used(draft: &Draft) -> bool {
    draft.quantity.most > Quantity::default() || draft.free.most > Quantity::default()
}

/// Looks a draft up. A row that counts in another unit is not its row.
pub(super) fn line(draft: Draft, prices: &'static Prices) -> Line {
    let row = prices.row(&draft.item, draft.plan).filter(|row| row.unit == draft.unit && row.usd.is_some());
    let Draft { name, what, item, unit, quantity, free, .. } = draft;
    let nothing = quantity.most == Quantity::default();
    let amount = row.and_then(Row::price).map(|price| quantity.map(|quantity| price.times(quantity)));
    let amount = amount.or(nothing.then(|| Span::fixed(Usd::default())));
    Line { name, what, item, unit, quantity, free, amount, price: row }
}

impl Bill {
    pub(super) fn new(design: &Design, plan: Plan, lines: Vec<Line>, notes: Vec<String>) -> Self {
        let amounts = lines.iter().filter_map(|line| line.amount);
        let total = amounts.fold(Span::fixed(Usd::default()), |sum, amount| sum.with(amount, |a, b| a + b));
        let missing = lines.iter().filter(|line| line.amount.is_none());
        Self {
            design: design.name.clone(),
            region: design.region.clone(),
            plan,
            unpriced: missing.map(|line| format!("{} ({})", line.name, line.item)).collect(),
            lines,
            total,
            credits: Free::known().credits_of(plan).cloned().collect(),
            notes,
        }
    }

    /// Is the total only a lower bound.
    pub fn is_bound(&self) -> bool {
        !self.unpriced.is_empty()
    }
}
