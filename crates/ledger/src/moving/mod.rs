//! Moving a ledger to another engine: its rows as they are, in pages, with their numbers.
//!
//! A *shelf* is a table, a [`Row`] has the columns that move. To move is to export every shelf of the one and to import it
//! into the other, in the order of [`Shelf::ALL`], and to [`Moving::settle`] what is computed from rows. Nothing else may
//! use either of them meanwhile.
//!
//! For what moves, it is as if the machine had started anew: leases have run out, pauses before a next try are over, seats
//! of holders that vanished have rested, and nobody has the broom. Uploads that were on their way are given up, people log in
//! anew, archives are built again when somebody asks for them, and transfers that have not ended are begun anew by whoever
//! wanted them. So the same rows come out of the copy that went in, and
//! whoever is interrupted begins again and finds what is there.

mod rows;
pub(crate) mod sql;

pub use rows::*;

use crate::port::Answer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The end of a lease that has moved: it has run out, and seats that it held have rested.
pub(crate) const RUN_OUT: i64 = -2_000;

/// A ledger that can be moved.
pub trait Moving: Send + Sync {
    /// What the house knows beside its rows.
    fn house(&self) -> impl Answer<House>;

    /// Rows of a shelf in the order of their places, those behind `after`.
    fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> impl Answer<Vec<Row>>;

    /// Puts rows of one shelf where they were. What has its place taken is left out; returns how many were added.
    fn import(&self, rows: &[Row]) -> impl Answer<u64>;

    /// All rows are there: goes on counting where the other house was, and sums up what seats and storage are in use.
    fn settle(&self, house: &House) -> impl Answer<()>;
}

/// What a house knows beside its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// Who has the broom at the moment: some process keeps this ledger.
    pub sweeper: Option<String>,
    /// Numbers of batches up to this one were given.
    pub last_batch: i64,
    /// The same of tasks.
    pub last_task: i64,
    /// The same of uploads.
    pub last_upload: i64,
    /// The same of usage rows.
    pub last_usage: i64,
    /// Where the tenant was that went last.
    pub pass: i64,
}

/// Where a row stands in its shelf; another row of the same place is the same row, or should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub Vec<Part>);

/// A column of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A number.
    Number(i64),
    /// A text, ordered by its bytes.
    Text(String),
}

impl From<i64> for Part {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "`{text}`"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(Part::to_string).collect();
        f.write_str(&parts.join(", "))
    }
}
