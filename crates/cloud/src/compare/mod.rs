//! Designs side by side, for an owner who is no engineer: one page of HTML that needs nothing else.

mod capacity;
mod chart;
mod currency;
mod table;
mod words;

pub use capacity::capacity;
pub use currency::Currency;
pub use words::Lang;

use crate::availability::availability;
use crate::cost::{Bill, CostError, Plan, cost};
use crate::design::Design;
use words::Words;

/// The look of the page.
const STYLE: &str = include_str!("page.css");

/// A design as the page tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it costs a month.
    pub bill: Bill,
    /// For how long it is expected to be away; none where nothing is promised for any part of it.
    pub downtime: Option<Downtime>,
    /// Requests a second that it bears at most; none where the design does not say.
    pub capacity: Option<f64>,
}

/// For how long a design is away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Downtime {
    /// Hours a month.
    pub hours: f64,
    /// Did somebody measure it; otherwise it is composed of what AWS promises.
    pub measured: bool,
}

impl Entry {
    /// A design that was checked. `measured` are hours a month that take the place of the composed ones.
    ///
    /// # Errors
    /// As [`cost()`].
    pub fn new(design: &Design, plan: Plan, measured: Option<f64>) -> Result<Self, CostError> {
        let measured = measured.map(|hours| Downtime { hours, measured: true });
        let downtime = measured.or_else(|| composed(design));
        Ok(Self { bill: cost(design, plan)?, downtime, capacity: capacity(design) })
    }
}

/// What the promises for its parts come to.
fn composed(design: &Design) -> Option<Downtime> {
    let judged = availability(design);
    let hours = judged.downtime.month_s / 3600.0;
    (!judged.promises.is_empty()).then_some(Downtime { hours, measured: false })
}

/// What an owner says and wants to see.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// In which language.
    pub lang: Lang,
    /// In which money.
    pub currency: Currency,
    /// What an hour brings in, in that money.
    pub revenue_per_hour: Option<f64>,
    /// How long an outage is whose cost is shown.
    pub outage_hours: Option<f64>,
}

/// The page.
pub fn page(entries: &[Entry], options: &Options) -> String {
    let page = Page { entries, options, words: Words::of(options.lang) };
    let (lang, title) = (page.words.code, page.words.title);
    let intro = page.words.intro.replace("{}", &entries.len().to_string());
    let (table, chart, notes) = (page.table(), page.chart(), page.notes());
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{intro}</p>\n\
         {table}{chart}{notes}</main>\n</body>\n</html>\n"
    )
}

struct Page<'a> {
    entries: &'a [Entry],
    options: &'a Options,
    words: &'static Words,
}

impl Page<'_> {
    /// What a month of a design loses by being away.
    fn loss(&self, entry: &Entry) -> Option<f64> {
        Some(entry.downtime?.hours * self.options.revenue_per_hour?)
    }

    fn notes(&self) -> String {
        let items: String = self.said().iter().map(|note| format!("<li>{}</li>\n", escaped(note))).collect();
        format!("<h2>{}</h2>\n<ul>\n{items}</ul>\n", self.words.notes)
    }

    fn said(&self) -> Vec<String> {
        let (words, options) = (self.words, self.options);
        let amount = |amount: f64| options.currency.told(amount, options.lang);
        let mut notes = vec![words.list_prices.to_owned(), words.least_and_most.to_owned()];
        if let Some(revenue) = options.revenue_per_hour {
            notes.push(words.loss_is.replace("{}", &amount(revenue)));
            let outage = options.outage_hours.map(|hours| (words.hours(hours), amount(hours * revenue)));
            notes.extend(outage.map(|(hours, lost)| words.outage.replacen("{}", &hours, 1).replacen("{}", &lost, 1)));
        }
        notes.extend(self.downtimes());
        notes.push(words.capacity_is.to_owned());
        if let Currency::Krw { per_usd, date } = &options.currency {
            notes.push(words.rate.replacen("{}", &currency::grouped(*per_usd, 2), 1).replacen("{}", date, 1));
        }
        notes.extend(self.entries.iter().filter(|entry| entry.bill.is_bound()).map(|entry| self.missing(&entry.bill)));
        notes
    }

    /// Where the hours come from.
    fn downtimes(&self) -> Vec<String> {
        let known = || self.entries.iter().filter_map(|entry| Some((entry, entry.downtime?)));
        let composed = known().any(|(_, downtime)| !downtime.measured).then(|| self.words.downtime_composed.to_owned());
        let measured: Vec<&str> = known().filter(|(_, d)| d.measured).map(|(e, _)| e.bill.design.as_str()).collect();
        let measured = (!measured.is_empty()).then(|| self.words.downtime_measured.replace("{}", &measured.join(", ")));
        composed.into_iter().chain(measured).collect()
    }

    fn missing(&self, bill: &Bill) -> String {
        let missing = bill.unpriced.join(", ");
        self.words.unpriced.replacen("{}", &bill.design, 1).replacen("{}", &missing, 1)
    }
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    crate::diagram::pen::escaped(text).replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
