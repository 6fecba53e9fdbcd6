//! What a design costs a month, by component.
//!
//! [`cost()`] goes one way: [`parts`] says what a design uses, [`free`] takes away what is free of charge, [`tiers`] cuts
//! what has a price in steps, and [`bill`] looks every line up in the [`prices`] of the region. A line without a sourced
//! price is *unpriced*: it is named, and the total is then a lower bound. All arithmetic is exact ([`money`]).

pub mod bill;
pub mod breakeven;
mod draft;
pub mod free;
pub mod growth;
pub mod instances;
mod loads;
pub mod money;
mod notes;
mod parts;
pub mod plan;
pub mod prices;
pub mod source;
pub mod span;
pub mod table;
mod text;
mod tiers;

pub use bill::{Bill, Line};
pub use plan::Plan;

use crate::design::Design;
use crate::network::Network;
use draft::Asked;
use loads::Loads;
use prices::Prices;

/// Why nothing can be said about a cost.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CostError {
    /// No price list.
    #[error("there are no prices for the region `{region}`, only for {}", .known.join(" and "))]
    Region {
        /// The region of the design.
        region: String,
        /// Those that have prices.
        known: Vec<&'static str>,
    },
    /// A figure of the load that is none.
    #[error("expected load.{figure} from 0 to {most:e}, found {value}")]
    Load {
        /// Which one.
        figure: &'static str,
        /// What it is.
        value: f64,
        /// The most that it may be.
        most: f64,
    },
}

/// The prices of a region.
///
/// # Errors
/// Where there are none.
pub fn prices_of(region: &str) -> Result<&'static Prices, CostError> {
    Prices::of(region).ok_or_else(|| CostError::Region { region: region.to_owned(), known: Prices::regions() })
}

/// What a design that was checked costs a month.
///
/// # Errors
/// Where its region has no prices, or a figure of its load is none.
pub fn cost(design: &Design, plan: Plan) -> Result<Bill, CostError> {
    let prices = prices_of(&design.region)?;
    let asked = Asked { design, network: Network::new(design), plan, loads: Loads::read(&design.load)? };
    let mut drafts = parts::drafts(&asked);
    free::deduct(&mut drafts, plan);
    let drafts = drafts.into_iter().flat_map(tiers::split);
    let lines = drafts.filter(bill::is_used).map(|draft| bill::line(draft, prices)).collect();
    Ok(Bill::new(design, plan, lines, notes::notes(&asked)))
}

#[cfg(test)]
mod tests;
