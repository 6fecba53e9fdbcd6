//! A bill in words.

use super::bill::{Bill, Line};
use super::money::{HOURS, Quantity, Usd};
use super::source::{Source, each_once};
use super::span::Span;
use super::table::Table;
use std::fmt::{self, Display};

impl Display for Bill {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.head(f)?;
        let rows = self.lines.iter().map(row).chain([self.sum()]).collect();
        let head = ["component", "what", "a month", "unit", "USD each", "USD"];
        write!(f, "{}", Table { head: head.map(str::to_owned).to_vec(), rows })?;
        self.rest(f)
    }
}

impl Bill {
    /// The sources of all prices, in the order of the lines.
    pub fn sources(&self) -> Vec<Source> {
        each_once(self.lines.iter().filter_map(|line| line.price).map(Source::from))
    }

    fn head(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (design, region, plan) = (&self.design, &self.region, self.plan);
        writeln!(f, "{design} in {region}: a month of {HOURS} hours, {plan}, USD before tax\n")
    }

    fn sum(&self) -> Vec<String> {
        let total = format!("{}{}", bound(self), between(self.total));
        vec!["total".to_owned(), String::new(), String::new(), String::new(), String::new(), total]
    }

    fn rest(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f)?;
        if let Some(mean) = self.total.mean.filter(|_| self.total.least != self.total.most) {
            writeln!(f, "at the mean load: {}{mean}", bound(self))?;
        }
        if self.is_bound() {
            writeln!(f, "unpriced, for want of a sourced figure: {}", self.unpriced.join(", "))?;
        }
        for credit in &self.credits {
            writeln!(f, "not taken off: {} {:.2} USD, once, for {} months", credit.item, credit.usd, credit.months)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

fn bound(bill: &Bill) -> &'static str {
    if bill.is_bound() { "≥ " } else { "" }
}

fn row(line: &Line) -> Vec<String> {
    let each = line.price.and_then(|row| row.usd).map_or_else(|| "?".to_owned(), |usd| usd.to_string());
    let amount = line.amount.map_or_else(|| "unpriced".to_owned(), between::<Usd>);
    let free = line.free.most > Quantity::default();
    let free = if free { format!(" (+ {} free)", between(line.free)) } else { String::new() };
    let quantity = between(line.quantity);
    vec![line.name.clone(), line.what.clone(), quantity, format!("{}{free}", line.unit), each, amount]
}

/// One figure, or two where it depends on how far groups have grown.
fn between<T: Display + PartialEq + Copy>(span: Span<T>) -> String {
    if span.least == span.most { span.least.to_string() } else { format!("{} .. {}", span.least, span.most) }
}
