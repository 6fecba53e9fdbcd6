//! `rawmill cloud cost`, `breakeven` and `compare`.

use super::design;
use crate::DONE;
use crate::args::{BreakEvenArgs, CompareArgs, CostArgs, Money};
use crate::say::Trouble;
use crate::shell::print;
use ::cloud::compare::{Currency, Entry, Options, page};
use ::cloud::cost::breakeven::break_evens;
use ::cloud::cost::growth::claims;
use ::cloud::cost::money::Usd;
use ::cloud::cost::source::Source;
use ::cloud::{Design, cost as price};
use serde_json::to_string_pretty;
use std::fmt::Display;

pub fn cost(args: &CostArgs) -> Result<u8, Trouble> {
    let bill = price(&design(&args.design)?, args.plan).map_err(|error| unpriced(&error))?;
    let sources = if args.sources { bill.sources() } else { Vec::new() };
    shown(&[&bill], &sources, args.json.then(|| to_string_pretty(&bill)))
}

pub fn break_even(args: &BreakEvenArgs) -> Result<u8, Trouble> {
    let of = |sources: &[Source]| if args.sources { sources.to_vec() } else { Vec::new() };
    if args.claims {
        let all = claims(&args.region).map_err(|error| unpriced(&error))?;
        let sources: Vec<Source> = all.iter().flat_map(|claim| of(&claim.sources)).collect();
        return shown(&all.iter().collect::<Vec<_>>(), &sources, args.json.then(|| to_string_pretty(&all)));
    }
    let budget = Usd::hundredths_of_a_cent((args.budget * 1e4).round() as u64);
    let all = break_evens(&args.region, budget).map_err(|error| unpriced(&error))?;
    let sources: Vec<Source> = all.iter().flat_map(|found| of(&found.sources)).collect();
    shown(&all.iter().collect::<Vec<_>>(), &sources, args.json.then(|| to_string_pretty(&all)))
}

pub fn compare(args: &CompareArgs) -> Result<u8, Trouble> {
    let designs = args.designs.iter().map(|path| design(path)).collect::<Result<Vec<_>, _>>()?;
    names(&designs, args)?;
    let entry = |design: &Design| {
        let measured = args.downtime.iter().find(|(name, _)| *name == design.name).map(|(_, hours)| *hours);
        Entry::new(design, args.plan, measured).map_err(|error| unpriced(&error))
    };
    let entries = designs.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let options = Options {
        lang: args.lang,
        currency: currency(args),
        revenue_per_hour: args.revenue_per_hour,
        outage_hours: args.outage_hours,
    };
    print(page(&entries, &options).as_bytes())
}

fn currency(args: &CompareArgs) -> Currency {
    match args.currency {
        Money::Usd => Currency::Usd,
        Money::Krw => Currency::Krw {
            per_usd: args.krw_per_usd.unwrap_or_default(),
            date: args.rate_date.clone().unwrap_or_default(),
        },
    }
}

/// Each design is told by its name, and a downtime is one of theirs.
fn names(designs: &[Design], args: &CompareArgs) -> Result<(), Trouble> {
    let trouble = |why: String, hint: &str| Trouble::new("cannot compare these designs", why, hint);
    for (i, design) in designs.iter().enumerate() {
        if designs[..i].iter().any(|other| other.name == design.name) {
            let why = format!("two of them are called `{}`", design.name);
            return Err(trouble(why, "give each a `name` of its own"));
        }
    }
    let stray = args.downtime.iter().find(|(name, _)| designs.iter().all(|design| design.name != *name));
    stray.map_or(Ok(()), |(name, _)| {
        Err(trouble(format!("--downtime speaks of `{name}`"), "name a design by its `name`, not by its file"))
    })
}

/// Words and the sources below them, or JSON.
fn shown(told: &[&impl Display], sources: &[Source], json: Option<serde_json::Result<String>>) -> Result<u8, Trouble> {
    let text = match json {
        Some(json) => json.map_err(|error| Trouble::new("cannot write JSON", error, ""))? + "\n",
        None => {
            let words: Vec<String> = told.iter().map(ToString::to_string).collect();
            let sources: String = sources.iter().map(|source| format!("\n{source}")).collect();
            words.join("\n") + &sources
        }
    };
    print(text.as_bytes())?;
    Ok(DONE)
}

fn unpriced(error: &::cloud::cost::CostError) -> Trouble {
    Trouble::new("cannot say what this costs", error, "")
}
