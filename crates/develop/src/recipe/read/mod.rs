//! From text to a tree with line numbers.

mod csv;
mod json;
mod toml;

pub(super) use csv::read_rows;

use super::error::{Problem, RecipeError};
use super::node::Node;

/// Longest text that is read, in bytes.
pub(super) const MAX_BYTES: usize = 4 << 20;

/// Syntax of a recipe, or of overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.0.
    Toml,
    /// JSON (RFC 8259); a key whose value is null counts as absent.
    Json,
    /// Comma-separated values (RFC 4180) with a header; overrides only.
    Csv,
}

impl Format {
    /// By the suffix of a file name, `toml`, `json` or `csv`.
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        [("toml", Self::Toml), ("json", Self::Json), ("csv", Self::Csv)]
            .into_iter()
            .find_map(|(name, format)| suffix.eq_ignore_ascii_case(name).then_some(format))
    }
}

/// Reads a text whose root is a table.
pub(super) fn read(text: &str, format: Format) -> Result<Node, RecipeError> {
    refuse_huge(text)?;
    match format {
        Format::Toml => toml::read(text),
        Format::Json => json::read(text),
        Format::Csv => Err(Problem::at(1, "", "a recipe is TOML or JSON, not CSV").into()),
    }
}

pub(super) fn refuse_huge(text: &str) -> Result<(), RecipeError> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(Problem::at(1, "", format!("expected at most {MAX_BYTES} bytes of text, found {}", text.len())).into())
}

/// Finds the line of a byte offset.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|&end| end < offset) + 1
    }
}
