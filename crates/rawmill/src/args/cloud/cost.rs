//! The command line of what designs cost.

use clap::{Args, ValueEnum};
use cloud::compare::Lang;
use cloud::cost::Plan;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CostArgs {
    /// The design, TOML
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// on-demand, savings-plan, spot, free-tier-before or free-tier-since (15 July 2025) [default: as the design says]
    #[arg(long, value_name = "PLAN", default_value = "as-designed", hide_default_value = true)]
    pub plan: Plan,
    /// Show where each price comes from
    #[arg(long)]
    pub sources: bool,
    /// A JSON object in place of words; it has the sources
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BreakEvenArgs {
    /// Of which region the prices are
    #[arg(long, value_name = "REGION")]
    pub region: String,
    /// USD a month for scaling up or out
    #[arg(long, value_name = "USD", default_value = "100", value_parser = amount)]
    pub budget: f64,
    /// Try three claims that are told of growing services in their place
    #[arg(long)]
    pub claims: bool,
    /// Show where each price comes from
    #[arg(long)]
    pub sources: bool,
    /// A JSON array in place of words; it has the sources
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The designs, TOML
    #[arg(required = true, value_name = "DESIGN")]
    pub designs: Vec<PathBuf>,
    /// As for `rawmill cloud cost`
    #[arg(long, value_name = "PLAN", default_value = "as-designed", hide_default_value = true)]
    pub plan: Plan,
    /// The language of the page: en or ko
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: Lang,
    /// The money of the page, and of --revenue-per-hour
    #[arg(long, value_enum, default_value_t = Money::Usd)]
    pub currency: Money,
    /// Won for a dollar
    #[arg(long, value_name = "N", value_parser = amount, required_if_eq("currency", "krw"), requires = "rate_date")]
    pub krw_per_usd: Option<f64>,
    /// The day of that rate
    #[arg(long, value_name = "DATE", requires = "krw_per_usd")]
    pub rate_date: Option<String>,
    /// What an hour brings in
    #[arg(long, value_name = "N", value_parser = amount)]
    pub revenue_per_hour: Option<f64>,
    /// Tell what an outage of so many hours loses
    #[arg(long, value_name = "H", value_parser = amount, requires = "revenue_per_hour")]
    pub outage_hours: Option<f64>,
    /// Hours a month for which the design of this name was measured to be away, in place of those that AWS's promises come to
    #[arg(long, value_name = "NAME=HOURS", value_parser = downtime)]
    pub downtime: Vec<(String, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Money {
    Usd,
    Krw,
}

/// The largest amount that is taken.
const LARGEST: f64 = 1e12;

fn amount(text: &str) -> Result<f64, String> {
    let sound = |figure: &f64| (0.0..=LARGEST).contains(figure);
    text.parse().ok().filter(sound).ok_or_else(|| format!("expected a number from 0 to {LARGEST:e}, found `{text}`"))
}

fn downtime(text: &str) -> Result<(String, f64), String> {
    let (name, hours) = text.rsplit_once('=').ok_or_else(|| format!("expected such as shop=4.4, found `{text}`"))?;
    let hours = amount(hours)?;
    if hours > 730.0 {
        return Err(format!("a month has 730 hours, found {hours}"));
    }
    Ok((name.to_owned(), hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_downtime_has_a_name_and_hours_of_a_month() {
        assert_eq!(downtime("a=b=4.4"), Ok(("a=b".to_owned(), 4.4)));
        for wrong in ["a", "a=", "a=-1", "a=nan", "a=731"] {
            assert!(downtime(wrong).is_err(), "{wrong}");
        }
    }
}
