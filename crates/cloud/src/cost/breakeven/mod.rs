//! From where on one way is cheaper than another. Every figure is a month of 730 hours, in USD before tax.

mod endpoint;
mod fargate;
mod nat;
mod scale;

use super::CostError;
use super::money::{HOURS, Price, Quantity, Usd};
use super::prices::{Prices, Row};
use super::source::{Source, each_once};
use super::table::Table;
use serde::Serialize;
use std::cell::RefCell;
use std::fmt::{self, Display};

/// Two ways and where they meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakEven {
    /// Which ways.
    pub title: &'static str,
    /// How the figures are made.
    pub formula: &'static str,
    /// The figures.
    pub table: Table,
    /// What they mean, and what they leave out.
    pub says: Vec<String>,
    /// The prices.
    pub sources: Vec<Source>,
}

/// All of them for a region; scaling up against scaling out for so much a month.
///
/// # Errors
/// Where the region has no prices.
pub fn break_evens(region: &str, budget: Usd) -> Result<Vec<BreakEven>, CostError> {
    let prices = super::prices_of(region)?;
    let all = [nat::made(prices), endpoint::made(prices), fargate::made(prices), scale::made(prices, budget)];
    Ok(all.into_iter().flatten().collect())
}

/// The disk of an instance that is compared with something else.
pub(super) const DISK_GB: u64 = 8;

/// Prices of a region, and which of them were asked for.
pub(super) struct Book {
    prices: &'static Prices,
    used: RefCell<Vec<Source>>,
}

impl Book {
    pub(super) fn new(prices: &'static Prices) -> Self {
        Self { prices, used: RefCell::default() }
    }

    /// The price of an item by the hour, or whatever its unit is; none where it is unpriced.
    pub(super) fn price(&self, item: &str) -> Option<Price> {
        self.under(item, super::prices::ON_DEMAND)
    }

    /// The same under another plan.
    pub(super) fn under(&self, item: &str, plan: &str) -> Option<Price> {
        let row = self.prices.row(item, plan)?;
        let price = row.price()?;
        self.add(row);
        Some(price)
    }

    /// A month of an instance and its disk.
    pub(super) fn instance(&self, kind: &str) -> Option<Usd> {
        let hour = self.price(&format!("ec2.{kind}"))?;
        Some(month(hour) + self.price("ebs.gp3")?.times(Quantity::whole(DISK_GB)))
    }

    /// A month of a public address.
    pub(super) fn address(&self) -> Option<Usd> {
        self.price("public-ipv4.hour").map(month)
    }

    pub(super) fn add_type(&self, kind: &super::instances::InstanceType) {
        self.used.borrow_mut().push(Source::from(kind));
    }

    pub(super) fn sources(self) -> Vec<Source> {
        each_once(self.used.into_inner())
    }

    fn add(&self, row: &Row) {
        self.used.borrow_mut().push(Source::from(row));
    }
}

/// A price by the hour, for a month.
pub(super) fn month(hour: Price) -> Usd {
    hour.times(Quantity::whole(HOURS))
}

impl Display for BreakEven {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{}\n{}\n\n{}", self.title, self.formula, self.table)?;
        self.says.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
