//! Figures side by side.

use serde::Serialize;
use std::fmt::{self, Display};

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What stands in the columns.
    pub head: Vec<String>,
    /// As many texts in each as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head.
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|text| (*text).to_owned()).collect(), rows: Vec::new() }
    }

    fn width(&self, column: usize) -> usize {
        let cells = [&self.head].into_iter().chain(&self.rows).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    }
}

impl Display for Table {
    /// Columns of figures stand to the right.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let widths: Vec<usize> = (0..self.head.len()).map(|column| self.width(column)).collect();
        for row in [&self.head].into_iter().chain(&self.rows) {
            let cell = |(column, cell): (usize, &String)| {
                let width = widths.get(column).copied().unwrap_or_default();
                if self.is_of_figures(column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            };
            let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

impl Table {
    fn is_of_figures(&self, column: usize) -> bool {
        let begins = |row: &Vec<String>| row.get(column).is_none_or(|cell| !cell.starts_with(char::is_alphabetic));
        let words = self.rows.iter().filter(|row| !begins(row)).count();
        words * 2 < self.rows.len() && self.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()))
    }
}
