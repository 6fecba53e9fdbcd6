//! What AWS asks, by region: rows that were read somewhere, each with its source. A row without a figure is *unpriced*.

use super::money::Price;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A price.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Of what, such as `ec2.t3.medium`.
    pub item: String,
    /// How it is paid for: `on-demand`, `spot`, `savings-plan-1y-no-upfront`.
    pub plan: String,
    /// Of how much, such as `hour`.
    pub unit: String,
    /// The figure; none where nobody found one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
    /// The words that give it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quote: String,
    /// Where they stand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Of when they are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
}

impl Row {
    /// The figure, exactly.
    pub fn price(&self) -> Option<Price> {
        self.usd.map(Price::new)
    }
}

/// The prices of a region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// All of them.
    #[serde(rename = "price")]
    pub rows: Vec<Row>,
}

/// The paying by the hour.
pub const ON_DEMAND: &str = "on-demand";

macro_rules! list {
    ($region:literal) => {
        ($region, include_str!(concat!("../../data/prices/", $region, ".toml")))
    };
}

/// The files.
pub const LISTS: &[(&str, &str)] = &[list!("ap-northeast-2"), list!("us-east-1")];

static READ: LazyLock<Vec<(&str, Prices)>> = LazyLock::new(|| {
    let read = |text: &str| toml::from_str(text).expect("a file of this crate, which a test reads");
    LISTS.iter().map(|(region, text)| (*region, read(text))).collect()
});

impl Prices {
    /// Those of a region, where there are any.
    pub fn of(region: &str) -> Option<&'static Self> {
        READ.iter().find(|(name, _)| *name == region).map(|(_, prices)| prices)
    }

    /// The regions that have prices.
    pub fn regions() -> Vec<&'static str> {
        LISTS.iter().map(|(region, _)| *region).collect()
    }

    /// The row of an item under a plan, with or without a figure.
    pub fn row(&self, item: &str, plan: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.item == item && row.plan == plan)
    }

    /// The row of an item by the hour, where it has a figure.
    pub fn priced(&self, item: &str) -> Option<(&Row, Price)> {
        let row = self.row(item, ON_DEMAND)?;
        Some((row, row.price()?))
    }
}
