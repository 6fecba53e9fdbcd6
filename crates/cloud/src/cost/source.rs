//! Where a figure comes from.

use super::instances::InstanceType;
use super::prices::Row;
use serde::Serialize;
use std::fmt::{self, Display};

/// A figure and the words that give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The figure.
    pub says: String,
    /// Of when it is.
    pub date: String,
    /// Where it stands.
    pub url: String,
    /// The words.
    pub quote: String,
}

impl From<&Row> for Source {
    fn from(row: &Row) -> Self {
        let Row { item, plan, unit, usd, .. } = row;
        let says = format!("{item}, {plan}: {} USD a {unit}", usd.unwrap_or_default());
        Self { says, date: row.date.clone(), url: row.url.clone(), quote: row.quote.clone() }
    }
}

impl From<&InstanceType> for Source {
    fn from(kind: &InstanceType) -> Self {
        let says = format!("{}: {} vCPU, {} GiB", kind.name, kind.vcpus, kind.gib);
        Self { says, date: kind.date.clone(), url: kind.url.clone(), quote: kind.quote.clone() }
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{} ({})\n  {}\n  “{}”", self.says, self.date, self.url, self.quote)
    }
}

/// Each once, in the order in which they come.
pub fn each_once(sources: impl IntoIterator<Item = Source>) -> Vec<Source> {
    let mut told = Vec::new();
    for source in sources {
        if !told.contains(&source) {
            told.push(source);
        }
    }
    told
}
