//! What AWS promises, with the page that says so.

use serde::{Deserialize, Serialize};

/// A promise: part of the bill comes back where a month falls below it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sla {
    /// Its short name, such as `rds`.
    pub service: String,
    /// For what of it, such as `multi-az`.
    pub scope: String,
    /// Of a month.
    pub percent: f64,
    /// In the words of the page.
    #[serde(skip_serializing)]
    pub quote: String,
    /// The page.
    pub url: String,
    /// As of when.
    pub date: String,
}

#[derive(Deserialize)]
struct Table {
    sla: Vec<Sla>,
}

/// All promises.
///
/// # Panics
/// Never: a test reads the file.
pub fn table() -> Vec<Sla> {
    toml::from_str::<Table>(include_str!("../../data/sla.toml")).expect("the table is sound").sla
}

/// The place of a promise.
///
/// # Panics
/// Where there is none: those that the graph asks for are there, as a test shows.
pub(super) fn place(table: &[Sla], service: &str, scope: &str) -> usize {
    let found = table.iter().position(|sla| sla.service == service && sla.scope == scope);
    found.unwrap_or_else(|| panic!("data/sla.toml has no {service} {scope}"))
}
