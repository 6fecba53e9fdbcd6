//! Long lists in pages.

use super::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Most entries of a page.
const MOST: usize = 1_000;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// As `next` of the page before it says.
    #[param(pattern = "^[0-9]{1,19}$")]
    pub cursor: Option<String>,
    /// Most entries; 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Paging {
    /// For the ledger: one more than asked, which tells whether there is a next page.
    pub fn page(&self) -> Result<ledger::Page, Problem> {
        let after = self.cursor.as_deref().map(str::parse).transpose();
        let after = after.map_err(|_| Problem::malformed("`cursor` is not one that a page before gave"))?;
        Ok(ledger::Page { after, most: self.limit()? + 1 })
    }

    fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(100) {
            limit @ 1..=MOST => Ok(limit),
            limit => Err(Problem::malformed(format!("`limit` is {limit}, allowed are 1 to {MOST}"))),
        }
    }

    /// The page from what the ledger gave.
    pub fn listed<R, T>(
        &self,
        mut rows: Vec<R>,
        id: fn(&R) -> i64,
        show: impl Fn(R) -> T,
    ) -> Result<Listed<T>, Problem> {
        let limit = self.limit()?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| id(row).to_string());
        Ok(Listed { items: rows.into_iter().map(show).collect(), next })
    }
}
