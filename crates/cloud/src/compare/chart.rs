//! The chart: a bar a design, of what it costs and what it is expected to lose.

use super::{Entry, Page, escaped};
use std::fmt::Write;

/// Of a bar and its words, in pixels.
const ROW: usize = 88;

/// A piece of a bar.
struct Piece {
    class: &'static str,
    word: &'static str,
    amount: f64,
}

impl Page<'_> {
    pub(super) fn chart(&self) -> String {
        let longest = self.entries.iter().map(|entry| sum(&self.pieces(entry))).fold(0.0, f64::max);
        let bars: String = self.entries.iter().enumerate().map(|(i, entry)| self.bar(i, entry, longest)).collect();
        let (title, height) = (self.words.chart, ROW * self.entries.len());
        format!(
            "<h2>{title}</h2>\n<p class=\"legend\">{}</p>\n\
             <svg role=\"img\" aria-label=\"{title}\" width=\"100%\" height=\"{height}\">\n{bars}</svg>\n",
            self.legend()
        )
    }

    fn pieces(&self, entry: &Entry) -> [Piece; 3] {
        let (words, total) = (self.words, entry.bill.total);
        let money = |usd: crate::cost::money::Usd| self.options.currency.of_usd(usd.number());
        let loss = self.loss(entry).unwrap_or_default();
        [
            Piece { class: "least", word: words.chart_least, amount: money(total.least) },
            Piece { class: "most", word: words.chart_most, amount: money(total.most - total.least) },
            Piece { class: "loss", word: words.chart_loss, amount: loss },
        ]
    }

    /// Only what occurs.
    fn legend(&self) -> String {
        let all: Vec<Piece> = self.entries.iter().flat_map(|entry| self.pieces(entry)).collect();
        let mut told = String::new();
        for class in ["least", "most", "loss"] {
            if let Some(piece) = all.iter().find(|piece| piece.class == class && piece.amount > 0.0) {
                let _ = write!(told, "<span class=\"{class}\">{}</span> ", piece.word);
            }
        }
        told
    }

    fn bar(&self, place: usize, entry: &Entry, longest: f64) -> String {
        let (pieces, top) = (self.pieces(entry), place * ROW);
        let (text, bar, below) = (top + 16, top + 24, top + 66);
        let name = escaped(&entry.bill.design);
        let told = self.total(entry, sum(&pieces));
        let mut drawn = format!("<text x=\"0\" y=\"{text}\">{name}</text>\n");
        let _ = writeln!(drawn, "<text class=\"sum\" x=\"0\" y=\"{below}\">{told}</text>");
        let mut at = 0.0;
        for Piece { class, word, amount } in pieces.iter().filter(|piece| piece.amount > 0.0) {
            let width = amount / longest * 100.0;
            let title = format!("<title>{word}: {}</title>", self.amount(*amount));
            let _ = writeln!(
                drawn,
                "<rect class=\"{class}\" x=\"{at:.2}%\" y=\"{bar}\" width=\"{width:.2}%\" height=\"24\">{title}</rect>"
            );
            at += width;
        }
        drawn
    }

    fn total(&self, entry: &Entry, sum: f64) -> String {
        let text = self.amount(sum);
        let text = if entry.bill.is_bound() { self.words.at_least.replace("{}", &text) } else { text };
        let others = self.entries.iter().any(|entry| self.loss(entry).is_some());
        if others && self.loss(entry).is_none() { self.words.no_loss.replace("{}", &text) } else { text }
    }
}

fn sum(pieces: &[Piece]) -> f64 {
    pieces.iter().map(|piece| piece.amount).sum()
}
