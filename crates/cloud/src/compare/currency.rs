//! Money as an owner reads it.

use super::Lang;

/// In which money a page tells amounts.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Currency {
    /// As the price lists do.
    #[default]
    Usd,
    /// In won, at a rate that somebody gives.
    Krw {
        /// Won for a dollar.
        per_usd: f64,
        /// The day of the rate.
        date: String,
    },
}

impl Currency {
    /// An amount of dollars in this money.
    pub(super) fn of_usd(&self, usd: f64) -> f64 {
        match self {
            Self::Usd => usd,
            Self::Krw { per_usd, .. } => usd * per_usd,
        }
    }

    /// An amount of this money in words: dollars to a cent, won without.
    pub(super) fn told(&self, amount: f64, lang: Lang) -> String {
        match (self, lang) {
            (Self::Usd, Lang::En) => format!("${}", grouped(amount, 2)),
            (Self::Usd, Lang::Ko) => format!("{}달러", grouped(amount, 2)),
            (Self::Krw { .. }, Lang::En) => format!("₩{}", grouped(amount, 0)),
            (Self::Krw { .. }, Lang::Ko) => format!("{}원", grouped(amount, 0)),
        }
    }
}

/// `1,234.50`; without the point where all after it are 0 and fewer digits say the same.
pub(super) fn grouped(figure: f64, digits: usize) -> String {
    let text = format!("{figure:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.chars().all(|c| c == '0') { grouped } else { format!("{grouped}.{rest}") }
}
