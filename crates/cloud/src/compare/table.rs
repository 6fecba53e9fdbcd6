//! The figures of the page. On a narrow screen every design is a card, and its figures have their words beside them.

use super::{Entry, Page, escaped};
use crate::cost::money::Usd;
use crate::cost::span::Span;

/// A column: its head, and what it tells of a design where that is known.
type Column = (&'static str, fn(&Page, &Entry) -> Option<String>);

impl Page<'_> {
    pub(super) fn table(&self) -> String {
        let heads = self.columns();
        let head: String = heads.iter().map(|(name, _)| format!("<th scope=\"col\">{name}</th>")).collect();
        let rows: String = self.entries.iter().map(|entry| self.row(entry)).collect();
        let first = self.words.design;
        format!(
            "<table>\n<thead><tr><th scope=\"col\">{first}</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        )
    }

    /// What stands in a row beside the name of the design.
    fn columns(&self) -> [Column; 5] {
        let words = self.words;
        [
            (words.cost, |page, entry| Some(page.between(entry, 0.0))),
            (words.downtime, |page, entry| entry.downtime.map(|away| page.words.hours(away.hours))),
            (words.loss, |page, entry| page.loss(entry).map(|loss| page.amount(loss))),
            (words.sum, |page, entry| page.loss(entry).map(|loss| page.between(entry, loss))),
            (words.capacity, |page, entry| entry.capacity.map(|most| page.requests(most))),
        ]
    }

    fn row(&self, entry: &Entry) -> String {
        let cell = |(name, told): &Column| {
            let (class, text) = match told(self, entry) {
                Some(text) => ("", text),
                None => (" class=\"unknown\"", self.words.unknown.to_owned()),
            };
            format!("<td{class} data-name=\"{name}\">{}</td>", escaped(&text))
        };
        let cells: String = self.columns().iter().map(cell).collect();
        format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", escaped(&entry.bill.design))
    }

    /// An amount of the money of the page.
    pub(super) fn amount(&self, amount: f64) -> String {
        self.options.currency.told(amount, self.options.lang)
    }

    /// The cost of a month and something more: one amount, or two where it depends on the size.
    fn between(&self, entry: &Entry, more: f64) -> String {
        let Span { least, most, .. } = entry.bill.total;
        let told = |usd: Usd| self.amount(self.options.currency.of_usd(usd.number()) + more);
        let (least, most) = (told(least), told(most));
        let both = self.words.from_to.replacen("{}", &least, 1).replacen("{}", &most, 1);
        let text = if least == most { least } else { both };
        if entry.bill.is_bound() { self.words.at_least.replace("{}", &text) } else { text }
    }

    fn requests(&self, most: f64) -> String {
        self.words.requests.replace("{}", &super::currency::grouped(most, 1))
    }
}
